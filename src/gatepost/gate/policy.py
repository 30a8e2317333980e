"""What a route asks of its caller. A route that says nothing is for signed-in callers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Endpoint = TypeVar("Endpoint")

_ATTRIBUTE = "__gatepost_policy__"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The default: whoever calls must be somebody."""


@dataclass(frozen=True, slots=True)
class Public:
    """Open to anyone, for a reason that stands where the route is declared."""

    reason: str

    def __post_init__(self) -> None:
        """Refuse a route that is public without a word."""
        if not self.reason.strip():
            raise ValueError('public() wants its reason: @public("liveness probe")')


Policy: TypeAlias = SignedIn | Public


def public(reason: str) -> Callable[[Endpoint], Endpoint]:
    """Declare an endpoint, or an app that is mounted, public.

    Args:
        reason: why anyone may call it; it is shown in the table of routes.

    Raises:
        ValueError: the reason is empty.
    """
    policy = Public(reason)

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, policy)
        return endpoint

    return declare


def policy_of(endpoint: object) -> Policy:
    """Return what was declared on an endpoint, or the default.

    A mark is the endpoint's own: neither a subclass nor an instance of what was marked has it.
    """
    marked = getattr(endpoint, "__func__", endpoint)
    declared = getattr(marked, "__dict__", {}).get(_ATTRIBUTE)
    return declared if isinstance(declared, Public) else SignedIn()

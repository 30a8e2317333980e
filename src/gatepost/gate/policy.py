"""What a route asks of its caller. A route that says nothing is for signed-in callers."""

import re
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from gatepost.errors import ConfigurationError
from gatepost.principal import is_role_name

Target = TypeVar("Target")

_ATTRIBUTE = "__gatepost_policy__"
# RFC 6749, section 3.3: a scope's name can stand between quotes in a header as it is.
_SCOPE_NAME = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_MOST_SECONDS = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever calls must be somebody, and more where more is named.

    Attributes:
        scopes: the token must have them all (RFC 6750, section 3.1).
        roles: the person must have them all.
        max_age_seconds: how long ago the person may have proved who they are (RFC 9470); None
            where that does not matter.
    """

    scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    max_age_seconds: int | None = None


PLAIN = SignedIn()
"""The default: whoever calls must be somebody, and that is all."""


@dataclass(frozen=True, slots=True)
class Public:
    """Open to anyone, for a reason that stands where the route is declared."""

    reason: str

    def __post_init__(self) -> None:
        """Refuse a route that is public without a word."""
        if callable(self.reason) or not self.reason.strip():  # `@public` alone gives the function
            raise ValueError('public() wants its reason: @public("liveness probe")')


class Delegated(Public):
    """Open at the gate, since what stands there decides for itself who may, as the provider does.

    What it answers belongs to whoever asks, so a page that is not trusted may not read it.
    """

    __slots__ = ()


Policy: TypeAlias = SignedIn | Public


class Contradiction(Exception):
    """Something public within what asks for more than a sign-in."""


def narrowed(outer: Policy | None, inner: Policy | None) -> Policy | None:
    """Return what holds where one declaration stands within another; None where neither speaks.

    Demands add up, so that nothing inside can ask for less; and what is inside may close what is
    public around it.

    Raises:
        Contradiction: what is inside would open what is closed around it.
    """
    if outer is None or inner is None:
        return outer if inner is None else inner
    if isinstance(inner, Public):
        if isinstance(outer, SignedIn):
            raise Contradiction
        return inner
    if isinstance(outer, Public):
        return inner
    ages = [age for age in (outer.max_age_seconds, inner.max_age_seconds) if age is not None]
    return SignedIn(outer.scopes | inner.scopes, outer.roles | inner.roles, min(ages, default=None))


def implies(policy: Policy, other: Policy | None) -> bool:
    """Whether whoever satisfies `policy` satisfies the other as well."""
    try:
        return narrowed(other, policy) == policy
    except Contradiction:
        return False


@dataclass(frozen=True, slots=True)
class Declaration:
    """A policy that can be laid on an endpoint, a router or an app, or stand in a table of them."""

    policy: Policy

    def __call__(self, target: Target) -> Target:
        """Declare `target`, which is a decorator's way, and return it.

        Raises:
            ConfigurationError: it cannot be marked, or is public and asks for more at once.
        """
        before = declared_on(target)
        # Two marks on one thing hold together, whichever is written first.
        if before is not None and isinstance(before, Public) != isinstance(self.policy, Public):
            raise ConfigurationError(
                f"{target!r} is declared public and asks for more at once. Keep one of the two."
            )
        try:
            setattr(target, _ATTRIBUTE, narrowed(before, self.policy))
        except (AttributeError, TypeError):
            raise ConfigurationError(
                f"{target!r} cannot carry a policy. Lay it on the function behind it, or name its "
                'path in gatepost.protect(app, policies={"GET /path": …}).'
            ) from None
        return target


def public(reason: str) -> Declaration:
    """Declare an endpoint, a router or an app that is mounted public.

    Args:
        reason: why anyone may call it; it is shown in the table of routes.

    Raises:
        ValueError: the reason is empty.
    """
    return Declaration(Public(reason))


def requires(*, scope: str = "", role: str = "") -> Declaration:
    """Ask for a scope of the token, for a role of the person, or for both.

    Args:
        scope: one or more names with a space between, as in OAuth; all of them are needed.
        role: one name. Two declarations ask for two roles.

    Raises:
        ValueError: neither is named, or a name has in it what no name has.
    """
    scopes, roles = frozenset(scope.split()), frozenset({role} - {""})
    if not scopes and not roles:
        raise ValueError('requires() wants something: requires(scope="tasks:write")')
    for name in scopes:
        if not _SCOPE_NAME.fullmatch(name):
            raise ValueError(f"requires(scope=…): {name!r} is no scope (RFC 6749, section 3.3)")
    for name in roles:
        if not is_role_name(name):
            raise ValueError(f"requires(role=…) takes one role, and {name!r} is no name of one")
    return Declaration(SignedIn(scopes, roles))


def fresh(max_age: int) -> Declaration:
    """Ask for a recent sign-in (step-up, RFC 9470).

    Args:
        max_age: how many seconds ago the person may have signed in.

    Raises:
        ValueError: it is no number of seconds between 1 and a year's.
    """
    if type(max_age) is not int or not 0 < max_age <= _MOST_SECONDS:
        raise ValueError("fresh(max_age=…) takes seconds, from 1 to those of a year")
    return Declaration(SignedIn(max_age_seconds=max_age))


def is_for_everyone(policy: Policy) -> bool:
    """Whether what a route answers is the same for everyone, and for every page to read."""
    return isinstance(policy, Public) and not isinstance(policy, Delegated)


def declared_on(target: object) -> Policy | None:
    """Return what was declared on this very thing, or None.

    A mark is its own: neither a subclass nor an instance of what was marked has it.
    """
    marked = getattr(target, "__func__", target)
    declared = getattr(marked, "__dict__", {}).get(_ATTRIBUTE)
    return declared if isinstance(declared, Public | SignedIn) else None

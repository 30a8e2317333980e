"""What is prepared: a request, and what it names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.wire import RawRequest

BodyFactory = Callable[[str, str], object]
"""An operation and a canary in, a body out, or None where it makes none for it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, and what it names.

    Attributes:
        operation: the one that it is for.
        values: of the parameters in its path.
        body: what is sent, before it is encoded.
        request: it, without any credential.
    """

    operation: Operation
    values: Mapping[str, str]
    body: object
    request: RawRequest

"""What a route may answer with beside JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Redirect:
    """The browser is to go on to another address.

    Attributes:
        location: an absolute URL that a check has let through, or one of our own.
    """

    location: str


@dataclass(frozen=True, slots=True)
class Page:
    """A document for a person.

    Attributes:
        headers: beside its type; what the browser may do with it.
    """

    html: str
    headers: Mapping[str, str] = field(default_factory=dict)

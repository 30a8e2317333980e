"""What an attack is: data with an id, an expected answer and a source."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from gatepost.attacks.answers import Expected
from gatepost.attacks.forge import Forger
from gatepost.attacks.wire import Fields


class Family(StrEnum):
    """The sections of the catalogue."""

    TRANSPORT = "transport"
    SIGNATURE = "signature"
    KEY_SETS = "key sets"
    CLAIMS = "claims"
    LIFECYCLE = "lifecycle"
    OBJECTS = "objects and functions"
    BROWSER = "browser"
    HOSTILE = "hostile input"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Attributes:
        id: the number of the catalogue, and after a dot the variant.
        name: a few words, unique.
        does: one sentence about what is tried, where the name does not say it all.
        expected: the answer that is owed.
        source: where it is written that this answer is owed.
        cwe: the weakness that it would show, by MITRE's number.
        asvs: the requirement of OWASP ASVS 5.0, where there is one.
    """

    id: str
    name: str
    expected: Expected
    source: str
    cwe: int
    asvs: str = ""
    does: str = ""

    @property
    def number(self) -> int:
        """The number of the catalogue."""
        return int(self.id.split(".")[0])

    def __str__(self) -> str:
        return f"{self.id}-{self.name.replace(' ', '-')}"


@dataclass(frozen=True, slots=True)
class RequestAttack(Attack):
    """An attack that is one request without a proper credential.

    In every text `{path}` is the closed path under attack, `{public}` one that is declared public,
    `{token}` somebody's real token.

    Attributes:
        method: empty for that of the target.
        announced: a Content-Length for a body that is not sent.
    """

    target: str = "{path}"
    fields: Fields = ()
    method: str = ""
    body: bytes = b""
    announced: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAttack(Attack):
    """An attack that is one token in an otherwise proper request.

    Attributes:
        lets_in: whether somebody is let in who should stay out, where the token is taken. It is
            False of what only the holder of the app's key, or of a good token, could send at all,
            and of what is a matter of policy: the answer owed is a refusal all the same.
        about: the claims that it lies about; an app whose tokens have none of them is not lied to.
    """

    forger: Forger
    lets_in: bool = True
    about: frozenset[str] = frozenset()


KeySet: TypeAlias = list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySetAttack(Attack):
    """An attack on the keys that an issuer publishes; the token itself is a good one.

    Attributes:
        publish: what the issuer answers, given its keys: the one that has signed and another; or
            None where it does not answer.
    """

    publish: Callable[[KeySet], bytes | None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A number of the catalogue that is not attacked yet, and why."""

    number: int
    why: str

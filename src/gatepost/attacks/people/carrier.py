"""Where somebody's credential stands in their requests, so that another can be put in its place."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gatepost.attacks.encoding import unbase64url
from gatepost.attacks.people.person import Person

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_OTHERWISE = re.compile(r"c_?srf|xsrf|refresh|theme|locale|lang|consent", re.IGNORECASE)
_NO_CREDENTIALS = frozenset({"origin", "referer", "user-agent", "accept"})


@dataclass(frozen=True, slots=True)
class Carrier:
    """The header that a credential stands in, and what is around it.

    Attributes:
        header: its name.
        before: what precedes the credential in the value: `Bearer `, `access_token=`.
        token: the credential itself.
        after: what follows it.
    """

    header: str
    before: str
    token: str
    after: str

    def holding(self, token: str | bytes) -> tuple[str, bytes]:
        """Return the header with another credential in the place of this one."""
        raw = token if isinstance(token, bytes) else token.encode("latin-1", "replace")
        return self.header, self.before.encode("latin-1") + raw + self.after.encode("latin-1")

    @property
    def is_bearer(self) -> bool:
        """Whether it is a bearer token (RFC 6750, section 2.1)."""
        return self.header.lower() == "authorization" and self.before.lower() == "bearer "

    @property
    def is_cookie(self) -> bool:
        """Whether it is a cookie."""
        return self.header.lower() == "cookie"

    @property
    def is_jwt(self) -> bool:
        """Whether it is a signed JWT in compact form (RFC 7515, section 3.1)."""
        return is_jwt(self.token)


def is_jwt(text: str) -> bool:
    """Whether a text is a JWT: three segments, of which the first names an algorithm."""
    if not _JWT.fullmatch(text):
        return False
    try:
        header, payload = (json.loads(unbase64url(part)) for part in text.split(".")[:2])
    except ValueError:
        return False
    return isinstance(header, dict) and "alg" in header and isinstance(payload, dict)


def carrier_of(person: Person) -> Carrier | None:
    """Return where a person's credential stands, or None where nothing looks like one.

    Of several the likeliest is taken: `Authorization` before a cookie, a JWT before other values,
    and no cookie that is named after something else.
    """
    found = sorted(_carriers(person), key=_unlikely)
    return found[0] if found else None


def bare(person: Person) -> Person:
    """Return somebody without their credential, and with what else their requests carry."""
    carrier = carrier_of(person)
    gone = {"authorization", "cookie"} | ({carrier.header.lower()} if carrier else set())
    kept = {name: value for name, value in person.headers.items() if name.lower() not in gone}
    return replace(person, name="", headers=kept)


def _carriers(person: Person) -> Iterator[Carrier]:
    for name, value in person.headers.items():
        lowered = name.lower()
        if lowered in _NO_CREDENTIALS or (lowered != "cookie" and _OTHERWISE.search(lowered)):
            continue
        if lowered == "cookie":
            yield from _cookies(name, value)
        elif " " in value:
            scheme, _, token = value.partition(" ")
            yield Carrier(name, f"{scheme} ", token.strip(), "")
        else:
            yield Carrier(name, "", value, "")


def _cookies(header: str, value: str) -> Iterator[Carrier]:
    start = 0
    for pair in value.split(";"):
        named, equals, content = pair.partition("=")
        inner = next((each for each in _JWT.finditer(content) if is_jwt(each[0])), None)
        begin = start + len(named) + len(equals)
        if equals:
            first, last = inner.span() if inner else (0, len(content))
            token = content[first:last]
            yield Carrier(header, value[: begin + first], token, value[begin + last :])
        start += len(pair) + 1


def _unlikely(carrier: Carrier) -> tuple[bool, bool, bool, int]:
    name = carrier.before.rpartition(";")[2].partition("=")[0]
    return (
        carrier.is_cookie,
        carrier.is_cookie and _OTHERWISE.search(name) is not None,
        not carrier.is_jwt,
        -len(carrier.token),
    )

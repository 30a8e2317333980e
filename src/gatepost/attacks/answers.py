"""The oracles: whether an answer is the one that is owed, told from the answer alone.

Nothing here knows how the server decides. An oracle that shares a verifier shares its bugs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

# RFC 9110, section 11.6.1, as narrow as RFC 6750, section 3, needs it.
_CHALLENGE = re.compile(
    r'Bearer realm="[^"\\]*"'
    r'(?:, error="(?P<error>[a-z_]+)")?'
    r'(?:, error_description="[^"\\]*")?'
    r'(?:, scope="[^"\\]*")?',
)
# What two answers of one kind may differ in: the time, and the connection that they came by.
_OF_THE_MOMENT = frozenset({"date", "connection"})
# A refusal may take a cookie away, and must never give one.
_TAKEN_AWAY = "max-age=0"
_LEAKS = (b"Traceback", b'File "/', b"sqlalchemy", b"sqlite3.", b"asyncpg")


class Expected(StrEnum):
    """The answers of the catalogue."""

    R0 = "401, a Bearer challenge without an error code"
    R1 = "401, invalid_token, the same answer for every cause"
    R2 = "400, invalid_request"
    R3 = "403, insufficient_scope"
    R4 = "404, identical to an id that never existed"
    OK = "a positive control that must succeed"
    CLOSED = "R0 or 404"
    BAD_REQUEST = "400, by the gate or by the server before it"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    REFUSED = "any 4xx"
    UNAVAILABLE = "503: nothing can be told now, so nobody gets in"
    IGNORED = "2xx, and what was forged has no effect"


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer, as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def every(self, name: str) -> tuple[str, ...]:
        """Return each value of a header, in order."""
        return tuple(value for field, value in self.headers if field.lower() == name.lower())

    @property
    def lasting(self) -> tuple[int, frozenset[tuple[str, str]], bytes]:
        """What two answers must share in order to be the same to whoever compares them."""
        fields = ((name.lower(), value) for name, value in self.headers)
        return (
            self.status,
            frozenset(field for field in fields if field[0] not in _OF_THE_MOMENT),
            self.body,
        )


def complaints(
    expected: Expected, answered: Answered, *, twin: Answered | None = None, canary: bytes = b""
) -> list[str]:
    """Compare an answer with the one that is owed; return one sentence for each flaw.

    Args:
        expected: the answer that is owed.
        answered: the one that came.
        twin: R1: the answer to a token that is plainly nonsense; R4: the answer to an id that
            never existed. The two must be the same.
        canary: a secret of somebody else's, which must not be in the answer.
    """
    return [
        *_status(expected, answered),
        *_challenge(expected, answered),
        *_sameness(expected, answered, twin),
        *_leaks(expected, answered, canary),
    ]


_STATUSES: dict[Expected, frozenset[int]] = {
    Expected.R0: frozenset({401}),
    Expected.R1: frozenset({401}),
    Expected.R2: frozenset({400}),
    Expected.R3: frozenset({403}),
    Expected.R4: frozenset({404}),
    Expected.OK: frozenset(range(200, 300)),
    Expected.CLOSED: frozenset({401, 404}),
    Expected.BAD_REQUEST: frozenset({400}),
    Expected.UNAUTHORIZED: frozenset({401}),
    Expected.FORBIDDEN: frozenset({403}),
    Expected.REFUSED: frozenset(range(400, 500)),
    Expected.UNAVAILABLE: frozenset({503}),
    Expected.IGNORED: frozenset(range(200, 300)),
}
_ERRORS: dict[Expected, str | None] = {
    Expected.R0: None,
    Expected.R1: "invalid_token",
    Expected.R2: "invalid_request",
    Expected.R3: "insufficient_scope",
}
_ALIKE = frozenset({Expected.R1, Expected.R4})


def _status(expected: Expected, answered: Answered) -> Iterator[str]:
    if answered.status not in _STATUSES[expected]:
        yield f"status {answered.status} where {expected.name} ({expected.value}) is owed"


def _challenge(expected: Expected, answered: Answered) -> Iterator[str]:
    if expected is Expected.CLOSED and answered.status == HTTPStatus.UNAUTHORIZED:
        expected = Expected.R0
    if expected not in _ERRORS:
        return
    challenges = answered.every("WWW-Authenticate")
    if len(challenges) != 1:
        yield f"{len(challenges)} WWW-Authenticate headers where one is owed"
        return
    match = _CHALLENGE.fullmatch(challenges[0])
    if match is None:
        yield f"WWW-Authenticate is no Bearer challenge: {challenges[0]!r}"
    elif match["error"] != _ERRORS[expected]:
        yield f"error {match['error']!r} where {_ERRORS[expected]!r} is owed"


def _sameness(expected: Expected, answered: Answered, twin: Answered | None) -> Iterator[str]:
    if expected not in _ALIKE:
        return
    if twin is None:
        yield f"{expected.name} cannot be told without its twin"
        return
    for name, ours, theirs in zip(
        ("status", "headers", "body"), answered.lasting, twin.lasting, strict=True
    ):
        if ours != theirs:
            yield f"its {name} tell the cause apart: {ours!r}, not {theirs!r}"


def _leaks(expected: Expected, answered: Answered, canary: bytes) -> Iterator[str]:
    if canary and canary in answered.body + repr(answered.headers).encode():
        yield "it carries what belongs to somebody else"
    for mark in _LEAKS:
        if mark in answered.body:
            yield f"it shows the server's inside: {mark.decode()}"
    if expected in (Expected.OK, Expected.IGNORED):
        return
    for name in ("Location", "Set-Cookie", "Access-Control-Allow-Origin"):
        for value in answered.every(name):
            if _TAKEN_AWAY not in value.lower():
                yield f"a refusal with {name}: {value!r}"

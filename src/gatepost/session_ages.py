"""How long a session lives, for how long it counts as just signed in to, and how many there are.

Better Auth's options `session.expiresIn`, `updateAge` and `freshAge`, with its defaults, within
ceilings: no deployment has sessions that never end or are fresh for good. Beyond Better Auth's is
when a session ends that is used all the time, and how many of them one person may have.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from gatepost.durations import duration_of
from gatepost.errors import ConfigurationError

AGES: Final = {
    "expires_in": "GATEPOST_SESSION_EXPIRES_IN",
    "update_age": "GATEPOST_SESSION_UPDATE_AGE",
    "fresh_age": "GATEPOST_SESSION_FRESH_AGE",
    "max_age": "GATEPOST_SESSION_MAX_AGE",
    "max_count": "GATEPOST_SESSION_MAX_COUNT",
}
"""The variable of each."""

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_RANGES: Final = {
    # A shorter one would end between a page's look-up and its next; browsers keep no cookie for
    # longer (RFC 6265bis, section 5.5).
    "expires_in": (timedelta(minutes=1), timedelta(days=400)),
    "update_age": (_SECOND, timedelta(days=400)),
    "fresh_age": (_SECOND, timedelta(days=7)),
    "max_age": (timedelta(minutes=1), timedelta(days=400)),
}
_MOST_SESSIONS = 10_000
_COUNT = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class SessionAges:
    """The ages of a deployment's sessions, and how many one person may have.

    Attributes:
        expires_in: how long a session lives that nobody uses.
        update_age: how long after it was made, or slid, the next use makes it live that long again.
        fresh_age: how long after its sign-in it may end sessions or delete the account.
        max_age: how long after its sign-in a session ends however much it is used; None for 90
            days, or for `expires_in` where that is longer.
        max_count: how many sessions one person may have at once.

    Raises:
        ValueError: one of them is out of its range.
    """

    expires_in: timedelta = 7 * _DAY
    update_age: timedelta = _DAY
    fresh_age: timedelta = _DAY
    max_age: timedelta | None = None
    max_count: int = 100

    def __post_init__(self) -> None:
        """Refuse what would never end, or end at once."""
        for age, (lowest, highest) in _RANGES.items():
            length: timedelta | None = getattr(self, age)
            if length is not None and not lowest <= length <= highest:
                raise ValueError(
                    f"{age} is out of range: from {lowest.total_seconds():.0f}s to {highest.days}d"
                )
        if not 1 <= self.max_count <= _MOST_SESSIONS:
            raise ValueError(f"max_count is out of range: from 1 to {_MOST_SESSIONS}")

    @property
    def ends_after(self) -> timedelta:
        """How long after its sign-in a session ends, however much it is used.

        Whoever has copied a session keeps it by using it, so none is to slide for good. Ninety days
        are longer than anybody is surprised by having to sign in again, and a deployment that has
        asked for longer ones gets them.
        """
        return self.max_age or max(90 * _DAY, self.expires_in)

    @property
    def not_remembered(self) -> timedelta:
        """How long one lives that ends with the browser.

        A day, as in the original, but shorter than any other: by that alone a row shows which of
        the two it is, whatever cookies come with it.
        """
        return min(_DAY, self.expires_in - _SECOND)


def parse_session_ages(values: Mapping[str, str]) -> SessionAges:
    """Read what a deployment sets; what it leaves out stays as it is.

    Args:
        values: the environment; what is empty is unset.

    Raises:
        ConfigurationError: one cannot be used; the message names the variable.
    """
    ages = SessionAges()
    for name, variable in AGES.items():
        written = values.get(variable)
        if not written:
            continue
        try:
            read = _count if name == "max_count" else _length
            ages = replace(ages, **{name: read(written, variable)})  # type: ignore[arg-type] # by name
        except ValueError as error:
            raise ConfigurationError(f"{variable} is {written!r}: {error}.") from error
    return ages


def _length(written: str, variable: str) -> timedelta:
    length = duration_of(written)
    if length is None:
        raise ConfigurationError(
            f"{variable} is {written!r}: write seconds, minutes, hours or days, as 90s, 30m, "
            "12h or 7d."
        )
    return length


def _count(written: str, variable: str) -> int:
    if not _COUNT.fullmatch(written):
        raise ConfigurationError(
            f"{variable} is {written!r}: write how many sessions one person may have, as 10."
        )
    return int(written)

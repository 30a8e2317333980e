"""How long a session lives, and how long it counts as just signed in to.

Better Auth's options `session.expiresIn`, `updateAge` and `freshAge`, with its defaults, within
ceilings: no deployment has sessions that never end or are fresh for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Final

from gatepost.durations import duration_of
from gatepost.errors import ConfigurationError

AGES: Final = {
    "expires_in": "GATEPOST_SESSION_EXPIRES_IN",
    "update_age": "GATEPOST_SESSION_UPDATE_AGE",
    "fresh_age": "GATEPOST_SESSION_FRESH_AGE",
}
"""The variable of each age."""

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_RANGES: Final = {
    # A shorter one would end between a page's look-up and its next; browsers keep no cookie for
    # longer (RFC 6265bis, section 5.5).
    "expires_in": (timedelta(minutes=1), timedelta(days=400)),
    "update_age": (_SECOND, timedelta(days=400)),
    "fresh_age": (_SECOND, timedelta(days=7)),
}


@dataclass(frozen=True, slots=True)
class SessionAges:
    """The ages of a deployment's sessions.

    Attributes:
        expires_in: how long a session lives that nobody uses.
        update_age: how long after it was made, or slid, the next use makes it live that long again.
        fresh_age: how long after its sign-in it may end sessions or delete the account.

    Raises:
        ValueError: one of them is out of its range.
    """

    expires_in: timedelta = 7 * _DAY
    update_age: timedelta = _DAY
    fresh_age: timedelta = _DAY

    def __post_init__(self) -> None:
        """Refuse what would never end, or end at once."""
        for field in fields(self):
            lowest, highest = _RANGES[field.name]
            if not lowest <= getattr(self, field.name) <= highest:
                raise ValueError(
                    f"{field.name} is out of range: from {lowest.total_seconds():.0f}s to "
                    f"{highest.days}d"
                )

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
    found: dict[str, timedelta] = {}
    for age, variable in AGES.items():
        written = values.get(variable)
        if not written:
            continue
        length = duration_of(written)
        if length is None:
            raise ConfigurationError(
                f"{variable} is {written!r}: write seconds, minutes, hours or days, as 90s, 30m, "
                "12h or 7d."
            )
        try:
            SessionAges(**{age: length})
        except ValueError as error:
            raise ConfigurationError(f"{variable} is {written!r}: {error}.") from error
        found[age] = length
    return SessionAges(**found)

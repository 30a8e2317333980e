"""The values of the rate limits: Better Auth's own by default, settable up to a ceiling.

Written as `sign-in=5/10s,mail=3/1m`: so many in so many seconds, minutes or hours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gatepost.errors import ConfigurationError


class Limit(StrEnum):
    """What is limited, by the name that a deployment sets it by."""

    DEFAULT = "default"
    """Requests of one address for one path."""
    SIGN_IN = "sign-in"
    """The same, where people sign in or up, or change their password or address."""
    MAIL = "mail"
    """The same, where a mail is sent."""
    FAILURES = "failures"
    """Wrong passwords for one account from one address."""
    FAILURES_ANYWHERE = "failures-anywhere"
    """Wrong passwords for one account from all addresses where nobody has signed in to it."""
    NOTICES = "notices"
    """Mails to one person that say that somebody has signed in from a new device."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in any so many seconds."""

    amount: int
    seconds: int

    def exceeds(self, ceiling: "Rate") -> bool:
        """Whether it lets through more at once, or more in the long run."""
        faster = self.amount * ceiling.seconds > ceiling.amount * self.seconds
        return faster or self.amount > ceiling.amount


_CEILINGS: Mapping[Limit, Rate] = {
    Limit.DEFAULT: Rate(1000, 10),
    Limit.SIGN_IN: Rate(1000, 10),
    Limit.MAIL: Rate(1000, 60),
    # Beyond it a list of common passwords could be tried in a day.
    Limit.FAILURES: Rate(1000, 3600),
    Limit.FAILURES_ANYWHERE: Rate(1000, 3600),
    Limit.NOTICES: Rate(100, 24 * 3600),
}
_MOST_SECONDS = 24 * 3600
_UNITS = {"s": 1, "m": 60, "h": 3600}
_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})([smh])")


@dataclass(frozen=True, slots=True)
class Rates:
    """Every limit of a deployment.

    The last three are beyond Better Auth's. A hundred failures are what NIST SP 800-63B, section
    5.2.2, lets a verifier take before it has to refuse.

    Raises:
        ValueError: one of them is no limit, or above its ceiling.
    """

    default: Rate = Rate(100, 10)
    sign_in: Rate = Rate(3, 10)
    mail: Rate = Rate(3, 60)
    failures: Rate = Rate(10, 900)
    failures_anywhere: Rate = Rate(100, 3600)
    notices: Rate = Rate(10, 24 * 3600)

    def __post_init__(self) -> None:
        """Refuse what would be no limit."""
        for limit, ceiling in _CEILINGS.items():
            rate = self[limit]
            if rate.amount < 1 or not 1 <= rate.seconds <= _MOST_SECONDS or rate.exceeds(ceiling):
                raise ValueError(
                    f"{limit}={rate.amount}/{rate.seconds}s is out of range: from 1/24h to "
                    f"{ceiling.amount}/{ceiling.seconds}s"
                )

    def __getitem__(self, limit: Limit) -> Rate:
        """Return one of them."""
        return {
            Limit.DEFAULT: self.default,
            Limit.SIGN_IN: self.sign_in,
            Limit.MAIL: self.mail,
            Limit.FAILURES: self.failures,
            Limit.FAILURES_ANYWHERE: self.failures_anywhere,
            Limit.NOTICES: self.notices,
        }[limit]


HIGHEST_RATES = ",".join(
    f"{limit}={rate.amount}/{rate.seconds}s" for limit, rate in _CEILINGS.items()
)
"""Every limit at its ceiling, as a deployment writes it: for tests that nobody should wait for."""


def parse_rates(text: str, name: str) -> Rates:
    """Read what a deployment sets; what it leaves out stays as it is.

    Args:
        text: as it was set; empty for none.
        name: where it was set; the message begins with it.

    Raises:
        ConfigurationError: a limit that there is not, or one that cannot be used.
    """
    found: dict[Limit, Rate] = {}
    for entry in filter(None, text.split(",")):
        limit_name, _, rate = entry.strip().partition("=")
        written = _RATE.fullmatch(rate)
        if limit_name not in set(Limit) or written is None or Limit(limit_name) in found:
            raise ConfigurationError(
                f"{name}: {entry.strip()!r} is no limit, or stands twice. Write "
                "default=100/10s,sign-in=3/10s, in seconds (s), minutes (m) or hours (h); there "
                f"are {', '.join(Limit)}."
            )
        amount, many, unit = written.groups()
        found[Limit(limit_name)] = Rate(int(amount), int(many) * _UNITS[unit])
    try:
        return replace(Rates(), **{limit.name.lower(): rate for limit, rate in found.items()})
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}. No limit can be turned off.") from error

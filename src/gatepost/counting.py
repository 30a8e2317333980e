"""Where the limits are counted, and what happens while that place is away."""

from dataclasses import dataclass
from enum import StrEnum

from gatepost.connection_urls import is_valkey
from gatepost.errors import ConfigurationError
from gatepost.secret import Secret

_DATABASE = "database"


class Away(StrEnum):
    """What is done with a request that has to be counted while what counts is away."""

    LOCAL = "local"
    """Each worker counts for itself."""
    REFUSE = "refuse"
    """Whatever somebody could guess by, sign up with or have a mail sent by gets a 503."""


@dataclass(frozen=True, slots=True)
class Counting:
    """Where the workers of a deployment count together; by default each counts for itself.

    Attributes:
        valkey_url: the Valkey in which they do, or None.
        in_database: whether they do in the app's own database.
        away: what happens while neither answers.
    """

    valkey_url: Secret | None = None
    in_database: bool = False
    away: Away = Away.LOCAL


def counting_of(
    written: Secret | None, away: str | None, *, feed_url: Secret | None, shares_database: bool
) -> Counting:
    """Read what a deployment sets.

    Args:
        written: GATEPOST_RATE_LIMITS_URL, or None.
        away: GATEPOST_RATE_LIMITS_AWAY, or None.
        feed_url: what carries revocations, which counts as well where it is a Valkey.
        shares_database: whether the database is one that workers on many machines share, and where
            they therefore count where nothing else is named.

    Raises:
        ConfigurationError: neither a Valkey nor the database, or no way to be away.
    """
    if away not in (None, *Away):
        raise ConfigurationError(
            "GATEPOST_RATE_LIMITS_AWAY: write local, so that each worker counts for itself while "
            "what counts is away, or refuse, so that nobody signs in meanwhile."
        )
    when_away = Away.LOCAL if away is None else Away(away)
    if written is not None and written.reveal() == _DATABASE:
        return Counting(in_database=True, away=when_away)
    url = written
    if url is None and feed_url is not None and is_valkey(feed_url):
        url = feed_url
    if url is None:
        return Counting(in_database=shares_database, away=when_away)
    if not is_valkey(url):
        raise ConfigurationError(
            "GATEPOST_RATE_LIMITS_URL: write valkey://host:6379 (valkeys:// over TLS; redis:// and "
            "rediss:// are the same), or database, for the app's own. Left out, the workers count "
            "together in production on PostgreSQL, and elsewhere each counts for itself."
        )
    return Counting(valkey_url=url, away=when_away)

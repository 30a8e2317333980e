"""URLs of what a deployment connects to: its database, its revocation feed, lists elsewhere."""

import re
from urllib.parse import urlsplit

from gatepost.errors import ConfigurationError
from gatepost.origins import is_loopback, origin_of
from gatepost.secret import Secret

# What is no database of ours; its URL goes to its client as it is.
_VALKEY = ("valkey", "valkeys", "redis", "rediss")
_URL_LETTERS = re.compile(r"[!-~]+")
_RANGE_URL = (
    "{name}: write an https URL (http on this machine) that ends in a slash, behind which the "
    "first five digits of a hash are put, such as https://passwords.example.com/range/."
)


def async_database_url(url: str) -> str:
    """Name the async driver in a URL that names only its database.

    Raises:
        ConfigurationError: neither SQLite nor PostgreSQL.
    """
    scheme, separator, rest = url.partition("://")
    driver = {
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
    }.get(scheme)
    if driver is None or not separator:
        del url, scheme, rest  # a traceback may show what a frame has, and they may be a password
        raise ConfigurationError(
            "DATABASE_URL: Gatepost speaks SQLite and PostgreSQL. Write "
            "sqlite:///path/to/file.db or postgresql://user:password@host:5432/name."
        )
    # libpq's name, which hosted databases put into their URLs, and asyncpg's.
    return f"{driver}://{rest}".replace("?sslmode=", "?ssl=").replace("&sslmode=", "&ssl=")


def database_url_of(url: Secret) -> Secret:
    """Name the async driver in a URL that names only its database.

    Raises:
        ConfigurationError: neither SQLite nor PostgreSQL.
    """
    return Secret(async_database_url(url.reveal()))


def is_valkey(url: Secret) -> bool:
    """Whether a URL is one of Valkey's, or of Redis'."""
    scheme, separator, _ = url.reveal().partition("://")
    return bool(separator) and scheme in _VALKEY


def is_postgresql(url: Secret) -> bool:
    """Whether a URL names a PostgreSQL, once it names its driver."""
    return url.reveal().startswith("postgresql+")


def feed_url_of(url: Secret) -> Secret:
    """Return what carries revocations: an SQLAlchemy async URL, or one of Valkey's as it is.

    Raises:
        ConfigurationError: neither.
    """
    if is_valkey(url):
        return url
    try:
        return database_url_of(url)
    except ConfigurationError as error:
        raise ConfigurationError(
            "GATEPOST_FEED_URL: write postgresql://user:password@host:5432/name for a direct way "
            "to the app's PostgreSQL, sqlite:///path/to/file.db, or valkey://host:6379 (valkeys:// "
            "over TLS; redis:// and rediss:// are the same)."
        ) from error


def range_url_of(url: str | None, name: str) -> str | None:
    """Return what a range of breached passwords is asked for at; None where none is named.

    Args:
        url: as it was set.
        name: where it was set; the message begins with it.

    Raises:
        ConfigurationError: it is no https URL, nor one of this machine, that ends in a slash.
    """
    if url is None:
        return None
    usable = bool(_URL_LETTERS.fullmatch(url)) and origin_of(url) is not None
    if not usable or not (url.startswith("https://") or is_loopback(url)):
        raise ConfigurationError(_RANGE_URL.format(name=name))
    parts = urlsplit(url)
    if "@" in parts.netloc or "?" in url or "#" in url or not parts.path.endswith("/"):
        raise ConfigurationError(_RANGE_URL.format(name=name))
    return url


def row_security_of(named: str | None) -> bool | None:
    """Return whether row-level security has to hold the serving role; None where that is open.

    Raises:
        ConfigurationError: it is neither of the two words.
    """
    if named not in (None, "required", "off"):
        raise ConfigurationError("GATEPOST_ROW_SECURITY: write required or off.")
    return None if named is None else named == "required"

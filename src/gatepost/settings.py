"""Settings, frozen, read from the environment in one place. No secret has a default."""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatepost.errors import ConfigurationError
from gatepost.origins import TrustedOrigins, is_loopback

MINIMUM_SECRET_LENGTH = 32
_PUBLISHED_SECRETS = frozenset({"better-auth-secret-12345678901234567890"})
DEFAULT_URL = "http://127.0.0.1:8000"
DEFAULT_DATA_DIR = Path(".gatepost")

# Better Auth's own names are understood beside Gatepost's, so that one deployment file serves both.
_NAMES = {
    "url": ("GATEPOST_URL", "BETTER_AUTH_URL"),
    "secret": ("GATEPOST_SECRET", "BETTER_AUTH_SECRET"),
    "trusted_origins": ("GATEPOST_TRUSTED_ORIGINS", "BETTER_AUTH_TRUSTED_ORIGINS"),
    "database_url": ("GATEPOST_DATABASE_URL", "DATABASE_URL"),
    "data_dir": ("GATEPOST_DATA_DIR",),
    "environment": ("GATEPOST_ENV",),
}


class Secret:
    """A value that no repr, log line, traceback or copy into a dict shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; every caller is a place to audit."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment sets.

    Attributes:
        url: where people reach the app; its origin is the `iss` and `aud` of the tokens.
        secret: at least 32 characters, or None while the secret file has not been read.
        trusted_origins: the origins whose pages may act for the person who has them open.
        database_url: an SQLAlchemy async URL, which may hold a password.
        data_dir: where the secret file and the SQLite database lie in development.
        production: true unless the URL is a loopback one, or where GATEPOST_ENV says so.
    """

    url: str
    secret: Secret | None
    trusted_origins: TrustedOrigins
    database_url: Secret
    data_dir: Path
    production: bool

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry `Secure` and the `__Secure-` prefix."""
        return self.url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read every setting, once.

        Raises:
            ConfigurationError: a value cannot be used; the message names the variable.
        """
        values = os.environ if environment is None else environment
        url = _read(values, "url") or DEFAULT_URL
        others = tuple(part.strip() for part in (_read(values, "trusted_origins") or "").split(","))
        try:
            trusted = TrustedOrigins.of(url, tuple(part for part in others if part))
        except ValueError as error:
            raise ConfigurationError(
                f"GATEPOST_URL or GATEPOST_TRUSTED_ORIGINS: {error}. "
                "Write origins such as https://tasks.example.com, separated by commas."
            ) from error
        production = _production(values, url)
        data_dir = Path(_read(values, "data_dir") or DEFAULT_DATA_DIR)
        return cls(
            url=trusted.base,
            secret=_secret(values, production=production),
            trusted_origins=trusted,
            database_url=Secret(
                async_database_url(
                    _read(values, "database_url") or f"sqlite:///{data_dir / 'gatepost.db'}"
                )
            ),
            data_dir=data_dir,
            production=production,
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
        raise ConfigurationError(
            "DATABASE_URL: Gatepost speaks SQLite and PostgreSQL. Write "
            "sqlite:///path/to/file.db or postgresql://user:password@host:5432/name."
        )
    # libpq's name, which hosted databases put into their URLs, and asyncpg's.
    return f"{driver}://{rest}".replace("?sslmode=", "?ssl=").replace("&sslmode=", "&ssl=")


def _read(values: Mapping[str, str], setting: str) -> str | None:
    for name in _NAMES[setting]:
        if values.get(name):
            return values[name]
    return None


def _production(values: Mapping[str, str], url: str) -> bool:
    named = _read(values, "environment")
    if named not in (None, "production", "development"):
        raise ConfigurationError("GATEPOST_ENV: write production or development.")
    if named == "development" and not is_loopback(url):
        raise ConfigurationError(
            "GATEPOST_ENV: development is for a loopback GATEPOST_URL only; this one can be "
            "reached from elsewhere. Leave GATEPOST_ENV out."
        )
    return named == "production" or not is_loopback(url)


def _secret(values: Mapping[str, str], *, production: bool) -> Secret | None:
    value = _read(values, "secret")
    if value is None:
        if production:
            raise ConfigurationError(
                "GATEPOST_SECRET is not set. In production the secret comes from the environment: "
                "at least 32 random characters, for instance from `openssl rand -base64 32`."
            )
        return None
    if value in _PUBLISHED_SECRETS:
        raise ConfigurationError(
            "GATEPOST_SECRET is a value that documentation shows, and that everybody knows. "
            "`openssl rand -base64 32` makes one."
        )
    length = len(value.strip())
    if length < MINIMUM_SECRET_LENGTH:
        raise ConfigurationError(
            f"GATEPOST_SECRET has {length} characters, fewer than {MINIMUM_SECRET_LENGTH}. "
            "`openssl rand -base64 32` makes one."
        )
    return Secret(value)

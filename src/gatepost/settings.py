"""Settings, frozen, read from the environment in one place. No secret has a default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatepost.connection_urls import (
    async_database_url,
    database_url_of,
    feed_url_of,
    is_postgresql,
    range_url_of,
    row_security_of,
)
from gatepost.counting import Counting, counting_of
from gatepost.errors import ConfigurationError
from gatepost.options import OPTIONS, Options, parse_options
from gatepost.origins import TrustedOrigins, is_loopback
from gatepost.password_hash import PasswordHash, parse_password_hash
from gatepost.proxies import TrustedProxies, parse_proxies
from gatepost.rates import Rates, parse_rates
from gatepost.secret import MINIMUM_SECRET_LENGTH, Secret, Secrets
from gatepost.secret_sources import (
    SECRETS,
    SecretSources,
    named_in_directory,
    names_of_sources,
    secrets_of_sources,
    token_of_sources,
)
from gatepost.session_ages import AGES, SessionAges, parse_session_ages
from gatepost.variables import Variables, check_names
from gatepost.wire import DEFAULT_BASE_PATH, DEFAULT_COOKIE_PREFIX, Wire

__all__ = ["MINIMUM_SECRET_LENGTH", "Secret", "Secrets", "Settings", "async_database_url"]

DEFAULT_URL = "http://127.0.0.1:8000"
DEFAULT_DATA_DIR = Path(".gatepost")

# Better Auth's own names are understood beside Gatepost's, so that one deployment file serves both.
_NAMES = {
    "url": ("GATEPOST_URL", "BETTER_AUTH_URL"),
    "trusted_origins": ("GATEPOST_TRUSTED_ORIGINS", "BETTER_AUTH_TRUSTED_ORIGINS"),
    "base_path": ("GATEPOST_BASE_PATH",),
    "disabled_paths": ("GATEPOST_DISABLED_PATHS",),
    "cookie_prefix": ("GATEPOST_COOKIE_PREFIX",),
    "cookie_domain": ("GATEPOST_COOKIE_DOMAIN",),
    "row_security": ("GATEPOST_ROW_SECURITY",),
    "issuer": ("GATEPOST_ISSUER",),
    "audience": ("GATEPOST_AUDIENCE",),
    "trusted_proxies": ("GATEPOST_TRUSTED_PROXIES",),
    "rate_limits": ("GATEPOST_RATE_LIMITS",),
    "rate_limits_away": ("GATEPOST_RATE_LIMITS_AWAY",),
    "password_hash": ("GATEPOST_PASSWORD_HASH",),
    "breached_passwords_url": ("GATEPOST_BREACHED_PASSWORDS_URL",),
    "data_dir": ("GATEPOST_DATA_DIR",),
    "environment": ("GATEPOST_ENV",),
    **SECRETS,
    **{name: (variable,) for name, variable in (OPTIONS | AGES).items()},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment sets.

    Attributes:
        url: where people reach the app; its origin is the `iss` and `aud` of the tokens.
        secrets: the current one and those before it, or None while the secret file has not been
            read, or where an issuer elsewhere leaves nothing to sign.
        trusted_origins: the origins whose pages may act for the person who has them open.
        wire: what the deployment chooses of the provider's paths and cookies.
        database_url: an SQLAlchemy async URL, which may hold a password.
        admin_database_url: the same database as the role that owns its tables, or None where the
            one role does everything.
        row_security: whether row-level security has to hold the role of `database_url`; None where
            that was left open.
        feed_url: what carries revocations, where that is not `database_url`: an SQLAlchemy async
            URL, or one of Valkey's.
        trusted_proxies: whose X-Forwarded-For says where a request comes from; nobody's by default.
        rate_limits: how often one address may ask, and one account's password be guessed.
        counting: where the workers count together, if anywhere.
        issuer: the Better Auth server that signs people in, or None where the app does itself.
        audience: the `aud` of that server's tokens, where it is not its URL.
        options: what the deployment turns on or off of Better Auth's options.
        session_ages: how long sessions live, and are fresh.
        mail_url: the mail server, whose URL may hold a password; None where no mail is sent.
        password_hash: by what the provider hashes new passwords.
        breached_passwords_url: the list of passwords that nobody may choose, up to where the five
            digits come; None where there is none.
        metrics_token: what whoever reads the metrics has to show; None where nobody may.
        data_dir: where the secret file and the SQLite database lie in development.
        production: true unless the URL is a loopback one, or where GATEPOST_ENV says so.
    """

    url: str
    secrets: Secrets | None
    trusted_origins: TrustedOrigins
    wire: Wire
    database_url: Secret
    admin_database_url: Secret | None
    row_security: bool | None
    feed_url: Secret | None
    trusted_proxies: TrustedProxies
    rate_limits: Rates
    counting: Counting
    issuer: str | None
    audience: str | None
    options: Options
    session_ages: SessionAges
    mail_url: Secret | None
    password_hash: PasswordHash
    breached_passwords_url: str | None
    metrics_token: Secret | None
    data_dir: Path
    production: bool

    @property
    def requires_row_security(self) -> bool:
        """Whether an app on PostgreSQL may not start without it: in production, by default."""
        if self.row_security is not None:
            return self.row_security
        return self.production or self.admin_database_url is not None

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry `Secure` and the `__Secure-` prefix."""
        return self.url.startswith("https://")

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, issued_elsewhere: bool = False
    ) -> "Settings":
        """Read every setting, once.

        Args:
            environment: stands for the process's own.
            issued_elsewhere: whether the app names an issuer in its code, so that there is nothing
                to sign here and no secret to ask for.

        Raises:
            ConfigurationError: a value cannot be used; the message names the variable.
        """
        values = Variables(os.environ if environment is None else environment)
        del environment
        names = {name for names in _NAMES.values() for name in names} | names_of_sources()
        check_names(values, names)
        check_names(named_in_directory(values), names)
        sources = SecretSources(values)
        url = _read(values, "url") or DEFAULT_URL
        try:
            trusted = TrustedOrigins.of(url, _listed(values, "trusted_origins"))
        except ValueError as error:
            raise ConfigurationError(
                f"GATEPOST_URL or GATEPOST_TRUSTED_ORIGINS: {error}. "
                "Write origins such as https://tasks.example.com or https://*.example.com, or an "
                "app's myapp://, separated by commas."
            ) from error
        production = _production(values, url)
        issuer = _read(values, "issuer")
        feed_url = sources.of("feed_url")
        admin_url = sources.of("admin_database_url")
        data_dir = Path(_read(values, "data_dir") or DEFAULT_DATA_DIR)
        database_url = database_url_of(
            sources.of("database_url") or Secret(f"sqlite:///{data_dir / 'gatepost.db'}")
        )
        return cls(
            url=trusted.base,
            secrets=secrets_of_sources(
                sources, required=production and issuer is None and not issued_elsewhere
            ),
            trusted_origins=trusted,
            wire=_wire(values).check(trusted.base),
            database_url=database_url,
            admin_database_url=None if admin_url is None else database_url_of(admin_url),
            row_security=row_security_of(_read(values, "row_security")),
            feed_url=None if feed_url is None else feed_url_of(feed_url),
            trusted_proxies=parse_proxies(
                _read(values, "trusted_proxies") or "", "GATEPOST_TRUSTED_PROXIES"
            ),
            rate_limits=parse_rates(_read(values, "rate_limits") or "", "GATEPOST_RATE_LIMITS"),
            counting=counting_of(
                sources.of("rate_limits_url"),
                _read(values, "rate_limits_away"),
                feed_url=feed_url,
                shares_database=production and is_postgresql(database_url),
            ),
            issuer=issuer,
            audience=_read(values, "audience"),
            options=parse_options(values),
            session_ages=parse_session_ages(values),
            mail_url=sources.of("mail_url"),
            password_hash=parse_password_hash(
                _read(values, "password_hash") or "", "GATEPOST_PASSWORD_HASH"
            ),
            breached_passwords_url=range_url_of(
                _read(values, "breached_passwords_url"), "GATEPOST_BREACHED_PASSWORDS_URL"
            ),
            metrics_token=token_of_sources(sources, "metrics_token"),
            data_dir=data_dir,
            production=production,
        )


def _named(values: Mapping[str, str], setting: str) -> str | None:
    """Return the name by which it is set; empty is unset."""
    return next((name for name in _NAMES[setting] if values.get(name)), None)


def _read(values: Mapping[str, str], setting: str) -> str | None:
    name = _named(values, setting)
    return None if name is None else values[name]


def _listed(values: Mapping[str, str], setting: str) -> tuple[str, ...]:
    parts = (part.strip() for part in (_read(values, setting) or "").split(","))
    return tuple(part for part in parts if part)


def _wire(values: Mapping[str, str]) -> Wire:
    return Wire(
        base_path=_read(values, "base_path") or DEFAULT_BASE_PATH,
        disabled_paths=frozenset(_listed(values, "disabled_paths")),
        cookie_prefix=_read(values, "cookie_prefix") or DEFAULT_COOKIE_PREFIX,
        cookie_domain=(_read(values, "cookie_domain") or "").lower(),
    )


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

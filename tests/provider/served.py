"""The provider on real HTTP and a real database, with a real signer, for the tests."""

import base64
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from gatepost.errors import Unavailable
from gatepost.events import SecurityEvent
from gatepost.limits import local_windows
from gatepost.origins import TrustedOrigins
from gatepost.password_hash import PasswordHash
from gatepost.principal import SessionId, UserId
from gatepost.provider import (
    BreachedPasswords,
    Provider,
    ProviderConfig,
    SignedToken,
)
from gatepost.proxies import TrustedProxies
from gatepost.rates import HIGHEST_RATES, Rate, Rates, parse_rates
from gatepost.session_ages import SessionAges
from gatepost.settings import Secret, Secrets, async_database_url
from gatepost.store.engine import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.store.user_columns import add_user_columns
from gatepost.tokens.issue import SignIn, SigningKey, issue_access_token
from gatepost.wire import Wire
from tests.ports import free_port
from tests.provider.mailer import Mailer
from tests.provider.oracle.database import Database
from tests.provider.oracle.deployment import ALL_MAIL, PLAIN, SECRET, Deployment
from tests.provider.oracle.hooks import after, before
from tests.provider.oracle.mailbox import KeptMails
from tests.provider.oracle.playing import Server
from tests.serving import serving


class Signer:
    """One Ed25519 key, of this process."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._key = SigningKey("k" * 32, Ed25519PrivateKey.generate())

    async def issue(
        self, user_id: UserId, session_id: SessionId, *, signed_in_at: float, seen_at: float
    ) -> SignedToken:
        """Sign as the house does."""
        compact = issue_access_token(
            self._key,
            SignIn(user_id, session_id, int(signed_in_at)),
            origin=self._base_url,
            issued_at=int(seen_at),
        )
        return SignedToken(compact, self._key.key_id)

    async def public_jwks(self) -> list[Mapping[str, str]]:
        """Show the public key as Better Auth does."""
        raw = self._key.private_key.public_key().public_bytes_raw()
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return [{"alg": "EdDSA", "crv": "Ed25519", "x": x, "kty": "OKP", "kid": self._key.key_id}]


@dataclass(slots=True)
class Ends:
    """Remembers which sessions were said to have ended; nobody can be told while it is away."""

    ended: list[SessionId] = field(default_factory=list)
    is_away: bool = False

    async def session_ends(self, session_id: SessionId, _user_id: UserId) -> None:
        """Remember it."""
        if self.is_away:
            raise Unavailable("Try again in a moment", code="SERVICE_UNAVAILABLE")
        self.ended.append(session_id)


@dataclass(slots=True)
class Events:
    """Keeps every event."""

    kept: list[SecurityEvent] = field(default_factory=list)

    def emit(self, event: SecurityEvent) -> None:
        """Keep it."""
        self.kept.append(event)

    def take(self) -> list[tuple[str, str | None]]:
        """Return and forget the names and reasons of the events so far."""
        taken = [(event.name.value, event.reason and event.reason.value) for event in self.kept]
        self.kept.clear()
        return taken


@dataclass(frozen=True, slots=True)
class Served(Server):
    """A provider that can be talked to, and what it reported."""

    events: Events = field(default_factory=Events)
    ends: Ends = field(default_factory=Ends)

    @property
    def auth(self) -> str:
        """The URL of the provider."""
        return f"{self.url}{self.base_path}"

    @property
    def file(self) -> Path:
        """The SQLite file behind it."""
        return Path(self.database.url.removeprefix("sqlite:///"))


@contextmanager
def serving_provider(  # noqa: PLR0913 - what tests choose, each with its default
    database_url: str,
    deployment: Deployment = PLAIN,
    *,
    rates: Rates | None = None,
    password_hash: PasswordHash = PasswordHash.ARGON2ID,
    breached_passwords: BreachedPasswords | None = None,
    adjust: Callable[[ProviderConfig], ProviderConfig] = lambda config: config,
) -> Iterator[Served]:
    """Serve a provider on an empty database, below the base path, as the app mounts it.

    Args:
        database_url: `sqlite:///file.db` or `postgresql://…`.
        deployment: what it is told.
        rates: the limits, where they are not the deployment's.
        password_hash: by what it hashes new passwords; Argon2id takes a third of the time of
            scrypt, which a real Better Auth server on the same database reads.
        breached_passwords: the list of those that nobody may choose.
        adjust: says what else is to be beyond the deployment.
    """
    port = free_port()
    base_url = deployment.base_url or f"http://127.0.0.1:{port}"
    engine = open_engine(async_database_url(database_url))
    events, ends, mailbox = Events(), Ends(), KeptMails()
    config = _config(deployment, base_url, events, rates or _rates(deployment), mailbox)
    config = replace(config, password_hash=password_hash, breached_passwords=breached_passwords)
    config = adjust(config)
    provider = Provider(engine, config, Signer(base_url), ends)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        await add_user_columns(engine, config.user_fields)
        yield
        await engine.dispose()

    # The bare base path is the provider's too; Mount takes only what is below it.
    path = deployment.base_path
    app = Starlette(routes=[Mount(path, provider), Route(path, provider)], lifespan=lifespan)
    app.router.redirect_slashes = False
    with serving(app, port=port) as url:
        yield Served(url, base_url, path, Database(database_url), mailbox, events, ends)


_PLUGINS = frozenset({"jwt", "bearer"})
_TOLD = frozenset(
    {
        *("id", "base_url", "base_path", "trusted_origins", "disabled_paths", "plugins"),
        *("cookie_prefix", "cookie_domain", "mail", "change_email", "delete_user"),
        *("require_email_verification", "send_on_sign_up", "auto_sign_in_after_verification"),
        *("additional_fields", "hooks"),
        "revoke_sessions_on_password_reset",  # what Gatepost does in any case
        *("cookie_prefix", "cookie_domain"),
        *("rate_limit", "trusted_proxies"),
        *("session_expires_in", "session_update_age", "session_fresh_age"),
    }
)
"""The options of `Deployment` that `_config` passes on."""


def _config(
    deployment: Deployment, base_url: str, events: Events, rates: Rates, mailbox: KeptMails
) -> ProviderConfig:
    """Tell Gatepost what the deployment says.

    Raises:
        NotImplementedError: the deployment sets an option that Gatepost does not have.
    """
    untold = {each.name for each in fields(deployment)} - _TOLD
    set_anyway = {name for name in untold if getattr(deployment, name) != getattr(PLAIN, name)}
    if deployment.mail and set(deployment.mail) != set(ALL_MAIL):
        set_anyway.add("mail")
    # The columns of `admin` are always there.
    if set_anyway or not {"jwt"} <= set(deployment.plugins) - {"admin"} <= _PLUGINS:
        raise NotImplementedError(f"{deployment.id}: {set_anyway or deployment.plugins}")
    return ProviderConfig(
        base_url=base_url,
        bearer="bearer" in deployment.plugins,
        secrets=Secrets.of(Secret(SECRET)),
        secure_cookies=base_url.startswith("https://"),
        trusted_origins=TrustedOrigins.of(base_url, deployment.trusted_origins),
        events=events,
        wire=Wire(
            base_path=deployment.base_path,
            disabled_paths=frozenset(deployment.disabled_paths),
            cookie_prefix=deployment.cookie_prefix,
            cookie_domain=deployment.cookie_domain,
        ).check(base_url),
        mailer=Mailer(mailbox) if deployment.mail else None,
        require_email_verification=deployment.require_email_verification,
        send_on_sign_up=(
            deployment.require_email_verification
            if deployment.send_on_sign_up is None
            else deployment.send_on_sign_up
        ),
        auto_sign_in_after_verification=deployment.auto_sign_in_after_verification,
        change_email=deployment.change_email,
        delete_user=deployment.delete_user,
        user_fields=deployment.additional_fields,
        before=before if deployment.hooks else None,
        after=after if deployment.hooks else None,
        session_ages=SessionAges(
            timedelta(seconds=deployment.session_expires_in),
            timedelta(seconds=deployment.session_update_age),
            timedelta(seconds=deployment.session_fresh_age),
        ),
        windows=local_windows(rates),
        trusted_proxies=TrustedProxies.of(deployment.trusted_proxies),
    )


def _rates(deployment: Deployment) -> Rates:
    limit, unhindered = deployment.rate_limit, parse_rates(HIGHEST_RATES, "the tests")
    if limit is None:
        return unhindered
    return replace(Rates(), default=Rate(limit.max, limit.window), failures=unhindered.failures)

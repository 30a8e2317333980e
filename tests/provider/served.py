"""The provider on real HTTP and a real SQLite file, with a real signer, for the tests."""

import base64
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from gatepost.events import SecurityEvent
from gatepost.origins import TrustedOrigins
from gatepost.principal import SessionId, UserId
from gatepost.provider import Provider, ProviderConfig, SignedToken
from gatepost.settings import Secret, Secrets
from gatepost.store import tables
from gatepost.store.engine import open_engine
from gatepost.tokens.issue import SignIn, SigningKey, issue_access_token
from tests.ports import free_port
from tests.provider.playing import SECRET, SECURE_URL, TRUSTED, Server
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
    """Remembers which sessions were said to have ended."""

    ended: list[SessionId] = field(default_factory=list)

    async def session_ends(self, session_id: SessionId, _user_id: UserId) -> None:
        """Remember it."""
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

    events: Events
    ends: Ends

    @property
    def auth(self) -> str:
        """The URL of the provider."""
        return f"{self.url}/api/auth"


@contextmanager
def serving_provider(directory: Path, *, secure: bool = False) -> Iterator[Served]:
    """Serve a provider on an empty database, below /api/auth as the app mounts it."""
    port = free_port()
    base_url = SECURE_URL if secure else f"http://127.0.0.1:{port}"
    database = directory / "provider.db"
    engine = open_engine(f"sqlite+aiosqlite:///{database}")
    events, ends = Events(), Ends()
    config = ProviderConfig(
        base_url=base_url,
        secrets=Secrets.of(Secret(SECRET)),
        secure_cookies=secure,
        trusted_origins=TrustedOrigins.of(base_url, (TRUSTED,)),
        events=events,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(tables.metadata.create_all)
        yield
        await engine.dispose()

    provider = Provider(engine, config, Signer(base_url), ends)
    # The bare base path is the provider's too; Mount takes only what is below it.
    routes = [Mount("/api/auth", provider), Route("/api/auth", provider)]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.router.redirect_slashes = False
    with serving(app, port=port) as url:
        yield Served(url, database, base_url, events, ends)

"""`Gatepost`: the composition root. It alone sees every room, and puts them together."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from gatepost.errors import ConfigurationError, NotStarted, Refusal
from gatepost.events import EventSink, JsonLines
from gatepost.gate import Gate, GateRules, RouteTable, Seal, public, responses
from gatepost.gate.gate import MAX_BODY_BYTES
from gatepost.gate.openapi import describe_policies
from gatepost.gate.routes import disable_slash_redirects
from gatepost.principal import SessionId, UserId
from gatepost.provider import Provider, ProviderConfig, SignedToken
from gatepost.rows import ScopedSessions
from gatepost.rows.ownership import OwnedTables
from gatepost.settings import Secret, Settings
from gatepost.store import open_engine
from gatepost.store.engine import check_connection
from gatepost.store.key_ring import KeyRing
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.store.people import Person, find_person
from gatepost.store.secret_file import take_up_secret
from gatepost.tokens import Revocation, RevocationMemory, Trust, Verifier, steady_now
from gatepost.tokens.issue import ACCESS_TOKEN_SECONDS, issue_access_token
from gatepost.unit_of_work import CommitBeforeAnswer

AUTH_BASE_PATH = "/api/auth"
_CLOCK_SKEW_SECONDS = 5


@dataclass(frozen=True, slots=True)
class _House:
    """Everything that exists between the start and the end of an app."""

    engine: AsyncEngine
    rules: GateRules
    sessions: ScopedSessions
    provider: Provider


@dataclass(frozen=True, slots=True)
class _Signer:
    """Gives the provider the newest key and the deployment's name, and nothing else."""

    keys: KeyRing
    origin: str

    async def issue(self, user_id: UserId, session_id: SessionId) -> SignedToken:
        key = self.keys.signing
        compact = issue_access_token(
            key,
            issuer=self.origin,
            audience=self.origin,
            user_id=user_id,
            session_id=session_id,
        )
        return SignedToken(compact, key.key_id)

    async def public_jwks(self) -> list[Mapping[str, str]]:
        return list(self.keys.published)


class _Ends(RevocationMemory):
    def __init__(self) -> None:
        super().__init__(
            token_lifetime_seconds=ACCESS_TOKEN_SECONDS,
            clock_skew_seconds=_CLOCK_SKEW_SECONDS,
            max_staleness_seconds=float("inf"),
            capacity=1_000_000,
        )
        self.caught_up(steady_now())

    async def catch_up(self) -> None:
        pass

    async def session_ends(self, session_id: SessionId, user_id: UserId) -> None:
        self.apply(Revocation(session_id, user_id, None, time.time()))


class _ProviderDoor:
    """The provider, as an endpoint that can be mounted before the app has started."""

    def __init__(self, provider: Callable[[], Provider]) -> None:
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._provider()(scope, receive, send)


class Gatepost:
    """Turns a FastAPI app into a multi-user system.

    Args:
        settings: read from the environment where none are given.
        migrations: the app's own Alembic script directory, brought to its head when the app
            starts. Without one, missing tables of `Owned` models are made in development.
        events: where security events go; JSON lines on standard error where none is given.

    Raises:
        ConfigurationError: a setting cannot be used.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        migrations: Path | None = None,
        events: EventSink | None = None,
    ) -> None:
        self.settings = settings or Settings.from_environment()
        self._migrations = migrations
        self._events = events or JsonLines()
        self._middleware: list[Middleware] = []
        self._house: _House | None = None

    def protect(self, app: FastAPI) -> None:
        """Mount the provider at /api/auth, and close every route that is not declared public.

        Call it last: what is added to the app after it has started is refused.

        Raises:
            ConfigurationError: the app is protected already.
        """
        if any(_is(entry, Gate) for entry in app.user_middleware):
            raise ConfigurationError("gatepost.protect(app) has been called for this app already.")

        door = public("Better Auth's own protocol, which answers for itself")(
            _ProviderDoor(lambda: self._running.provider)
        )
        # First in the list, so that no route of the app's can shadow them.
        app.router.routes[:0] = [Mount(AUTH_BASE_PATH, app=door), Route(AUTH_BASE_PATH, door)]
        app.add_middleware(CommitBeforeAnswer, sessions=lambda: self._running.sessions)
        app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
        app.add_middleware(Gate, rules=lambda: self._running.rules)
        app.user_middleware.append(Middleware(Seal, rules=lambda: self._running.rules))
        # CORS is outermost, so that preflights, which carry no credential, are answered, and a
        # page of another origin can read a denial.
        app.user_middleware.sort(key=lambda entry: not _is(entry, CORSMiddleware))
        self._middleware = list(app.user_middleware)
        _set_error_answers(app)
        describe_policies(app, lambda: self._running.rules.table)
        app.state.gatepost = self
        self._wrap_lifespan(app)

    async def person(self, user_id: UserId) -> Person | None:
        """Look a signed-in person up; None where the account has been deleted."""
        return await find_person(self._running.engine, user_id)

    @property
    def _running(self) -> _House:
        if self._house is None:
            raise NotStarted(
                "The app has not been started. Run it under a server, or write "
                "`with TestClient(app) as client:` so that its lifespan runs."
            )
        return self._house

    def _wrap_lifespan(self, app: FastAPI) -> None:
        inner = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(started: FastAPI) -> AsyncIterator[Mapping[str, object]]:
            async with self._run(started), inner(started) as state:
                yield state or {}

        app.router.lifespan_context = lifespan

    @asynccontextmanager
    async def _run(self, app: FastAPI) -> AsyncIterator[None]:
        if app.user_middleware != self._middleware:
            raise ConfigurationError(
                "A middleware was added after gatepost.protect(app), and would see requests before "
                "they are decided on, or change them after. Add it before gatepost.protect(app)."
            )
        disable_slash_redirects(app)
        table = RouteTable(app)
        secret = self.settings.secret or take_up_secret(self.settings.data_dir)[0]
        engine = open_engine(self.settings.database_url.reveal())
        try:
            await check_connection(engine)
            await self._prepare(engine)
            self._house = await self._build(engine, secret, table)
            yield
        finally:
            self._house = None
            await engine.dispose()

    async def _prepare(self, engine: AsyncEngine) -> None:
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        if self._migrations is not None:
            await migrate(engine, self._migrations, "alembic_version")
        elif not self.settings.production:
            owned: set[MetaData] = {model.metadata for model in OwnedTables()}  # type: ignore[attr-defined] # every mapped class has it
            async with engine.begin() as connection:
                for metadata in owned:
                    await connection.run_sync(metadata.create_all)

    async def _build(self, engine: AsyncEngine, secret: Secret, table: RouteTable) -> _House:
        keys = KeyRing(engine, secret)
        await keys.open()
        ended = _Ends()
        origin = self.settings.url
        trust = Trust(
            issuer=origin,
            audience=origin,
            algorithms=frozenset({"EdDSA"}),
            token_types=frozenset({"", "jwt", "at+jwt"}),
            required_claims=frozenset({"sid"}),
            clock_skew_seconds=_CLOCK_SKEW_SECONDS,
            max_lifetime_seconds=ACCESS_TOKEN_SECONDS,
            subjects_are_user_ids=True,
            keys=keys,
            revocations=ended,
        )
        config = ProviderConfig(
            base_url=origin,
            secret=secret,
            secure_cookies=self.settings.secure_cookies,
            trusted_origins=self.settings.trusted_origins,
            events=self._events,
        )
        return _House(
            engine=engine,
            rules=GateRules(
                table,
                Verifier([trust]),
                self.settings.trusted_origins,
                self._events,
                app_answers_errors=table.answers_errors,
            ),
            sessions=ScopedSessions(engine, self._events),
            provider=Provider(engine, config, _Signer(keys, origin), ended),
        )


def _is(entry: Middleware, kind: type[object]) -> bool:
    factory: object = entry.cls
    return factory is kind


def _set_error_answers(app: FastAPI) -> None:
    """Give refusals their answers, and replace FastAPI's own handlers, but never the app's."""
    app.add_exception_handler(Refusal, responses.answer_refusal)
    handlers = app.exception_handlers
    if handlers.get(HTTPException) is http_exception_handler:
        app.add_exception_handler(HTTPException, responses.answer_http_exception)
    if handlers.get(RequestValidationError) is request_validation_exception_handler:
        app.add_exception_handler(RequestValidationError, responses.answer_validation_error)

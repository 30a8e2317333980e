"""`Gatepost`: the composition root. It alone sees every room, and puts them together."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from gatepost.doors import open_doors
from gatepost.errors import ConfigurationError, NotStarted
from gatepost.events import EventSink
from gatepost.events.metric_catalogue import Measured
from gatepost.gate import Declaration, Gate, Seal, table_of
from gatepost.gate.access_cookie import check_access_cookie
from gatepost.gate.audit import disable_slash_redirects
from gatepost.gate.error_answers import answer_as_the_app_around, answer_errors
from gatepost.gate.inventory import note_own_gate
from gatepost.gate.openapi import Credentials, describe_mounted, describe_policies
from gatepost.gate.routes import RouteTable
from gatepost.gate.seal import mounted_apps, seal_mounted
from gatepost.health import Health
from gatepost.house import House, open_database, open_house
from gatepost.issuers import Issuer
from gatepost.measuring import measured
from gatepost.naming_issuers import issuers_of
from gatepost.plan import plan_of
from gatepost.principal import UserId
from gatepost.rows.outside import OutsideSession
from gatepost.settings import Settings
from gatepost.store.people import Person, find_person, find_user_id
from gatepost.unit_of_work import CommitBeforeAnswer

if TYPE_CHECKING:
    from gatepost.mail import Outbox

_MOST_BODY_BYTES = 1024 * 1024 * 1024

_log = logging.getLogger("gatepost")


class Gatepost:
    """Turns a FastAPI app into a multi-user system.

    Args:
        settings: read from the environment where none are given.
        issuer: who signs people in. A URL is that of a real Better Auth server. Where it is left
            out it is the server that GATEPOST_ISSUER names, or else the provider built in.
        migrations: the app's own Alembic script directory, brought to its head when the app
            starts. Without one, missing tables of `Owned` models are made in development.
        events: the sink of security events, or several; JSON lines on standard error where none
            is given. One that is slow or fails costs events, and no request.
        access_cookie: turns cookie mode on, and is the path of the route that sets, renews and
            clears the cookie. Bearer tokens are taken as before.
        max_body_bytes: the longest body that a request may have, 1 GiB at most.

    Raises:
        ConfigurationError: a setting cannot be used.
    """

    def __init__(  # noqa: PLR0913 - the choices of one app, each with its default
        self,
        settings: Settings | None = None,
        *,
        issuer: str | Issuer | Sequence[Issuer] | None = None,
        migrations: Path | None = None,
        events: EventSink | Sequence[EventSink] | None = None,
        access_cookie: str | None = None,
        max_body_bytes: int = 1024 * 1024,
    ) -> None:
        self.settings = settings or Settings.from_environment(issued_elsewhere=issuer is not None)
        issuers = issuers_of(issuer, self.settings)
        check_access_cookie(access_cookie, self.settings)
        self._house: House | None = None
        self._plan = plan_of(self.settings, issuers, migrations, events, access_cookie)
        for observer in self._plan.observers:
            observer.observe(self._measured)
        if not 0 < max_body_bytes <= _MOST_BODY_BYTES:
            raise ConfigurationError(
                f"Gatepost(max_body_bytes={max_body_bytes}): write a number of bytes from 1 to "
                f"{_MOST_BODY_BYTES}."
            )
        self._max_body_bytes = max_body_bytes
        self._middleware: list[Middleware] = []
        self._policies: Mapping[str, Declaration] = {}

    def protect(self, app: FastAPI, *, policies: Mapping[str, Declaration] | None = None) -> None:
        """Mount the provider at its base path, and close every route that is not declared public.

        Call it last: what is added to the app after it has started is refused.

        Args:
            app: the application.
            policies: of routes whose code you cannot edit, by method and path as `gatepost routes`
                prints them: `{"GET /health": public("a probe's question")}`.

        Raises:
            ConfigurationError: the app is protected already, or this protects another.
        """
        if any(_is(entry, Gate) for entry in app.user_middleware):
            raise ConfigurationError("gatepost.protect(app) has been called for this app already.")
        if self._middleware:
            raise ConfigurationError(
                "This Gatepost protects another app already. Make one for each app."
            )

        open_doors(app, self._plan, lambda: self._running, self._measured)
        app.add_middleware(
            CommitBeforeAnswer, sessions=lambda: self._running.sessions, gatepost=self
        )
        app.add_middleware(
            Gate, rules=lambda: self._running.rules, max_body_bytes=self._max_body_bytes
        )
        app.user_middleware.append(Middleware(Seal, rules=lambda: self._running.rules, owner=app))
        self._middleware = list(app.user_middleware)
        self._policies = dict(policies or {})
        answer_errors(app)
        describe_policies(app, lambda: self.route_table(app), self._credentials)
        app.state.gatepost = self
        note_own_gate(app)
        self._wrap_lifespan(app)

    def route_table(self, app: FastAPI) -> RouteTable:
        """Classify every route of a protected app, as its start does.

        Raises:
            ConfigurationError: something cannot be classified; says what, where, and what to do.
        """
        return table_of(app, self._policies)

    async def person(self, user_id: UserId) -> Person | None:
        """Look a signed-in person up; None where the account has been deleted, or is elsewhere."""
        if not self._running.has_people:
            return None
        return await find_person(self._running.engine, user_id)

    async def user_id_of(self, address: str) -> UserId | None:
        """Look up whose address it is; None where nobody's is, or people are elsewhere.

        It is somebody's once they have verified it: until then, anybody may have signed up with
        it. What is answered to a caller must not tell which it was: that would say who has an
        account.
        """
        if not self._running.has_people:
            return None
        return await find_user_id(self._running.engine, address)

    def outside(self, reason: StrEnum) -> AbstractAsyncContextManager[OutsideSession]:
        """Open a session on everybody's rows, for work that is nobody's; each use is an event.

        It commits at the end of its block, or rolls back. It must not be handed to what works for
        one person: for that there is `Rows`.

        Args:
            reason: a member of the app's own enumeration of such work.

        Raises:
            NotStarted: the app has not been started.
        """
        return self._running.outside.open(reason)

    async def migrate(self) -> None:
        """Bring the database to its newest shape, without serving anybody.

        Raises:
            ConfigurationError: it cannot be; says what, and what to do.
        """
        async with AsyncExitStack() as opened:
            await open_database(self._plan, opened)

    def health(self) -> Health:
        """Say how fresh is what requests are decided by."""
        return self._running.health()

    @property
    def outbox(self) -> "Outbox | None":
        """The mail that would have been sent, in development; None where it is sent, or none is."""
        return self._running.outbox

    def _measured(self) -> Measured:
        return measured(self._plan, self._house)

    @property
    def _credentials(self) -> Credentials:
        url, base_path = self.settings.url, self.settings.wire.base_path
        return Credentials(self._plan.issuers, url, base_path, self._plan.access_cookie)

    @property
    def _running(self) -> House:
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
            with self._plan.events.flushed():
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
        table = self.route_table(app)
        for mounted in mounted_apps(table):
            answer_as_the_app_around(mounted)
        seal_mounted(table, lambda: self._running.rules)
        describe_mounted(table, self._credentials)
        try:
            app_has_cors = any(_is(entry, CORSMiddleware) for entry in app.user_middleware)
            if app_has_cors:
                _log.warning(
                    "The app's CORSMiddleware counts for its public routes. Which pages of other "
                    "origins may call the closed ones is in GATEPOST_TRUSTED_ORIGINS."
                )
            async with open_house(self._plan, table, app_has_cors=app_has_cors) as house:
                self._house = house
                yield
        finally:
            self._house = None


def _is(entry: Middleware, kind: type[object]) -> bool:
    factory: object = entry.cls
    return factory is kind

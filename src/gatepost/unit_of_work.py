"""One request, one transaction: committed before the answer is sent, or not at all.

FastAPI tears a `yield` dependency down after the answer, when a failed commit can no longer be
told to the caller. So the commit belongs to the way of the answer, not to the dependency.
"""

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus

import anyio
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.errors import Conflict, NotStarted, Refusal
from gatepost.gate import responses
from gatepost.gate.error_answers import Answered
from gatepost.keyed_request import KeyedRequest
from gatepost.principal import Principal
from gatepost.rows import ScopedSession, ScopedSessions
from gatepost.store.engine import is_away

GATEPOST_KEY = "gatepost.gatepost"
UNIT_KEY = "gatepost.unit_of_work"

_log = logging.getLogger("gatepost")


class UnitOfWork:
    """The scoped session of one request, opened when a handler first asks for it."""

    def __init__(self, sessions: Callable[[], ScopedSessions]) -> None:
        self._sessions = sessions
        self._session: ScopedSession | None = None

    def session(self, principal: Principal) -> ScopedSession:
        """Return the request's session; the same one for every dependency that asks."""
        if self._session is None:
            self._session = self._sessions().open(principal)
        return self._session

    @property
    def is_open(self) -> bool:
        """Whether anything has asked for the session."""
        return self._session is not None

    async def answer(self, status: int) -> None:
        """Commit when the answer is a success, roll back when it refuses."""
        if self._session is None:
            return
        if status < HTTPStatus.BAD_REQUEST:
            await self._session.commit()
        else:
            await self._session.rollback()

    async def close(self, *, failed: bool) -> None:
        """End what a streaming body or a background task did after the answer had started."""
        if self._session is None:
            return
        # Shielded: when a client leaves, its connection must still go back to the pool.
        with anyio.CancelScope(shield=True):
            try:
                if failed:
                    await self._session.rollback()
                else:
                    await self._session.commit()
            finally:
                await self._session.close()


class CommitBeforeAnswer:
    """Pure ASGI middleware that gives each HTTP request its unit of work.

    Args:
        app: what is behind it.
        sessions: opens scoped sessions; raises `NotStarted` before the app has started.
        gatepost: is handed on to dependencies, in mounted apps as well.
    """

    def __init__(
        self, app: ASGIApp, sessions: Callable[[], ScopedSessions], gatepost: object
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._gatepost = gatepost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request, and end its transaction with it."""
        scope[GATEPOST_KEY] = self._gatepost
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        unit = scope[UNIT_KEY] = UnitOfWork(self._sessions)
        started = False

        async def send_committed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                if unit.is_open:
                    await unit.answer(message["status"])
                started = True
            await send(message)

        failed = True
        keyed = KeyedRequest.of(scope, receive, send_committed)
        try:
            if keyed is None:
                await self._app(scope, receive, send_committed)
                failed = False
            else:
                await self._app(scope, keyed.receive, keyed.send)
                failed = keyed.is_unfinished
        except Exception as error:
            answer = None if started else await _answer_to(error, scope)
            if answer is None:
                raise
            await answer(scope, receive, send)
        finally:
            if unit.is_open:
                await unit.close(failed=failed)


async def _answer_to(error: Exception, scope: Scope) -> Response | None:
    """Return the answer to what a commit, or a database that is away, has raised."""
    for cause in _causes(error):
        if isinstance(cause, Answered):
            return cause.response
        if isinstance(cause, Refusal):
            return await responses.answer_refusal(Request(scope), cause)
        if isinstance(cause, IntegrityError):
            conflict = Conflict("This collides with something that is there", code="CONFLICT")
            return await responses.answer_refusal(Request(scope), conflict)
        if is_away(cause):
            _log.error("the database cannot be reached: %s", type(cause).__name__)
            return responses.unavailable()
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    # Starlette wraps what a commit raises on the way of an answer.
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def unit_of_work(scope: Scope) -> UnitOfWork:
    """Return the unit of work of a request.

    Raises:
        NotStarted: the app is not behind Gatepost.
    """
    unit = scope.get(UNIT_KEY)
    if not isinstance(unit, UnitOfWork):
        raise NotStarted(
            "There is no unit of work here. Call gatepost.protect(app), and take Rows in an HTTP "
            "route; a websocket lives too long for one transaction."
        )
    return unit

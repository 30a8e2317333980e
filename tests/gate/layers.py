"""An app for what stands between a caller and a route: middlewares and dependencies."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, WebSocket
from starlette.authentication import (
    AuthCredentials,
    AuthenticationBackend,
    AuthenticationError,
    BaseUser,
)
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost import CurrentUser, Rows, public
from tests.gate.forgetful import SECRET
from tests.rows.models import Diary

Next = Callable[[Request], Awaitable[Response]]

told: ContextVar[str] = ContextVar("told", default="nobody")


def told_by_sync() -> None:
    """Say who calls, as FastAPI runs it: in a thread with a context of its own."""
    told.set("somebody")


def of_a_request(request: Request) -> str:
    """Depend on what a websocket has not."""
    return request.method


class Rewrite:
    """Asks for another path than came, within what has decided on the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change it on the way."""
        if scope.get("path") == "/open":
            scope["path"] = "/closed"
        await self._app(scope, receive, send)


class Backend(AuthenticationBackend):
    """Knows nobody, and says so of whoever shows a credential."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        """Refuse a credential, and find none in anything else."""
        if "authorization" in conn.headers:
            raise AuthenticationError("no such person")
        return None


async def checks(request: Request, call_next: Next) -> Response:
    """Check every caller, as `BaseHTTPMiddleware` lets one."""
    if request.url.path != "/open" and "authorization" not in request.headers:
        raise HTTPException(401)
    return await call_next(request)


def layered(*, rewrites: bool = False) -> FastAPI:
    """Make an app that nobody checks, with or without a middleware that changes paths."""
    app = FastAPI()
    if rewrites:
        app.add_middleware(Rewrite)

    @app.get("/closed")
    async def closed() -> str:
        return SECRET

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.get("/told")
    async def tell(_told: Annotated[None, Depends(told_by_sync)]) -> str:
        return told.get()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(SECRET)

    return app


def with_people(app: FastAPI) -> FastAPI:
    """Add what asks Gatepost who calls; return the app."""

    @app.get("/me")
    def me(user: CurrentUser) -> str:
        return user.user_id

    @app.get("/me-too")
    async def me_too(user: CurrentUser) -> str:
        return user.user_id

    @app.websocket("/live-me")
    async def live(websocket: WebSocket, user: CurrentUser) -> None:
        await websocket.accept()
        await websocket.send_text(user.user_id)

    @app.post("/pages/{page_id}")
    async def write(page_id: str, rows: Rows) -> str:
        rows.add(Diary(id=page_id, page="written"))
        return "written"

    return app

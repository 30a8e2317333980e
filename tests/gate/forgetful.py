"""An app as many are: one dependency checks every caller, or so it is meant."""

from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from gatepost import public

SECRET = "what-only-those-signed-in-may-see"
GOOD = {"Authorization": "Bearer good"}
"""What that dependency wants to see."""


async def signed_in(connection: HTTPConnection) -> None:
    """Check the caller as many apps do."""
    if connection.headers.get("authorization") != GOOD["Authorization"]:
        raise HTTPException(401)


async def raw(_request: Request) -> Response:
    """Answer as Starlette's own routes do."""
    return PlainTextResponse(SECRET)


async def _live(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(SECRET)


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as an ASGI app."""
    await PlainTextResponse(SECRET)(scope, receive, send)


class _Form(BaseModel):
    number: int


def forgetful(files: Path, *, checked: bool) -> FastAPI:
    """Make the app.

    Args:
        files: an empty directory.
        checked: whether that dependency is there.
    """
    (files / "file.txt").write_text(SECRET, "utf-8")
    app = FastAPI(dependencies=[Depends(signed_in)] if checked else None)
    sub, own = FastAPI(), APIRouter(prefix="/own")

    @app.get("/closed")
    @sub.get("/closed")
    @own.get("/closed")
    async def closed() -> str:
        return SECRET

    @app.post("/form")
    async def form(body: _Form) -> int:
        return body.number

    @app.get("/number/{number:int}")
    async def number(number: int) -> int:
        return number

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.get("/openings")
    async def openings() -> str:
        return SECRET

    own.add_route("/own/raw", raw)
    own.mount("/own/mounted", bare)
    app.include_router(own)
    app.router.add_route("/raw", raw)
    app.router.add_websocket_route("/live", _live)
    app.mount("/sub", sub)
    app.mount("/bare", bare)
    app.mount("/static", StaticFiles(directory=files))
    app.router.routes.append(Host("admin.example", Router([Route("/hosted", raw)])))
    return app

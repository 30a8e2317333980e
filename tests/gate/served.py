"""The app that stands behind each server: made by `create` in a process of its own."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request, WebSocket
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect

from gatepost import CurrentUser, Gatepost, public

_TICK_SECONDS = 0.05

_log = logging.getLogger("served")

SECRET = "what-only-those-signed-in-may-see"


def create() -> FastAPI:
    """Make the app, with its settings from the environment."""
    app = FastAPI(root_path=os.environ.get("SERVED_ROOT_PATH", ""))
    _add_routes(app)
    _add_websockets(app)
    _add_streams(app)
    Gatepost().protect(app)
    return app


def _add_routes(app: FastAPI) -> None:
    @app.get("/closed")
    async def closed() -> str:
        return SECRET

    @app.post("/closed")
    async def read(body: dict[str, str]) -> str:
        return SECRET + body["with"]

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.user_id

    @app.get("/asked")
    async def asked(request: Request) -> list[str | None]:
        client = request.client.host if request.client else None
        return [request.scope["root_path"], request.scope["path"], client]

    @app.get("/breaks")
    async def breaks() -> str:
        raise RuntimeError(SECRET)


def _add_websockets(app: FastAPI) -> None:
    @app.websocket("/live")
    async def live(websocket: WebSocket, user: CurrentUser) -> None:
        await websocket.accept()
        await websocket.send_text(user.user_id)
        try:
            while True:
                await websocket.send_text(await websocket.receive_text())
        except WebSocketDisconnect:
            return

    @app.websocket("/ticking")
    async def ticking(websocket: WebSocket) -> None:
        async def tick() -> None:
            while True:
                await websocket.send_text("tick")
                await asyncio.sleep(_TICK_SECONDS)

        await websocket.accept()
        ticks = asyncio.create_task(tick())
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            _log.warning("ticking has heard of its end")
        ticks.cancel()


def _add_streams(app: FastAPI) -> None:
    """Add answers that wait in the middle until somebody lets them go on."""
    let_go = asyncio.Semaphore(0)

    async def parts(first: str, last: str) -> AsyncIterator[str]:
        yield first
        await let_go.acquire()
        yield last

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts("first;", "last"), media_type="text/plain")

    @app.get("/feed")
    async def feed() -> StreamingResponse:
        events = parts("data: first\n\n", "data: last\n\n")
        return StreamingResponse(events, media_type="text/event-stream")

    @app.post("/go-on")
    async def go_on() -> None:
        let_go.release()

"""A websocket loses no message of somebody who was silent; no session outlives its request."""

import asyncio
import random
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from sqlalchemy.exc import InvalidRequestError
from starlette.types import Message, Scope
from websockets.asyncio.client import connect

from gatepost import Rows
from tests.gate.guarded import call, http_scope, protect, started
from tests.gate.servers import Served
from tests.rows.models import Diary

_URL = "http://127.0.0.1:1"
_SILENCE_SECONDS = 1.2  # of more than two checks of whether the caller is still somebody
_CHECK_SECONDS = 0.5
_PEOPLE, _MESSAGES = 60, 3


def _app() -> FastAPI:
    app = FastAPI()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.receive_text()

    return app


async def _token(app: FastAPI) -> str:
    """Sign somebody up at an app that no server stands before."""
    account = {"name": "ada", "email": "ada@example.com", "password": "correct horse battery"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url=_URL, headers={"Origin": _URL}
    ) as browser:
        (await browser.post("/api/auth/sign-up/email", json=account)).raise_for_status()
        answer = (await browser.get("/api/auth/token")).raise_for_status()
        token: str = answer.json()["token"]
        return token


def _websocket_scope(token: str) -> Scope:
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/live",
        "raw_path": b"/live",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"authorization", b"Bearer " + token.encode())],
        "subprotocols": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
        "state": {},
    }


def test_the_servers_receive_is_never_given_up(tmp_path: Path) -> None:
    """A server that is asked for the next message is asked once: what it had would be lost."""
    app, given_up = protect(_app(), tmp_path), 0

    async def ask() -> None:
        async with started(app):
            came: asyncio.Queue[Message] = asyncio.Queue()

            async def receive() -> Message:
                nonlocal given_up
                try:
                    return await came.get()
                except asyncio.CancelledError:
                    given_up += 1
                    raise

            async def send(message: Message) -> None:
                if message["type"] == "websocket.accept":
                    text = {"type": "websocket.receive", "text": "hello"}
                    asyncio.get_running_loop().call_later(_SILENCE_SECONDS, came.put_nowait, text)

            came.put_nowait({"type": "websocket.connect"})
            await app(_websocket_scope(await _token(app)), receive, send)

    asyncio.run(ask())
    assert given_up == 0


async def _echoed(url: str, token: str) -> int:
    """Send a message whenever the gate looks after its caller; count what comes back."""
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(url, additional_headers=headers) as live:
        await live.recv()
        echoed = 0
        for number in range(_MESSAGES):
            jitter = random.uniform(-0.003, 0.003)  # noqa: S311 - no secret
            await asyncio.sleep(_CHECK_SECONDS + jitter)
            await live.send(str(number))
            try:
                echoed += await asyncio.wait_for(live.recv(), 2) == str(number)
            except TimeoutError:
                return echoed
        return echoed


@pytest.mark.parametrize("served", ["granian"], indirect=True)
def test_no_message_is_lost_behind_granian(served: Served) -> None:
    """Every message of people who say something twice a second is answered."""
    url, token = f"{served.live_url}/live", served.ada.token

    async def talk() -> list[int]:
        return await asyncio.gather(*(_echoed(url, token) for _ in range(_PEOPLE)))

    assert asyncio.run(talk()) == [_MESSAGES] * _PEOPLE


def test_a_session_does_not_outlive_its_request(tmp_path: Path) -> None:
    """A task that nobody waits for is told so: what it wrote would never be committed."""
    app, goes_on, detached = FastAPI(), asyncio.Event(), list[asyncio.Task[None]]()

    @app.post("/detached")
    async def handler(rows: Rows) -> str:
        async def later() -> None:
            await goes_on.wait()
            rows.add(Diary(page="late"))
            await rows.flush()

        detached.append(asyncio.create_task(later()))
        return "ok"

    async def ask() -> None:
        async with started(protect(app, tmp_path)):
            bearer = f"Bearer {await _token(app)}"
            sent = await call(app, http_scope("/detached", "POST", authorization=bearer))
            assert sent[0]["status"] == 200
            goes_on.set()
            with pytest.raises(InvalidRequestError, match="closed"):
                await detached[0]

    asyncio.run(ask())

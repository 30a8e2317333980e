"""Websockets behind the gate: opened by somebody, for as long as they are somebody."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gatepost import CurrentUser, public
from gatepost.attacks.forge import FromNow, Material, signed
from gatepost.testing import Somebody, sign_up
from tests.attacks.keys import signing_key_of
from tests.gate.guarded import Guarded, guarded

_SECRET = "what-only-those-signed-in-may-see"
_POLICY_VIOLATION = 1008
_KEPT: list[str] = []


class _Rewrite:
    """Runs another websocket than the one that was decided on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        run = dict(scope.get("headers", ())).get(b"x-run")
        if run is not None:
            scope["path"] = run.decode()
        await self._app(scope, receive, send)


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        return


async def _raw(websocket: WebSocket) -> None:
    await _echo(websocket)


async def _denies(websocket: WebSocket) -> None:
    await websocket.send_denial_response(PlainTextResponse(_SECRET, 403))


def _app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(_Rewrite)

    @app.websocket("/closed")
    async def closed(websocket: WebSocket, _user: CurrentUser) -> None:
        await _echo(websocket)

    @app.websocket("/open")
    @public("the same for everyone")
    async def opened(websocket: WebSocket) -> None:
        await _echo(websocket)

    @app.websocket("/ticking")
    async def ticking(websocket: WebSocket) -> None:
        await websocket.accept()
        while True:
            await websocket.receive_text()
            for number in range(100):
                await websocket.send_text(str(number))

    @app.websocket("/keeping")
    async def keeping(websocket: WebSocket) -> None:
        await websocket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                _KEPT.append(await websocket.receive_text())

    @app.websocket("/protocols")
    async def protocols(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(websocket.scope["subprotocols"])

    @app.websocket("/breaks")
    async def breaks(_websocket: WebSocket) -> None:
        raise RuntimeError(_SECRET)

    app.router.add_websocket_route("/raw", _raw)
    app.router.add_websocket_route("/denies", _denies)
    app.router.routes.append(WebSocketRoute("/late/{name:path}", _raw))
    return app


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app of websockets."""
    with guarded(_app(), tmp_path_factory.mktemp("live")) as served:
        yield served


def _open(live: Guarded, path: str, token: str | None, **headers: str) -> ClientConnection:
    protocols = [Subprotocol("gatepost"), Subprotocol(f"bearer.{token}")] if token else None
    return connect(
        live.url.replace("http", "ws") + path, subprotocols=protocols, additional_headers=headers
    )


def _refusal(live: Guarded, path: str, token: str | None, **headers: str) -> InvalidStatus:
    with pytest.raises(InvalidStatus) as refused:
        _open(live, path, token, **headers).close()
    return refused.value


def _closed_by_server(websocket: ClientConnection, *, within: float) -> int:
    end = time.monotonic() + within
    try:
        while time.monotonic() < end:
            websocket.recv(max(0.1, end - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0
    except TimeoutError:
        return -1
    return -1


@pytest.mark.parametrize("path", ["/closed", "/raw", "/ticking", "/late/x", "/nothing", "/breaks"])
def test_an_unmarked_websocket_is_closed(path: str, live: Guarded) -> None:
    """A websocket without a token is refused before it is accepted, whoever declared it."""
    assert _refusal(live, path, None).response.status_code == 401


@pytest.mark.parametrize("path", ["/closed", "/raw", "/late/x"])
def test_a_token_opens_a_websocket(path: str, live: Guarded) -> None:
    """The positive control: the same websockets talk to somebody who is signed in."""
    with _open(live, path, live.ada.token) as websocket:
        websocket.send("hello")
        assert websocket.recv(5) == "hello"
        assert websocket.subprotocol == "gatepost"


def test_a_public_websocket_is_open(live: Guarded) -> None:
    """A websocket that is declared public asks nobody who they are."""
    with _open(live, "/open", None) as websocket:
        websocket.send("hello")
        assert websocket.recv(5) == "hello"


def test_the_app_never_sees_the_token_among_the_protocols(live: Guarded) -> None:
    """A handler that accepts the first protocol that was offered cannot send the token back."""
    with _open(live, "/protocols", live.ada.token) as websocket:
        assert live.ada.token not in str(websocket.recv(5))


def test_an_exception_before_the_handshake_says_nothing(live: Guarded) -> None:
    """A websocket handler that raises is an error without a word of it."""
    refused = _refusal(live, "/breaks", live.ada.token).response
    assert refused.status_code in (403, 500)
    assert _SECRET.encode() not in (refused.body or b"")


@pytest.mark.parametrize("run", ["/ticking", "/raw", "/denies"])
def test_a_websocket_is_sealed_too(run: str, live: Guarded) -> None:
    """A websocket that runs another handler than the one decided on is not opened."""
    live.events.take()
    refused = _refusal(live, "/open", None, **{"X-Run": run}).response
    assert _SECRET.encode() not in (refused.body or b"")
    assert live.events.take() == [("sys_seal_broken", "asked_for_what_was_not_decided_on")]


@pytest.mark.parametrize("talks", [True, False], ids=["talking", "silent"])
def test_a_websocket_ends_with_its_session(
    talks: bool,  # noqa: FBT001 - a case of the table
    live: Guarded,
) -> None:
    """After sign-out nothing more goes either way, and the connection is closed."""
    with sign_up(live.url, "cleo") as cleo, _open(live, "/ticking", cleo.token) as websocket:
        websocket.send("go")
        assert websocket.recv(5) == "0"
        cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        if talks:
            websocket.send("go on")
        assert _closed_by_server(websocket, within=5) == _POLICY_VIOLATION


def test_what_comes_after_the_end_does_not_reach_the_app(live: Guarded) -> None:
    """A message that was on its way when the session ended is nobody's."""
    with sign_up(live.url, "eve") as eve, _open(live, "/keeping", eve.token) as websocket:
        websocket.send("before")
        deadline = time.monotonic() + 30
        while _KEPT != ["before"] and time.monotonic() < deadline:
            time.sleep(0.01)
        eve.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        websocket.send("after")
        assert _closed_by_server(websocket, within=5) == _POLICY_VIOLATION
    assert _KEPT == ["before"]


def _short_lived(live: Guarded, somebody: Somebody, seconds: int) -> str:
    key = signing_key_of(live.settings)
    jwk = httpx.get(f"{live.url}/api/auth/jwks").json()["keys"][0]
    material = Material(somebody.token, jwk, key.private_key, "", "", int(time.time()))
    lifetime = {"iat": FromNow(-60), "exp": FromNow(seconds)}
    return signed(lifetime)(replace(material, now=int(time.time()))).decode()


def test_a_websocket_ends_with_its_token(live: Guarded) -> None:
    """A connection is closed when the token that opened it expires, even if nobody says a word."""
    token = _short_lived(live, live.ada, seconds=2)
    started = time.monotonic()
    with _open(live, "/closed", token) as websocket:
        websocket.send("hello")
        assert websocket.recv(5) == "hello"
        assert _closed_by_server(websocket, within=6) == _POLICY_VIOLATION
    assert time.monotonic() - started < 5


def test_a_websocket_is_not_opened_by_an_expired_token(live: Guarded) -> None:
    """An expired token opens nothing, although a clock's skew is allowed for."""
    refused = _refusal(live, "/closed", _short_lived(live, live.ada, seconds=-7)).response
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]

"""Starlette's TestClient calls a protected app like any other client, once the app has started."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, WebSocket
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from gatepost import CurrentUser, Gatepost, public
from gatepost.errors import NotStarted
from tests.conftest import settings_for
from tests.gate.guarded import Recorder

_ORIGIN = "http://127.0.0.1:8000"
_ACCOUNT = {"name": "ada", "email": "ada@example.com", "password": "correct horse battery staple"}


def _app(data_dir: Path) -> FastAPI:
    app = FastAPI()

    @app.get("/closed")
    async def closed(user: CurrentUser) -> str:
        return user.user_id

    @app.post("/closed")
    async def write(body: dict[str, str]) -> dict[str, str]:
        return body

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.get("/breaks")
    async def breaks() -> str:
        raise RuntimeError("broken on purpose")

    @app.websocket("/live")
    async def live(websocket: WebSocket, user: CurrentUser) -> None:
        await websocket.accept()
        await websocket.send_text(user.user_id)
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.send_text(await websocket.receive_text())

    Gatepost(settings_for(8000, data_dir), events=Recorder()).protect(app)
    return app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a started app, at the origin that its settings name."""
    with TestClient(_app(tmp_path), base_url=_ORIGIN) as client:
        yield client


def _sign_up(client: TestClient) -> tuple[str, str]:
    """Sign Ada up; return her id and her token."""
    page = {"Origin": _ORIGIN}
    made = client.post("/api/auth/sign-up/email", json=_ACCOUNT, headers=page).raise_for_status()
    user_id: str = made.json()["user"]["id"]
    token: str = client.get("/api/auth/token").raise_for_status().json()["token"]
    return user_id, token


def test_it_calls_what_is_public_and_what_is_closed(client: TestClient) -> None:
    """A stranger gets what is public; a token of the provider opens what is closed."""
    assert client.get("/open").json() == "open"
    refused = client.get("/closed")
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
    user_id, token = _sign_up(client)
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/closed", headers=bearer).json() == user_id
    assert client.post("/closed", json={"a": "b"}, headers=bearer).json() == {"a": "b"}
    assert client.get("/nothing", headers=bearer).status_code == 404


def test_it_opens_a_websocket(client: TestClient) -> None:
    """A websocket is refused with the whole answer, and is opened by either way to send a token."""
    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/live"):
        pass
    assert refused.value.status_code == 401
    user_id, token = _sign_up(client)
    protocols = ["gatepost", f"bearer.{token}"]
    with client.websocket_connect("/live", subprotocols=protocols) as live:
        assert live.accepted_subprotocol == "gatepost"
        assert live.receive_text() == user_id
        live.send_text("hello")
        assert live.receive_text() == "hello"
    bearer = {"Authorization": f"Bearer {token}"}
    with client.websocket_connect("/live", headers=bearer) as live:
        assert live.receive_text() == user_id


def test_a_websocket_is_closed_when_its_session_ends(client: TestClient) -> None:
    """A sign-out is heard by what is open, without a server as well."""
    _, token = _sign_up(client)
    with client.websocket_connect("/live", headers={"Authorization": f"Bearer {token}"}) as live:
        live.receive_text()
        page = {"Origin": _ORIGIN}
        client.post("/api/auth/sign-out", json={}, headers=page).raise_for_status()
        with pytest.raises(WebSocketDisconnect) as closed:
            live.receive_text()
        assert closed.value.code == 1008


def test_an_exception_of_a_handler_is_raised(client: TestClient) -> None:
    """The client raises what a handler raised, as it does without Gatepost."""
    _, token = _sign_up(client)
    with pytest.raises(RuntimeError, match="broken on purpose"):
        client.get("/breaks", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("path", ["/open", "/closed", "/docs", "/nothing", "/api/auth/ok"])
def test_an_app_that_has_not_started_answers_nobody(path: str, tmp_path: Path) -> None:
    """Without `with` nothing can be verified, and the error says what to write."""
    client = TestClient(_app(tmp_path), base_url=_ORIGIN)
    with pytest.raises(NotStarted, match=r"with TestClient\(app\) as client:"):
        client.get(path)


def test_a_websocket_of_an_app_that_has_not_started_is_not_opened(tmp_path: Path) -> None:
    """The same for a websocket."""
    client = TestClient(_app(tmp_path), base_url=_ORIGIN)
    with (
        pytest.raises(NotStarted, match=r"with TestClient\(app\) as client:"),
        client.websocket_connect("/live"),
    ):
        pass


def test_an_app_that_has_ended_answers_nobody(tmp_path: Path) -> None:
    """After its `with` the app is as before it, and it can be started again with its people."""
    app = _app(tmp_path)
    with TestClient(app, base_url=_ORIGIN) as client:
        user_id, token = _sign_up(client)
    bearer = {"Authorization": f"Bearer {token}"}
    with pytest.raises(NotStarted):
        client.get("/open")
    with TestClient(app, base_url=_ORIGIN) as again:
        assert again.get("/closed", headers=bearer).json() == user_id


def test_the_base_url_is_that_of_the_settings(tmp_path: Path) -> None:
    """TestClient's own `http://testserver` is a foreign page's origin to the provider."""
    with TestClient(_app(tmp_path)) as client:
        page = {"Origin": str(client.base_url)}
        refused = client.post("/api/auth/sign-up/email", json=_ACCOUNT, headers=page)
        assert (refused.status_code, refused.json()["code"]) == (403, "INVALID_ORIGIN")
        assert client.get("/open").status_code == 200

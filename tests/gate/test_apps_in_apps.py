"""A protected app mounted in another protected app: two doors, one behind the other."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gatepost import CurrentUser, Gatepost, public
from gatepost.rates import HIGHEST_RATES
from gatepost.settings import Settings
from gatepost.testing import Somebody, anonymous, sign_up
from gatepost.testing.people import Account, open_account
from tests.conftest import settings_for
from tests.gate.guarded import Recorder
from tests.ports import free_port
from tests.serving import serving

_SECRET = "what-only-those-signed-in-may-see"
_INNER_URL = "http://127.0.0.1:1"


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/closed")
    async def closed(user: CurrentUser) -> list[str]:
        return [_SECRET, user.user_id]

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.websocket("/live")
    async def live(websocket: WebSocket, user: CurrentUser) -> None:
        await websocket.accept()
        await websocket.send_text(user.user_id)
        await websocket.receive_text()

    return app


def _inner(directory: Path) -> FastAPI:
    """Make an app of another house: its people, its keys and its database are its own."""
    settings = Settings.from_environment(
        {
            "GATEPOST_URL": _INNER_URL,
            "GATEPOST_SECRET": "the-inner-app-of-two-and-its-own-secret",
            "GATEPOST_DATA_DIR": str(directory),
            "GATEPOST_RATE_LIMITS": HIGHEST_RATES,
        }
    )
    app = _app()
    Gatepost(settings, events=Recorder()).protect(app)
    return app


@contextmanager
def _nested(directory: Path, *, starts: bool, is_public: bool) -> Iterator[tuple[str, Somebody]]:
    """Serve an app with another in it; yields its URL and somebody of the outer one.

    Args:
        directory: an empty one.
        starts: whether the outer app runs the lifespan of the inner one, as Starlette does not.
        is_public: whether the outer gate leaves the decision to the inner one.
    """
    inner = _inner(directory)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with inner.router.lifespan_context(inner):
            yield

    outer, port = _app(), free_port()
    if starts:
        outer.router.lifespan_context = lifespan
    outer.mount("/inner", inner)
    (directory / "outer").mkdir()
    settings = settings_for(port, directory / "outer")
    policies = {"/inner/*": public("it has a gate of its own")} if is_public else {}
    Gatepost(settings, events=Recorder()).protect(outer, policies=policies)
    with serving(outer, port=port) as url, sign_up(url) as ada:
        yield url, ada


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _join_inner(url: str) -> Account:
    """Sign somebody up at the app within, through the app around it."""
    page = {"Origin": _INNER_URL}
    with httpx.Client(base_url=f"{url}/inner", headers=page) as browser:
        return open_account(browser, "bob")


def _live(url: str, path: str, token: str) -> ClientConnection:
    return connect(url.replace("http", "ws") + path, additional_headers=_bearer(token))


@pytest.mark.parametrize("is_public", [True, False], ids=["public-mount", "unmarked-mount"])
def test_an_app_within_that_was_not_started_answers_nobody(
    is_public: bool,  # noqa: FBT001 - a case of the table
    tmp_path: Path,
) -> None:
    """Starlette starts no mounted app, and what has not started lets nobody in."""
    with _nested(tmp_path, starts=False, is_public=is_public) as (url, ada):
        for path in ("/inner/closed", "/inner/open", "/inner/docs", "/inner/api/auth/ok"):
            # Each by a connection of its own: a server drops the one whose app has failed.
            refused = httpx.get(url + path)
            assert refused.status_code == (500 if is_public else 401)
            unanswered = httpx.get(url + path, headers=_bearer(ada.token))
            assert unanswered.status_code == 500
            assert _SECRET not in refused.text + unanswered.text
        assert ada.http.get("/closed").json() == [_SECRET, ada.user_id]


def test_a_public_mount_leaves_the_decision_to_the_gate_within(tmp_path: Path) -> None:
    """Each door opens to its own people only, and each handler is told of its own."""
    with _nested(tmp_path, starts=True, is_public=True) as (url, ada), anonymous(url) as anyone:
        bob = _join_inner(url)
        for path, somebody, stranger in (
            ("/inner/closed", bob, ada),
            ("/closed", ada, bob),
        ):
            welcome = anyone.get(path, headers=_bearer(somebody.token))
            assert welcome.json() == [_SECRET, somebody.user_id]
            refused = anyone.get(path, headers=_bearer(stranger.token))
            assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")
            assert anyone.get(path).status_code == 401
        assert anyone.get("/inner/open").json() == "open"
        assert anyone.get("/inner/nothing").status_code == 401
        assert anyone.get("/inner/docs").status_code == 401


def test_a_websocket_within_is_opened_by_its_own_people(tmp_path: Path) -> None:
    """A websocket behind a public mount asks for a token of the gate within."""
    with _nested(tmp_path, starts=True, is_public=True) as (url, ada):
        bob = _join_inner(url)
        for path, somebody, stranger in (("/inner/live", bob, ada), ("/live", ada, bob)):
            with _live(url, path, somebody.token) as live:
                assert live.recv(5) == somebody.user_id
            with pytest.raises(InvalidStatus) as refused:
                _live(url, path, stranger.token).close()
            assert refused.value.response.status_code == 401


def test_an_unmarked_mount_is_closed_twice(tmp_path: Path) -> None:
    """Without a word at the mount, both doors ask: only what is public within can be reached."""
    with _nested(tmp_path, starts=True, is_public=False) as (url, ada), anonymous(url) as anyone:
        for path in ("/inner/closed", "/inner/open", "/inner/api/auth/ok", "/inner/nothing"):
            assert anyone.get(path).status_code == 401
        refused = ada.http.get("/inner/closed")
        assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")
        assert ada.http.get("/inner/open").json() == "open"
        assert ada.http.get("/inner/api/auth/ok").status_code == 200

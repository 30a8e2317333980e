"""Pitfalls of middlewares and dependencies: each shown on a bare app, then behind the gate."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, WebSocket
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gatepost import dependencies
from tests.gate.forgetful import SECRET, signed_in
from tests.gate.guarded import Guarded, guarded
from tests.gate.layers import Backend, checks, layered, of_a_request, told_by_sync, with_people
from tests.serving import serving

_PAGE = "https://front.example"
_PREFLIGHT = {"Origin": _PAGE, "Access-Control-Request-Method": "GET"}


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """The app behind the gate."""
    with guarded(with_people(layered()), tmp_path_factory.mktemp("gated")) as served:
        yield served


def _live(url: str, path: str, **headers: str) -> ClientConnection:
    return connect(url.replace("http", "ws") + path, additional_headers=headers)


def test_4_a_middleware_for_http_sees_no_websocket(gated: Guarded) -> None:
    """BaseHTTPMiddleware lets websockets by, and makes HTTPException a 500; not so the gate."""
    app = layered()
    app.add_middleware(BaseHTTPMiddleware, dispatch=checks)
    with serving(app) as url:
        assert httpx.get(f"{url}/closed").status_code == 500
        with _live(url, "/live") as live:
            assert live.recv(5) == SECRET
    assert gated.anyone.get("/closed").status_code == 401
    with pytest.raises(InvalidStatus) as refused:
        _live(gated.url, "/live").close()
    assert refused.value.response.status_code == 401


def test_5_a_dependency_on_a_request_breaks_a_websocket(gated: Guarded) -> None:
    """What takes a Request has none in a websocket; CurrentUser is there in both."""
    app = FastAPI()

    @app.websocket("/live-me")
    async def live(websocket: WebSocket, who: Annotated[str, Depends(of_a_request)]) -> None:
        await websocket.accept()
        await websocket.send_text(who)

    with serving(app) as url, pytest.raises(InvalidStatus) as broken:
        _live(url, "/live-me").close()
    assert broken.value.response.status_code == 500
    with _live(gated.url, "/live-me", Authorization=f"Bearer {gated.ada.token}") as websocket:
        assert websocket.recv(5) == gated.ada.user_id


def test_6_a_context_variable_of_a_sync_dependency_is_lost(gated: Guarded) -> None:
    """What it sets no async handler sees; CurrentUser is no context variable, and both see it."""
    with serving(layered()) as url:
        assert httpx.get(f"{url}/told").json() == "nobody"
    for path in ("/me", "/me-too"):
        assert gated.ada.http.get(path).json() == gated.ada.user_id


def test_7_a_dependency_ends_after_the_answer(gated: Guarded) -> None:
    """A commit there fails when the caller has heard 200; Rows commits before it answers."""
    app, order = FastAPI(), list[str]()

    async def unit() -> AsyncIterator[None]:
        yield
        order.append("failed to commit")
        raise RuntimeError("a collision")

    @app.post("/pages/{page_id}")
    async def write(page_id: str, _unit: Annotated[None, Depends(unit)]) -> str:
        return page_id

    with serving(app) as url:
        assert httpx.post(f"{url}/pages/1").status_code == 200
    assert order == ["failed to commit"]
    answers = [gated.ada.http.post("/pages/same").status_code for _ in range(2)]
    assert answers == [200, 409]


def test_8_cors_has_to_be_outermost(tmp_path: Path) -> None:
    """A check outside of CORS refuses preflights, unreadably; the gate knows whom to answer."""
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=[_PAGE])
    app.add_middleware(BaseHTTPMiddleware, dispatch=checks)
    with serving(app) as url:
        refused = httpx.options(f"{url}/closed", headers=_PREFLIGHT)
        assert refused.status_code == 500
        assert "Access-Control-Allow-Origin" not in refused.headers
    with guarded(layered(), tmp_path) as it:
        page = it.url.replace("127.0.0.1", "localhost")
        asked = it.anyone.options("/closed", headers={**_PREFLIGHT, "Origin": page})
        assert asked.is_success
        refused = it.anyone.get("/closed", headers={"Origin": page})
        assert refused.status_code == 401
        for answer in (asked, refused):
            assert answer.headers["Access-Control-Allow-Origin"] == page
        foreign = it.anyone.options("/closed", headers=_PREFLIGHT)
        assert foreign.status_code == 401


def test_11_an_override_replaces_a_check_without_a_word(tmp_path: Path) -> None:
    """One line opens a bare app to everybody; behind the gate that line makes it answer nobody."""
    app = FastAPI(dependencies=[Depends(signed_in)])

    @app.get("/closed")
    async def closed() -> str:
        return SECRET

    with serving(app) as url:
        assert httpx.get(f"{url}/closed").status_code == 401
        app.dependency_overrides[signed_in] = told_by_sync
        assert httpx.get(f"{url}/closed").json() == SECRET
    app = with_people(layered())
    with guarded(app, tmp_path) as it:
        guard = dependencies._current_user  # noqa: SLF001 - what somebody would override
        app.dependency_overrides[guard] = told_by_sync
        for stranger, ada in (it.get("/me"), it.get("/closed")):
            assert (stranger.status_code, ada.status_code) == (401, 500)
            assert SECRET not in ada.text


def test_12_a_middleware_for_authentication_refuses_nobody(gated: Guarded) -> None:
    """Starlette's lets the anonymous in, and answers a bad credential with 400; the gate's, 401."""
    app = layered()
    app.add_middleware(AuthenticationMiddleware, backend=Backend())
    bad = {"Authorization": "Bearer nonsense"}
    with serving(app) as url:
        assert httpx.get(f"{url}/closed").json() == SECRET
        assert httpx.get(f"{url}/closed", headers=bad).status_code == 400
    for headers in ({}, bad):
        refused = gated.anyone.get("/closed", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer ")


def test_14_what_runs_may_be_another_than_was_decided_on(tmp_path: Path) -> None:
    """A path changed after a check runs what the check never saw; the seal stops it."""
    app = layered(rewrites=True)
    app.add_middleware(BaseHTTPMiddleware, dispatch=checks)
    with serving(app) as url:
        assert httpx.get(f"{url}/closed").status_code == 500
        assert httpx.get(f"{url}/open").json() == SECRET
    with guarded(layered(rewrites=True), tmp_path) as it:
        for came in it.get("/open"):
            assert came.status_code == 500
            assert SECRET not in came.text


@pytest.mark.parametrize(
    ("before", "code"),
    [("", 0), ("sys.modules['httpx2'] = None", 1)],
    ids=["with-httpx2", "without"],
)
def test_17_the_test_client_warns_without_httpx2(before: str, code: int) -> None:
    """With warnings as errors TestClient is to be had with httpx2 only, which is installed here."""
    script = f"import sys\n{before}\nimport starlette.testclient"
    command = [sys.executable, "-W", "error", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == code
    assert ("StarletteDeprecationWarning" in ended.stderr) is bool(code)

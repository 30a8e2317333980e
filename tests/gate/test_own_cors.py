"""The app's own CORS middleware behind the gate, and what was found wrong beside it."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.sse import EventSourceResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gatepost import public
from gatepost.gate.gate import PRINCIPAL_KEY
from gatepost.testing import sign_up
from gatepost.unit_of_work import unit_of_work
from tests.gate.guarded import Guarded, guarded
from tests.gate.servers import SERVERS, Served
from tests.gate.test_cors import (
    ANSWERS,
    CLOSED,
    EVIL,
    FROM_EVIL,
    FROM_TRUSTED,
    PATHS,
    RAN,
    TRUSTED,
    answer,
    cors_app,
    cors_of,
    preflight,
    trusting,
)
from tests.issuers.elsewhere import Note

_ALL = {"allow_methods": ["*"], "allow_headers": ["*"]}
_OWN: dict[str, Mapping[str, object]] = {
    "any": {"allow_origins": ["*"], **_ALL},
    "any, with credentials": {"allow_origins": ["*"], "allow_credentials": True, **_ALL},
    "by a pattern": {"allow_origin_regex": "https://.*", "allow_credentials": True, **_ALL},
}


@contextmanager
def _with_cors(kind: str, data_dir: Path) -> Iterator[Guarded]:
    """Serve the app of `test_cors.py` with a CORS middleware of its own, which trusts everybody."""
    app, inner = cors_app(), FastAPI()

    @inner.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @inner.get("/closed")
    async def closed() -> str:
        return "closed"

    app.mount("/inner", inner)
    app.add_middleware(CORSMiddleware, **_OWN[kind])  # type: ignore[arg-type] # it takes each
    with trusting(app, data_dir) as served:
        RAN.clear()
        yield served


@pytest.mark.parametrize("kind", _OWN)
def test_the_apps_own_cors_says_nothing_of_closed_routes(kind: str, tmp_path: Path) -> None:
    """An app that lets everybody read has no say where a route is closed; the gate has."""
    with _with_cors(kind, tmp_path) as it:
        for name in {*ANSWERS} - {"public", "session", "provider"}:
            for fields in ((FROM_EVIL,), (("Origin", "null"),), (FROM_TRUSTED, FROM_EVIL)):
                assert cors_of(answer(it, name, *fields)) == {}, name
            said = cors_of(answer(it, name, FROM_TRUSTED))
            assert said["access-control-allow-origin"] == TRUSTED
        RAN.clear()
        for path in ("/open", "/inner/open", "/inner/closed", *CLOSED):
            answered = preflight(it.url, path, FROM_EVIL, method="DELETE")
            assert (answered.status, cors_of(answered)) == (401, {})
        for path in PATHS:
            answered = preflight(it.url, path, FROM_TRUSTED, method="DELETE")
            assert answered.status == 204
            assert cors_of(answered)["access-control-allow-origin"] == TRUSTED
        assert RAN == []


@pytest.mark.parametrize("kind", _OWN)
@pytest.mark.parametrize("path", ["/open", "/inner/open"])
def test_the_apps_own_cors_works_on_public_routes(kind: str, path: str, tmp_path: Path) -> None:
    """Where a route is public the app's word counts, for a preflight too, mounted or not."""
    with _with_cors(kind, tmp_path) as it:
        came = it.anyone.get(path, headers=dict([FROM_EVIL]))
        assert came.headers["Access-Control-Allow-Origin"] in ("*", EVIL)
        answered = preflight(it.url, path, FROM_EVIL)
        assert answered.status == 200
        assert cors_of(answered)["access-control-allow-origin"] in ("*", EVIL)


@pytest.mark.parametrize("kind", _OWN)
def test_the_apps_own_cors_says_nothing_of_the_provider(kind: str, tmp_path: Path) -> None:
    """What the provider answers, a token among it, is for no page that is not trusted to read."""
    with _with_cors(kind, tmp_path) as it:
        headers = {"Origin": EVIL, "Sec-Fetch-Site": "same-site"}
        for path in ("/api/auth/token", "/api/auth/get-session", "/api/auth/ok"):
            came = it.ada.browser.get(path, headers=headers)
            assert came.status_code == 200
            assert "Access-Control-Allow-Origin" not in came.headers
            assert cors_of(preflight(it.url, path, FROM_EVIL)).keys() <= {
                "access-control-allow-methods", "access-control-allow-headers",
                "access-control-max-age",
            }  # fmt: skip


class _Loud:
    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        said = [(b"Access-Control-Allow-Origin", b"*"), (b"VARY", b"Accept")]
        await send({"type": "http.response.start", "status": 200, "headers": said})
        await send({"type": "http.response.body", "body": b"loud"})


def test_the_gates_word_stands_alone(tmp_path: Path) -> None:
    """What an app says of CORS in capitals does not stand beside what the gate says."""
    with trusting(FastAPI(routes=[Route("/loud", _Loud())]), tmp_path) as it:
        for origin, owed in ((TRUSTED, [TRUSTED]), (EVIL, []), (it.url, [])):
            came = it.ada.http.get("/loud", headers={"Origin": origin})
            assert came.status_code == 200
            assert came.headers.get_list("Access-Control-Allow-Origin") == owed


_TICK_SECONDS = 0.02
_CLEANED: list[str] = []
_HANDLED: list[str] = []


async def _ticks(name: str) -> AsyncIterator[str]:
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(_TICK_SECONDS)
    finally:
        _CLEANED.append(name)


def _streams() -> FastAPI:
    app = FastAPI()

    @app.exception_handler(Exception)
    async def for_anything(_request: Request, error: Exception) -> Response:
        _HANDLED.append(type(error).__name__)
        return JSONResponse({}, 500)

    @app.get("/starlette")
    async def by_starlette() -> StreamingResponse:
        return StreamingResponse(_ticks("/starlette"), media_type="text/event-stream")

    @app.get("/fastapi", response_class=EventSourceResponse)
    async def by_fastapi() -> AsyncIterator[int]:
        async for _ in _ticks("/fastapi"):
            yield 1

    return app


@pytest.mark.parametrize(
    "path", ["/starlette", "/fastapi", "/mounted/starlette", "/mounted/fastapi"]
)
def test_the_end_of_a_stream_is_no_error(
    path: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What makes the events ends at once, and neither the app nor the server takes it for a bug."""
    app = _streams()
    app.mount("/mounted", _streams())
    with guarded(app, tmp_path) as it, sign_up(it.url, "cleo") as cleo:
        _HANDLED.clear()
        _CLEANED.clear()
        gc.collect()
        gc.disable()  # what ends only when the collector comes by has not ended
        try:
            with cleo.http.stream("GET", path) as response:
                parts = response.iter_raw()
                next(parts)
                cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
                assert len(list(parts)) < 1 / _TICK_SECONDS
            end = time.monotonic() + 1
            while not _CLEANED and time.monotonic() < end:
                time.sleep(0.01)
            cleaned = list(_CLEANED)
        finally:
            gc.enable()
    assert (_HANDLED, [line.message for line in caplog.records if line.exc_info]) == ([], [])
    assert cleaned == [path.removeprefix("/mounted")]


class _Writing:
    """Writes, and says so in the last part of its answer, all in the task of its request."""

    def __init__(self) -> None:
        self.let_go = asyncio.Semaphore(0)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        kind = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await self.let_go.acquire()
        rows = unit_of_work(scope).session(scope[PRINCIPAL_KEY])
        rows.add(Note(text="never heard of"))
        await rows.flush()
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})


def test_what_the_last_event_would_have_said_is_rolled_back(tmp_path: Path) -> None:
    """Where the very last event comes too late, what it speaks of has not happened either."""
    writing = _Writing()
    app = FastAPI(routes=[Route("/writing", writing)])

    @app.post("/go-on")
    async def go_on() -> None:
        writing.let_go.release()

    with (
        guarded(app, tmp_path) as it,
        sign_up(it.url, "eve") as eve,
        eve.http.stream("GET", "/writing") as response,
    ):
        parts = response.iter_raw()
        next(parts)
        eve.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        it.ada.http.post("/go-on").raise_for_status()
        assert b"".join(parts) == b""
    with closing(sqlite3.connect(tmp_path / "gatepost.db")) as file:
        assert file.execute("SELECT text FROM note_of_somebody_elsewhere").fetchall() == []


@pytest.mark.parametrize("served", SERVERS, indirect=True)
def test_a_stream_ends_behind_every_server(served: Served) -> None:
    """The answer ends in order, without the event that came too late, and without an error."""
    before = len(served.log.read_text("utf-8", "replace"))
    with sign_up(served.url, "ivy") as ivy, ivy.http.stream("GET", "/feed") as response:
        parts = response.iter_raw()
        assert next(parts) == b"data: first\n\n"
        ivy.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        served.ada.http.post("/go-on").raise_for_status()
        assert b"".join(parts) == b""
    assert served.ada.http.get("/open").status_code == 200
    assert "Traceback" not in served.log.read_text("utf-8", "replace")[before:]

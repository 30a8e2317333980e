"""Streams of server-sent events, which last for as long as their caller is somebody."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.sse import EventSourceResponse
from sqlalchemy import select
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gatepost import Rows, public
from gatepost.testing import Somebody, sign_up
from tests.gate.guarded import Guarded, guarded
from tests.gate.over_tls import dated
from tests.issuers.elsewhere import Note

_TICK_SECONDS = 0.02
_AT_ONCE_SECONDS = 2  # one, and one for a machine that is busy
_DOWNLOAD = 60
_STREAMS = ("/async", "/sync", "/busy", "/fastapi", "/stubborn", "/layered/async")
_MET: list[str] = []


async def _ticks() -> AsyncIterator[str]:
    number = 0
    while True:
        yield f"data: {number}\n\n"
        number += 1
        await asyncio.sleep(_TICK_SECONDS)


def _sync_ticks() -> Iterator[str]:
    while True:
        yield "data: tick\n\n"
        time.sleep(_TICK_SECONDS)


async def _busy_ticks() -> AsyncIterator[str]:
    while True:
        yield f"data: {'x' * 100_000}\n\n"


class _Stubborn:
    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        _MET.clear()
        kind = [(b"Content-Type", b"Text/Event-Stream ; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        while len(_MET) < 20:
            try:
                part = {"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True}
                await send(part)
                await asyncio.sleep(_TICK_SECONDS)
            except BaseException as error:  # noqa: BLE001 - that is what it is for
                _MET.append(type(error).__name__)


class _Layer(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)


def _add_streams(app: FastAPI) -> None:
    @app.get("/async")
    async def streams() -> StreamingResponse:
        return StreamingResponse(_ticks(), media_type="text/event-stream")

    @app.get("/sync")
    def streams_in_a_thread() -> StreamingResponse:
        return StreamingResponse(_sync_ticks(), media_type="text/event-stream")

    @app.get("/busy")
    async def streams_without_a_pause() -> StreamingResponse:
        return StreamingResponse(_busy_ticks(), media_type="text/event-stream")

    @app.get("/fastapi", response_class=EventSourceResponse)
    async def streams_by_fastapi() -> AsyncIterator[int]:
        async for _ in _ticks():
            yield 1

    app.router.routes.append(Route("/stubborn", _Stubborn()))


def _app() -> FastAPI:
    app, layered = FastAPI(), FastAPI()
    _add_streams(app)
    _add_streams(layered)
    layered.add_middleware(_Layer)
    app.mount("/layered", layered)
    let_go = asyncio.Semaphore(0)

    @app.get("/public")
    @public("the same for everyone")
    async def for_everyone() -> StreamingResponse:
        return StreamingResponse(_ticks(), media_type="text/event-stream")

    @app.get("/download")
    async def download(kind: str) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(_DOWNLOAD):
                yield b"x" * 100
                await asyncio.sleep(_TICK_SECONDS)

        return StreamingResponse(parts(), media_type=kind)

    @app.get("/writes")
    async def writes(rows: Rows) -> StreamingResponse:
        async def events() -> AsyncIterator[str]:
            yield "data: first\n\n"
            await let_go.acquire()
            rows.add(Note(text="while it streamed"))
            await rows.flush()
            yield "data: last\n\n"

        rows.add(Note(text="before it began"))
        return StreamingResponse(events(), media_type="text/event-stream")

    @app.post("/go-on")
    async def go_on() -> None:
        let_go.release()

    @app.get("/notes")
    async def notes(rows: Rows) -> list[str]:
        return sorted(note.text for note in await rows.all(select(Note)))

    return app


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app of streams."""
    with guarded(_app(), tmp_path_factory.mktemp("streams")) as served:
        yield served


@contextmanager
def _open(client: httpx.Client, path: str, **headers: str) -> Iterator[Iterator[bytes]]:
    with client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        parts = response.iter_raw()
        assert next(parts)
        yield parts


def _sign_out(somebody: Somebody) -> None:
    somebody.browser.post("/api/auth/sign-out", json={}).raise_for_status()


def _another_session(it: Guarded, somebody: Somebody) -> dict[str, str]:
    account = {"email": somebody.email, "password": somebody.password}
    with httpx.Client(base_url=it.url, headers={"Origin": it.url}) as browser:
        browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
        return {"Authorization": f"Bearer {browser.get('/api/auth/token').json()['token']}"}


@pytest.mark.parametrize("path", _STREAMS)
def test_a_stream_ends_with_its_session(path: str, it: Guarded) -> None:
    """After sign-out the answer ends within a second, in order, and nothing more comes."""
    with sign_up(it.url, "cleo") as cleo, _open(cleo.http, path) as parts:
        _sign_out(cleo)
        signed_out = time.monotonic()
        for _ in parts:
            pass  # what was on its way when the session ended
        assert time.monotonic() - signed_out < _AT_ONCE_SECONDS
        assert cleo.http.get(path).status_code == 401


@pytest.mark.parametrize("path", _STREAMS)
def test_a_stream_ends_with_its_token(path: str, it: Guarded) -> None:
    """A stream is no way to outlive one's token."""
    token = dated(it.settings, it.ada.token, 2)
    opened = time.monotonic()
    with _open(it.anyone, path, Authorization=f"Bearer {token}") as parts:
        assert len(list(parts)) > 2
    assert 0.5 < time.monotonic() - opened < 3.5


def test_a_stream_is_ended_once(it: Guarded) -> None:
    """A handler that goes on after the end sends the server nothing more, nor another end."""
    with sign_up(it.url, "dan") as dan, _open(dan.http, "/stubborn") as parts:
        _sign_out(dan)
        assert len(list(parts)) < 25
    time.sleep(0.2)
    assert _MET == ["CancelledError"] * 20  # and not what a server says of a second end


def test_a_stream_of_another_session_goes_on(it: Guarded) -> None:
    """A sign-out ends what belongs to that session: not somebody else's, nor another device's."""
    with sign_up(it.url, "dora") as dora, sign_up(it.url, "eve") as eve:
        elsewhere = _another_session(it, dora)
        with (
            _open(it.anyone, "/async", **elsewhere) as hers_elsewhere,
            _open(eve.http, "/async") as another,
            _open(dora.http, "/async") as hers,
            _open(it.anyone, "/public") as everyones,
        ):
            _sign_out(dora)
            assert len(list(hers)) < 25
            for parts in (hers_elsewhere, another, everyones):
                assert all(next(parts) for _ in range(25))


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "application/jsonl"])
def test_a_download_goes_on_to_its_end(kind: str, it: Guarded) -> None:
    """Any other answer, however long it takes, was owed when it began."""
    with (
        sign_up(it.url, "fay") as fay,
        fay.http.stream("GET", "/download", params={"kind": kind}) as response,
    ):
        parts = response.iter_raw()
        came = len(next(parts))
        _sign_out(fay)
        assert came + sum(len(part) for part in parts) == _DOWNLOAD * 100


@pytest.mark.parametrize("signs_out", [True, False], ids=["ended", "whole"])
def test_what_a_stream_writes_is_kept_only_if_it_is_heard(
    signs_out: bool,  # noqa: FBT001 - a case of the table
    it: Guarded,
) -> None:
    """What was committed before the answer stays; what came after its end is rolled back."""
    with sign_up(it.url, "gus") as gus:
        elsewhere = _another_session(it, gus)
        with _open(gus.http, "/writes") as parts:
            if signs_out:
                _sign_out(gus)
            it.ada.http.post("/go-on").raise_for_status()
            assert b"".join(parts) == (b"" if signs_out else b"data: last\n\n")
        time.sleep(0.5)  # the rest is committed, or rolled back, after the last byte
        kept = ["before it began", *([] if signs_out else ["while it streamed"])]
        assert it.anyone.get("/notes", headers=elsewhere).json() == kept


def test_an_ended_stream_gives_its_connection_back(it: Guarded) -> None:
    """However many streams are ended, the database has a connection for the next request."""
    with sign_up(it.url, "hal") as hal, ExitStack() as opened:
        streams = [opened.enter_context(_open(hal.http, "/writes")) for _ in range(20)]
        _sign_out(hal)
        for _ in streams:
            it.ada.http.post("/go-on").raise_for_status()
        assert [b"".join(parts) for parts in streams] == [b""] * 20
    assert it.ada.http.get("/notes", timeout=30).json() == []

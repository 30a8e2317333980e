"""One request, one transaction: what the client is told has happened, and nothing else has."""

import asyncio
import contextlib
import gc
import socket
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.errors import NotFound, NotStarted, Refusal
from gatepost.gate import responses
from gatepost.rows import ScopedSession, ScopedSessions
from gatepost.store import open_engine
from gatepost.unit_of_work import CommitBeforeAnswer, unit_of_work
from tests.rows.lab import Recorder, principal
from tests.rows.models import Diary, House, Note
from tests.serving import serving

PATIENCE_SECONDS = 10


async def _rows(request: Request) -> ScopedSession:
    who = request.headers.get("x-who", "ada")
    return unit_of_work(request.scope).session(principal(who))


Rows = Annotated[ScopedSession, Depends(_rows)]


@dataclass
class World:
    """The app under test, and the look at its database from outside.

    Attributes:
        seen_at_start: the pages that were in the database when an answer began.
        held: set when a stream has sent its first part and waits to be let go.
    """

    path: Path
    engine: AsyncEngine | None = None
    sessions: ScopedSessions | None = None
    seen_at_start: list[set[str]] = field(default_factory=list)
    goes_on: threading.Event = field(default_factory=threading.Event)
    after: list[object] = field(default_factory=list)

    def pages(self) -> set[str]:
        """Return what another process would find in the database at this moment."""
        with contextlib.closing(sqlite3.connect(self.path)) as outside:
            return {page for (page,) in outside.execute("SELECT page FROM rows_diary")}

    def borrowed(self) -> int:
        """Return how many connections the app has out of its pool."""
        assert self.engine is not None
        pool = self.engine.sync_engine.pool
        assert isinstance(pool, QueuePool)
        return pool.checkedout()

    def settle(self) -> None:
        """Wait until no connection is out."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.borrowed() and time.monotonic() < end:
            time.sleep(0.01)
        assert self.borrowed() == 0

    def opened(self) -> ScopedSessions:
        """Return the sessions, once the app has started."""
        assert self.sessions is not None
        return self.sessions


class Spy:
    """Looks into the database whenever an answer begins, before its first byte goes out."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""

        async def look(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._world.seen_at_start.append(self._world.pages())
            await send(message)

        await self._app(scope, receive, look)


def _routes(app: FastAPI, world: World) -> None:  # noqa: C901, PLR0915 - a list of handlers
    @app.post("/ok")
    async def ok(rows: Rows) -> str:
        rows.add(Diary(page="ok"))
        return "ok"

    @app.post("/flushed")
    async def flushed(rows: Rows) -> str:
        rows.add(Diary(page="flushed"))
        await rows.flush()
        return "flushed"

    @app.post("/redirect")
    async def redirect(rows: Rows) -> RedirectResponse:
        rows.add(Diary(page="redirect"))
        return RedirectResponse("/", 303)

    @app.post("/status/{status}")
    async def status(rows: Rows, status: int) -> JSONResponse:
        rows.add(Diary(page=f"status {status}"))
        await rows.flush()
        return JSONResponse({}, status)

    @app.post("/refused")
    async def refused(rows: Rows) -> None:
        rows.add(Diary(page="refused"))
        await rows.flush()
        raise NotFound("No such thing", code="NOT_FOUND")

    @app.post("/http-exception")
    async def http_exception(rows: Rows) -> None:
        rows.add(Diary(page="http exception"))
        await rows.flush()
        raise HTTPException(409)

    @app.post("/broken")
    async def broken(rows: Rows) -> None:
        rows.add(Diary(page="broken"))
        await rows.flush()
        raise RuntimeError("broken on purpose")

    @app.post("/missing-reference")
    async def missing_reference(rows: Rows) -> str:
        rows.add(Diary(page="with a missing reference"))
        rows.add(Note(body="x", parent_id="no-such-note"))
        return "written"

    @app.post("/collision")
    async def collision(rows: Rows) -> str:
        rows.add(Diary(id="same", page="collision"))
        return "written"

    @app.post("/streamed")
    async def streamed(rows: Rows) -> StreamingResponse:
        rows.add_all([Diary(page=f"page {number}") for number in range(3)])

        async def parts() -> AsyncIterator[str]:
            found = await rows.stream_scalars(
                select(Diary).order_by(Diary.page).execution_options(yield_per=1)
            )
            async for diary in found:
                yield f"{diary.page};"
                await asyncio.to_thread(world.goes_on.wait, PATIENCE_SECONDS)
            rows.add(Diary(page="written by the stream"))

        return StreamingResponse(parts())

    @app.post("/broken-stream")
    async def broken_stream(rows: Rows) -> StreamingResponse:
        rows.add(Diary(page="before the stream"))

        async def parts() -> AsyncIterator[str]:
            yield "first;"
            rows.add(Diary(page="within the stream"))
            await rows.flush()
            raise RuntimeError("broken on purpose")

        return StreamingResponse(parts())

    @app.post("/endless")
    async def endless(rows: Rows) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            await rows.all(select(Diary))
            while True:
                yield b"x" * 65536
                await asyncio.sleep(0.01)

        return StreamingResponse(parts())

    @app.post("/background")
    async def background(rows: Rows, tasks: BackgroundTasks) -> str:
        async def later() -> None:
            world.after.extend([diary.page for diary in await rows.all(select(Diary))])
            rows.add(Diary(page="later"))

        tasks.add_task(later)
        return "ok"

    @app.post("/two")
    async def two(rows: Rows, request: Request) -> bool:
        return rows is unit_of_work(request.scope).session(principal("ada"))

    @app.get("/none")
    async def none() -> str:
        return "no session was asked for"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Where the app's database lies."""
    return World(tmp_path / "unit.db")


@pytest.fixture
def url(world: World) -> Iterator[str]:
    """The app, served for real."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        world.engine = open_engine(f"sqlite+aiosqlite:///{world.path}")
        async with world.engine.begin() as connection:
            await connection.run_sync(House.metadata.create_all)
        world.sessions = ScopedSessions(world.engine, Recorder())
        yield
        await world.engine.dispose()

    app = FastAPI(lifespan=lifespan)
    app.add_exception_handler(Refusal, responses.answer_refusal)
    _routes(app, world)
    app.add_middleware(CommitBeforeAnswer, sessions=world.opened, gatepost=None)

    app.add_middleware(Spy, world=world)
    with serving(app) as base:
        yield base


ANSWERS: dict[str, tuple[int, set[str]]] = {
    "/ok": (200, {"ok"}),
    "/flushed": (200, {"flushed"}),
    "/redirect": (303, {"redirect"}),
    "/status/201": (201, {"status 201"}),
    "/status/302": (302, {"status 302"}),
    "/status/400": (400, set()),
    "/status/404": (404, set()),
    "/status/422": (422, set()),
    "/status/500": (500, set()),
    "/refused": (404, set()),
    "/http-exception": (409, set()),
    "/broken": (500, set()),
    "/missing-reference": (404, set()),
    "/none": (405, set()),
}


@pytest.mark.parametrize("path", ANSWERS)
def test_the_answer_tells_what_is_in_the_database(path: str, url: str, world: World) -> None:
    """When the first byte of a success goes out all is written; of a refusal, nothing ever is."""
    status, pages = ANSWERS[path]
    answer = httpx.post(f"{url}{path}")
    assert answer.status_code == status
    if path != "/broken":
        assert world.seen_at_start == [pages]
    assert world.pages() == pages
    world.settle()


def test_a_collision_at_commit_is_no_success(url: str, world: World) -> None:
    """What the database refuses at the last moment is not told as done."""
    assert httpx.post(f"{url}/collision").status_code == 200
    assert httpx.post(f"{url}/collision").status_code >= 400
    assert world.pages() == {"collision"}
    world.settle()


def test_the_next_request_is_not_spoilt(url: str, world: World) -> None:
    """A failure is over with its request."""
    for path in ("/broken", "/collision", "/collision", "/missing-reference", "/refused"):
        httpx.post(f"{url}{path}")
    assert httpx.post(f"{url}/ok").status_code == 200
    assert world.pages() == {"ok", "collision"}
    world.settle()


def test_a_stream_keeps_its_session_until_the_last_byte(url: str, world: World) -> None:
    """What came before is written when the stream begins; what it wrote itself, when it ends."""
    with httpx.stream("POST", f"{url}/streamed", timeout=PATIENCE_SECONDS) as answer:
        parts = answer.iter_text()
        assert next(parts) == "page 0;"
        assert world.pages() == {"page 0", "page 1", "page 2"}
        assert world.borrowed() == 1
        world.goes_on.set()
        assert "".join(parts) == "page 1;page 2;"
    world.settle()
    assert "written by the stream" in world.pages()


def test_a_broken_stream_undoes_its_own_part(url: str, world: World) -> None:
    """What a stream had done when it broke is rolled back; what was told as done stays."""
    with contextlib.suppress(httpx.HTTPError):
        httpx.post(f"{url}/broken-stream")
    world.settle()
    assert world.pages() == {"before the stream"}


def test_a_background_task_keeps_its_caller_s_scope(url: str, world: World) -> None:
    """It reads and writes as the caller, and what it does is committed, too."""
    httpx.post(f"{url}/ok", headers={"x-who": "bob"})
    httpx.post(f"{url}/ok")
    httpx.post(f"{url}/background")
    end = time.monotonic() + PATIENCE_SECONDS
    while "later" not in world.pages() and time.monotonic() < end:
        time.sleep(0.01)
    assert world.after == ["ok"]
    with contextlib.closing(sqlite3.connect(world.path)) as outside:
        found = outside.execute("SELECT written_by FROM rows_diary WHERE page = 'later'").fetchall()
    assert found == [("ada",)]
    world.settle()


# Cut off in the middle of a statement, SQLAlchemy lets go of a connection to SQLite without closing
# it; from 3.13 on, Python says so when it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_client_that_leaves_gives_its_connection_back(url: str, world: World) -> None:
    """Twenty clients that hang up in the middle leave the pool as it was."""
    place = urlsplit(url)
    for _ in range(20):
        with socket.create_connection((place.hostname or "", place.port or 0)) as client:
            client.sendall(b"POST /endless HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
    world.settle()
    assert httpx.post(f"{url}/ok").status_code == 200
    gc.collect()


def test_every_dependency_has_the_same_session(url: str) -> None:
    """Whoever asks within one request is given one session."""
    assert httpx.post(f"{url}/two").json() is True


def test_many_requests_at_once_stay_apart(url: str, world: World) -> None:
    """Requests of two people at the same time write their own rows and no other."""

    async def work() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as client:
            answers = await asyncio.gather(
                *(
                    client.post("/ok", headers={"x-who": "ada" if number % 2 else "bob"})
                    for number in range(40)
                )
            )
            assert {answer.status_code for answer in answers} == {200}

    asyncio.run(work())
    with contextlib.closing(sqlite3.connect(world.path)) as outside:
        counts = outside.execute(
            "SELECT written_by, count(*) FROM rows_diary GROUP BY written_by ORDER BY 1"
        ).fetchall()
    assert counts == [("ada", 20), ("bob", 20)]
    world.settle()


def test_without_the_middleware_there_is_no_unit() -> None:
    """A handler that is not behind Gatepost is told so."""
    with pytest.raises(NotStarted, match="protect"):
        unit_of_work({"type": "http"})

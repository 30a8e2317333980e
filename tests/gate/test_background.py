"""What runs after the answer: background tasks and dependencies that are torn down."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import select

from gatepost import Rows
from gatepost.testing import Somebody, sign_up
from tests.gate.guarded import Guarded, guarded
from tests.rows.models import Diary

_SECONDS = 30


@dataclass(slots=True)
class Afterwards:
    """What has happened after answers.

    Attributes:
        answered: set by a test that has its answer in hand; a task waits for it.
    """

    answered: threading.Event = field(default_factory=threading.Event)
    happened: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def until_answered(self) -> None:
        """Wait, and fail where the test never gets its answer."""
        assert await asyncio.to_thread(self.answered.wait, _SECONDS)


def _app(after: Afterwards) -> FastAPI:  # noqa: C901 - a list of handlers
    app = FastAPI()

    async def before_the_answer(rows: Rows) -> AsyncIterator[None]:
        yield
        rows.add(Diary(page="function teardown"))

    async def after_the_answer(rows: Rows) -> AsyncIterator[None]:
        yield
        rows.add(Diary(page="request teardown"))
        after.happened.append("torn down")

    @app.post("/steps")
    async def steps(
        rows: Rows,
        tasks: BackgroundTasks,
        _first: Annotated[None, Depends(before_the_answer, scope="function")],
        _last: Annotated[None, Depends(after_the_answer)],
    ) -> str:
        async def task() -> None:
            await after.until_answered()
            rows.add(Diary(page="task"))
            after.happened.append("task")

        tasks.add_task(task)
        rows.add(Diary(page="handler"))
        return "ok"

    @app.post("/reading-task")
    async def reading(rows: Rows, tasks: BackgroundTasks) -> str:
        async def task() -> None:
            await after.until_answered()
            after.happened.extend(diary.page for diary in await rows.all(select(Diary)))
            rows.add(Diary(page="by the task"))

        tasks.add_task(task)
        return "ok"

    @app.post("/stealing-task/{owner}")
    async def stealing(owner: str, rows: Rows, tasks: BackgroundTasks) -> str:
        async def task() -> None:
            rows.add(Diary(page="before the theft"))
            try:
                rows.add(Diary(page="stolen", writer=owner))
                await rows.flush()
            except Exception as refused:
                after.failures.append(refused)
                raise

        rows.add(Diary(page="promised"))
        tasks.add_task(task)
        return "ok"

    @app.post("/pages/{page}")
    async def write(page: str, rows: Rows) -> None:
        rows.add(Diary(page=page))

    @app.get("/pages")
    async def pages(rows: Rows) -> list[str]:
        return sorted(diary.page for diary in await rows.all(select(Diary)))

    return app


@pytest.fixture
def after() -> Afterwards:
    """What happens after the answers of this test."""
    return Afterwards()


@pytest.fixture
def diaries(after: Afterwards, tmp_path: Path) -> Iterator[Guarded]:
    """An app whose handlers do something after they have answered."""
    with guarded(_app(after), tmp_path) as served:
        yield served


def _eventually(condition: Callable[[], bool]) -> None:
    """Wait for what follows an answer, which nothing announces."""
    end = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.01)


def _pages(somebody: Somebody) -> list[str]:
    # By a connection of its own: uvicorn drops the one whose background task has failed.
    url, bearer = somebody.http.base_url.join("/pages"), somebody.http.headers
    pages: list[str] = httpx.get(url, headers=bearer).raise_for_status().json()
    return pages


def test_each_step_after_the_handler_is_committed_in_its_turn(
    diaries: Guarded, after: Afterwards
) -> None:
    """What is written before the answer is there with it; what comes after it, when it is done."""
    ada = diaries.ada
    ada.http.post("/steps").raise_for_status()
    assert _pages(ada) == ["function teardown", "handler"]
    assert after.happened == []
    after.answered.set()
    everything = ["function teardown", "handler", "request teardown", "task"]
    _eventually(lambda: _pages(ada) == everything)
    assert after.happened == ["task", "torn down"]


def test_a_background_task_is_its_callers(diaries: Guarded, after: Afterwards) -> None:
    """A task sees and writes the rows of who asked, whoever calls while it waits."""
    ada = diaries.ada
    with sign_up(diaries.url, "bob") as bob:
        ada.http.post("/pages/ada's").raise_for_status()
        ada.http.post("/reading-task").raise_for_status()
        bob.http.post("/pages/bob's").raise_for_status()
        ada.http.post("/pages/written meanwhile").raise_for_status()
        after.answered.set()
        _eventually(lambda: "by the task" in _pages(ada))
        assert sorted(after.happened) == ["ada's", "written meanwhile"]
        assert _pages(bob) == ["bob's"]


def test_a_background_task_ends_what_was_begun(diaries: Guarded, after: Afterwards) -> None:
    """A person who signs out after the answer does not undo what it has promised."""
    with sign_up(diaries.url, "cleo") as cleo:
        cleo.http.post("/reading-task").raise_for_status()
        cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
        assert cleo.http.get("/pages").status_code == 401
        after.answered.set()
        signed_in = {"email": cleo.email, "password": cleo.password}
        cleo.browser.post("/api/auth/sign-in/email", json=signed_in).raise_for_status()
        token = cleo.browser.get("/api/auth/token").raise_for_status().json()["token"]
        cleo.http.headers["Authorization"] = f"Bearer {token}"
        _eventually(lambda: _pages(cleo) == ["by the task"])


def test_a_background_task_writes_for_nobody_else(diaries: Guarded, after: Afterwards) -> None:
    """A task that writes another person's row fails whole, and the event names its request."""
    ada = diaries.ada
    with sign_up(diaries.url, "bob") as bob:
        diaries.events.take()
        ada.http.post(f"/stealing-task/{bob.user_id}").raise_for_status()
        _eventually(lambda: bool(after.failures))
        (event,) = diaries.events.kept
        assert event.user_id == ada.user_id
        assert event.request is not None
        assert event.request.route == "/stealing-task/{owner}"
        _eventually(lambda: _pages(ada) == ["promised"])
        assert _pages(bob) == []

"""Counts that workers share in the database, and what each does while it is slow or away."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.counting import Away
from gatepost.limits import CountsLost, DatabaseCounts, NotCounted, SharedWindows, Windows
from gatepost.limits.database import BUDGET
from gatepost.rates import Limit, Rate, Rates
from gatepost.settings import async_database_url
from gatepost.store.engine import Budget, open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from tests.provider.served import Events
from tests.services.postgres import running_postgres

_RATES = Rates(
    default=Rate(3, 5), sign_in=Rate(3, 5), mail=Rate(2, 600), failures_anywhere=Rate(100, 3600)
)
_PATIENCE_SECONDS = 30
_UNCLEANED = "old counts could not be removed"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the test's own."""
    if request.param == "sqlite":
        return async_database_url(f"sqlite:///{tmp_path / 'limits.db'}")
    return async_database_url(request.getfixturevalue("postgres_url"))


@dataclass(frozen=True, slots=True)
class _Worker:
    """One of an app's processes."""

    engine: AsyncEngine
    counts: DatabaseCounts
    windows: SharedWindows
    events: Events

    async def rows(self) -> list[tuple[str, float]]:
        async with self.engine.connect() as connection:
            found = await connection.execute(text("SELECT name, ends_at FROM gatepost_limit"))
            return [(name, ends_at) for name, ends_at in found]


@asynccontextmanager
async def _worker(
    url: str, away: Away = Away.LOCAL, *, capacity: int = 1000, budget: Budget = BUDGET
) -> AsyncIterator[_Worker]:
    engine, events = open_engine(url, budget), Events()
    try:
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        counts = DatabaseCounts(_RATES, engine, capacity)
        windows = SharedWindows(_RATES, counts, events, away)
        async with windows.counting():
            yield _Worker(engine, counts, windows, events)
    finally:
        await engine.dispose()


async def _times(windows: Windows, limit: Limit, key: str, number: int) -> list[int | None]:
    return [await windows.hit(limit, key) for _ in range(number)]


def test_workers_count_together(url: str) -> None:
    """What passes at one worker counts at the other, at once and one by one."""

    async def scene() -> None:
        async with _worker(url) as first, _worker(url) as second:
            one, other = first.windows, second.windows
            assert await _times(one, Limit.FAILURES, "together", 9) == [None] * 9
            answers = await _times(other, Limit.FAILURES, "together", 2)
            assert answers[0] is None
            assert answers[1] in range(890, 901)
            assert await one.count(Limit.FAILURES, "together") == 10
            assert await other.count(Limit.FAILURES, "nobody's") == 0
            workers = (one, other) * 20
            asked = (each.hit(Limit.FAILURES, "at once") for each in workers)
            assert (await asyncio.gather(*asked)).count(None) == 10
            await other.clear(Limit.FAILURES, "together")
            assert await _times(one, Limit.FAILURES, "together", 1) == [None]
            assert not await one.remembers("ada", "here")
            for _ in range(2):
                await other.remember("ada", "here")
                assert await one.remembers("ada", "here")
            assert first.events.take() == second.events.take() == []

    asyncio.run(scene())


def test_a_window_moves(url: str) -> None:
    """What is full has room again when its first hit is as old as the window, and not before."""

    async def scene() -> None:
        async with _worker(url) as worker:
            began = time.time()
            assert await _times(worker.windows, Limit.SIGN_IN, "moving", 3) == [None] * 3
            while await worker.windows.hit(Limit.SIGN_IN, "moving") is not None:  # noqa: ASYNC110 - asked
                await asyncio.sleep(0.05)
            assert time.time() - began >= 5
            assert worker.events.take() == []

    asyncio.run(scene())


def test_what_is_refused_costs_the_database_nothing(url: str) -> None:
    """A thousand requests too many of one address are refused without a question."""

    async def scene() -> None:
        async with _worker(url) as worker:
            assert await _times(worker.windows, Limit.MAIL, "flood", 2) == [None, None]
            refused = await worker.windows.hit(Limit.MAIL, "flood")
            assert refused in range(590, 601)
            await worker.engine.dispose()
            async with worker.engine.begin() as connection:
                await connection.execute(text("DELETE FROM gatepost_limit"))
            assert None not in await _times(worker.windows, Limit.MAIL, "flood", 1000)
            for number in range(12_000):  # others, until this one is forgotten
                worker.counts._windows._refuse(f"mail:{number}", 1e18)  # noqa: SLF001 - the bound
            assert await worker.windows.hit(Limit.MAIL, "flood") is None

    asyncio.run(scene())


def test_the_table_is_bounded_and_holds_no_address(url: str) -> None:
    """Cleaning takes what has ended and what is too much, the oldest first, and nothing else."""

    async def scene() -> None:
        async with _worker(url, capacity=20) as worker:
            for number in range(30):
                await worker.windows.hit(Limit.FAILURES, "198.51.100.7", str(number))
            await worker.windows.hit(Limit.SIGN_IN, "ends")
            await worker.windows.remember("ada", "198.51.100.7")
            await asyncio.sleep(5.1)
            await worker.counts.clean()
            names = [name for name, _ in await worker.rows()]
            assert sorted(names) == ["failures"] * 20 + ["known"]
            assert await worker.windows.remembers("ada", "198.51.100.7")
            newest = await worker.windows.hit(Limit.FAILURES, "198.51.100.7", "29")
            assert newest is None
            assert len(await worker.rows()) == 21
            async with worker.engine.connect() as connection:
                rows = (await connection.execute(text("SELECT * FROM gatepost_limit"))).all()
            assert "198.51.100" not in repr(rows)

    asyncio.run(scene())


def test_a_flood_is_cleaned_before_its_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many rows a worker cleans, and does not wait for its minute."""
    monkeypatch.setattr("gatepost.limits.database._CLEAN_AFTER_HITS", 50)

    async def scene() -> None:
        async with _worker(url, capacity=20) as worker:
            for number in range(60):
                await worker.windows.hit(Limit.FAILURES, str(number))
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while len(await worker.rows()) > 35 and time.monotonic() < deadline:  # noqa: ASYNC110 - asked
                await asyncio.sleep(0.05)
            assert len(await worker.rows()) <= 35

    asyncio.run(scene())


def _hold(url: str) -> Callable[[], Awaitable[Callable[[], Awaitable[None]]]]:
    """Return what locks the table, and gives what lets it go."""

    async def hold() -> Callable[[], Awaitable[None]]:
        other = open_engine(url)
        connection = await other.connect()
        is_file = other.dialect.name == "sqlite"
        lock = "BEGIN EXCLUSIVE" if is_file else "LOCK TABLE gatepost_limit"
        await connection.exec_driver_sql(lock)

        async def let_go() -> None:
            await connection.rollback()
            await connection.close()
            await other.dispose()

        return let_go

    return hold


@pytest.mark.parametrize("away", Away)
def test_while_it_is_slow_no_limit_is_open(
    url: str, away: Away, caplog: pytest.LogCaptureFixture
) -> None:
    """Each worker counts for itself or refuses, an event says so, and then all is as before."""

    async def scene() -> None:
        async with _worker(url, away) as worker:
            windows = worker.windows
            assert await _times(windows, Limit.FAILURES, "slow", 1) == [None]
            await windows.remember("ada", "here")
            let_go = await _hold(url)()
            try:
                began = time.monotonic()
                if away is Away.REFUSE:
                    with pytest.raises(NotCounted):
                        await windows.hit(Limit.FAILURES, "slow")
                else:
                    answers = await _times(windows, Limit.FAILURES, "slow", 15)
                    assert answers[:10] == [None] * 10
                    assert None not in answers[10:]
                assert time.monotonic() - began < _PATIENCE_SECONDS
                assert await windows.remembers("ada", "here")
                assert await windows.hit(Limit.DEFAULT, "slow") is None
            finally:
                await let_go()
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while "again" not in caplog.text and time.monotonic() < deadline:
                await windows.remembers("ada", "here")
                await asyncio.sleep(0.1)
            # One was counted before, and another perhaps that nobody waited for any more.
            assert (await _times(windows, Limit.FAILURES, "slow", 12)).count(None) in {8, 9}
            name = "sys_limits_away" if away is Away.REFUSE else "sys_limits_local"
            assert worker.events.take() == [(name, None)]

    with caplog.at_level(logging.WARNING, "gatepost"):
        asyncio.run(scene())
    said = [record.message for record in caplog.records if record.name == "gatepost"]
    assert said[-1] == "the limits are counted in the database again"
    assert str(make_url(url).password) not in caplog.text


def test_while_it_is_stopped_each_worker_counts_for_itself() -> None:
    """A server that goes in the middle opens no limit, and an event says that it has gone."""

    async def scene(server: ExitStack, url: str) -> None:
        async with _worker(url) as worker:
            assert await _times(worker.windows, Limit.FAILURES, "gone", 1) == [None]
            await worker.windows.remember("ada", "here")
            await asyncio.to_thread(server.close)
            answers = await _times(worker.windows, Limit.FAILURES, "gone", 12)
            assert answers[:10] == [None] * 10
            assert None not in answers[10:]
            assert await worker.windows.remembers("ada", "here")
            assert worker.events.take() == [("sys_limits_local", None)]

    with ExitStack() as server:
        url = server.enter_context(running_postgres()).create_database()
        asyncio.run(scene(server, async_database_url(url)))


def test_a_table_that_cannot_be_cleaned_is_said(
    url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line in the log says so, each time, and the worker goes on counting by itself."""
    monkeypatch.setattr("gatepost.limits.database._CLEAN_EVERY_SECONDS", 0.05)

    async def scene() -> None:
        async with _worker(url) as worker:
            async with worker.engine.begin() as connection:
                await connection.execute(text("DROP TABLE gatepost_limit"))
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while caplog.text.count(_UNCLEANED) < 2 and time.monotonic() < deadline:  # noqa: ASYNC110 - the log
                await asyncio.sleep(0.05)
            assert caplog.text.count(_UNCLEANED) >= 2
            answers = await _times(worker.windows, Limit.FAILURES, "alone", 11)
            assert answers.count(None) == 10
            assert worker.events.take() == [("sys_limits_local", None)]

    with caplog.at_level(logging.WARNING, "gatepost"):
        asyncio.run(scene())


def test_more_than_its_connections_wait_for_them(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred at once are counted by four connections, and nobody is sent elsewhere."""
    # How soon the last one's turn comes is the machine's; two seconds are short beside other work.
    monkeypatch.setattr("gatepost.limits.database._ANSWER_SECONDS", _PATIENCE_SECONDS)
    budget = replace(BUDGET, seconds=_PATIENCE_SECONDS)

    async def scene() -> None:
        async with _worker(url, budget=budget) as worker:
            hits = (worker.windows.hit(Limit.FAILURES, str(number % 25)) for number in range(200))
            assert set(await asyncio.gather(*hits)) == {None}
            assert worker.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # a queue
            assert worker.engine.pool.size() == BUDGET.connections  # type: ignore[attr-defined] # a queue
            assert worker.events.take() == []

    asyncio.run(scene())


def test_a_table_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    """Counting once shows it, without a word of what the database was asked."""
    file = tmp_path / "none.db"
    with closing(sqlite3.connect(file)):
        pass

    async def scene() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{file}"), BUDGET)
        try:
            with pytest.raises(CountsLost, match=r"^the database: OperationalError$"):
                await DatabaseCounts(_RATES, engine).check()
        finally:
            await engine.dispose()

    asyncio.run(scene())

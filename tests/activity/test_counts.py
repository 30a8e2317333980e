"""How many events there were: added up in memory, and in one table of all workers."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.activity.counts import CountsTable, CountsWriter
from gatepost.activity.records import COUNTS_LIFETIME, ActivityCount
from gatepost.events import EventName, Level, SecurityEvent
from gatepost.events.counted import (
    MOST_WAITING,
    Counted,
    CountKind,
    WaitingCounts,
    count_kind,
)
from gatepost.rows.owned import HouseBase
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from tests.gate.guarded import Recorder

_NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database of the test's own."""
    if request.param == "sqlite":
        return async_database_url(f"sqlite:///{tmp_path / 'empty.db'}")
    return async_database_url(request.getfixturevalue("postgres_url"))


async def _make(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(HouseBase.metadata.create_all)


async def _kept(engine: AsyncEngine) -> dict[tuple[datetime, str], int]:
    columns = ActivityCount.__table__.columns
    async with engine.connect() as connection:
        rows = (await connection.execute(select(*columns))).all()
    return {(start, name): count for start, name, count in rows}


def _event(name: EventName = EventName.LOGIN_FAIL, *, at: datetime = _NOON) -> SecurityEvent:
    return SecurityEvent(name, at=at)


def test_workers_add_up(url: str) -> None:
    """What several workers have counted in the same five minutes is one sum, and none waits."""

    async def work() -> None:
        one, other = open_engine(url), open_engine(url)
        await _make(one)
        tables = [CountsTable(engine) for engine in (one, other) * 3]
        names = (EventName.LOGIN_FAIL, EventName.LOGIN_SUCCESS, EventName.TOKEN_REFUSED)
        counts = {Counted(_NOON, name): number for number, name in enumerate(names, start=1)}
        backwards = dict(reversed(counts.items()))
        await asyncio.gather(*(table.add(counts) for table in tables[:3]))
        await asyncio.gather(*(table.add(backwards) for table in tables[3:]))
        assert await _kept(one) == {
            (_NOON, "authn_login_fail"): 6,
            (_NOON, "authn_login_success"): 12,
            (_NOON, "authn_token_refused"): 18,
        }
        await one.dispose()
        await other.dispose()

    asyncio.run(asyncio.wait_for(work(), 120))


def test_what_is_old_goes(url: str) -> None:
    """Whoever writes first, and then now and again, takes away what is past its time."""

    async def work() -> None:
        engine = open_engine(url)
        await _make(engine)
        table = CountsTable(engine)
        old = Counted(_NOON - COUNTS_LIFETIME - timedelta(days=2), EventName.LOGIN_FAIL)
        await table.add({old: 1})
        assert await _kept(engine) == {}
        await table.add({old: 1})
        assert len(await _kept(engine)) == 1  # it has just looked
        await CountsTable(engine).add({Counted(_NOON, EventName.LOGIN_FAIL): 1})
        assert list(await _kept(engine)) == [(_NOON, "authn_login_fail")]
        await engine.dispose()

    asyncio.run(asyncio.wait_for(work(), 120))


def test_what_is_counted_is_written_and_what_is_left_at_the_end(tmp_path: Path) -> None:
    """Events of five minutes are one count; those that come last are written with the end."""

    async def work() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'one.db'}"))
        await _make(engine)
        waiting, heard = WaitingCounts(), Recorder()
        waiting.emit(_event())  # nobody writes yet
        async with CountsWriter(waiting, CountsTable(engine), heard).writing():
            for seconds in (0, 299, 300):
                waiting.emit(_event(at=_NOON + timedelta(seconds=seconds)))
            waiting.emit(_event(EventName.TOKEN_CREATED))
            for _ in range(300):
                if len(await _kept(engine)) == 2:
                    break
                await asyncio.sleep(0.1)
            waiting.emit(_event())
        waiting.emit(_event())  # nobody writes any more
        assert await _kept(engine) == {
            (_NOON, "authn_login_fail"): 3,
            (_NOON + timedelta(minutes=5), "authn_login_fail"): 1,
        }
        assert (waiting.dropped, heard.kept, waiting.take()) == (0, [], {})
        await engine.dispose()

    asyncio.run(asyncio.wait_for(work(), 120))


def test_a_database_that_is_away_loses_no_count(tmp_path: Path) -> None:
    """What is counted meanwhile waits with what could not be written."""

    async def work() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'later' / 'there.db'}"))
        waiting, heard = WaitingCounts(), Recorder()
        async with CountsWriter(waiting, CountsTable(engine), heard).writing():
            waiting.emit(_event())
            await asyncio.sleep(2.5)
            (tmp_path / "later").mkdir()
            await _make(engine)
            waiting.emit(_event())
        assert await _kept(engine) == {(_NOON, "authn_login_fail"): 2}
        assert (waiting.dropped, heard.kept) == (0, [])
        await engine.dispose()

    asyncio.run(asyncio.wait_for(work(), 120))


def _different() -> Iterator[SecurityEvent]:
    """So many events that no two are counted together."""
    for number in itertools.count():
        yield _event(at=_NOON - number * timedelta(minutes=5))


def test_counts_that_are_lost_are_said(tmp_path: Path) -> None:
    """A bound in memory, and a database that refuses, cost counts: a number, and an event."""

    async def work() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'no-table.db'}"))
        waiting, heard = WaitingCounts(), Recorder()
        async with CountsWriter(waiting, CountsTable(engine), heard).writing():
            for event in itertools.islice(_different(), MOST_WAITING + 7):
                waiting.emit(event)
            waiting.emit(_event())  # among those that there are already
            assert waiting.dropped == 7
        assert waiting.dropped == MOST_WAITING + 8
        said = [(event.name, event.count) for event in heard.kept]
        assert said == [(EventName.ACTIVITY_LOST, MOST_WAITING + 8)]
        await engine.dispose()

    asyncio.run(asyncio.wait_for(work(), 120))


def test_every_name_is_counted_as_what_it_is() -> None:
    """Whatever is critical is an alarm, and every warning a refusal but those of what was done."""
    kinds = {name: count_kind(name) for name in EventName}
    assert {name for name, kind in kinds.items() if kind is CountKind.ALARM} == {
        name for name in EventName if name.level is Level.CRITICAL
    }
    uncounted = {n for n, k in kinds.items() if k is None and n.level is not Level.INFO}
    assert uncounted == {
        EventName.LOGIN_SUCCESS_AFTER_FAIL,
        EventName.ACCESS_CHANGED,
        EventName.OPERATOR,
    }
    assert kinds[EventName.LOGIN_SUCCESS] is CountKind.SIGN_IN
    assert kinds[EventName.LOGIN_LOCK] is kinds[EventName.LOGIN_FAIL_MAX] is CountKind.LOCKOUT
    assert kinds[EventName.USER_DELETED] is kinds[EventName.SESSION_LOGOUT] is CountKind.CHANGE
    assert kinds[EventName.ROWS_OUTSIDE] is kinds[EventName.TOKEN_CREATED] is None

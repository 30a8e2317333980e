"""Looking rows up by a key: at once, as it is, and nothing kept."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.settings import async_database_url
from gatepost.store.engine import open_engine
from gatepost.store.look_up import LookUp
from gatepost.store.tables import BetterAuthDate, iso_milliseconds

_metadata = MetaData()
_things = Table(
    "thing", _metadata, Column("id", Text, primary_key=True), Column("at", BetterAuthDate)
)
_WHEN = "2026-01-02T03:04:05.678Z"


@asynccontextmanager
async def _with_things(url: str) -> AsyncIterator[tuple[AsyncEngine, LookUp]]:
    engine = open_engine(url)
    at = BetterAuthDate().process_result_value(_WHEN, engine.dialect)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_metadata.create_all)
            rows = [{"id": name, "at": at} for name in ("one", "two", "three")]
            await connection.execute(insert(_things), rows)
        yield engine, LookUp(engine, select(_things), _things.c.id)
    finally:
        await engine.dispose()


def test_rows_are_found_by_their_keys(empty_url: str) -> None:
    """Those that are there, as their columns have them, and nothing for those that are not."""

    async def work() -> dict[str, str]:
        async with _with_things(empty_url) as (_, things):
            assert await things.find([]) == []
            found = await things.find(["one", "nobody's", "two"])
            return {row[_things.c.id]: iso_milliseconds(row[_things.c.at]) for row in found}

    assert asyncio.run(work()) == {"one": _WHEN, "two": _WHEN}


def test_what_is_gone_is_gone_at_once(empty_url: str) -> None:
    """A look-up sees what has been committed by anybody before it, and a new row as well."""

    async def work() -> None:
        async with _with_things(empty_url) as (engine, things):
            for _ in range(20):
                assert len(await things.find(["one"])) == 1
                async with engine.begin() as connection:
                    await connection.execute(delete(_things).where(_things.c.id == "one"))
                assert await things.find(["one"]) == []
                async with engine.begin() as connection:
                    await connection.execute(insert(_things).values(id="one"))

    asyncio.run(work())


def test_a_locked_file_is_waited_for_off_the_event_loop(tmp_path: Path) -> None:
    """Other requests go on while one waits until it can read."""
    file = tmp_path / "locked.db"

    async def work() -> tuple[int, int]:
        async with _with_things(async_database_url(f"sqlite:///{file}")) as (engine, things):
            await engine.dispose()
            with closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("PRAGMA locking_mode=EXCLUSIVE")
                other.execute("BEGIN EXCLUSIVE")
                with (
                    closing(sqlite3.connect(file, timeout=0)) as reader,
                    pytest.raises(sqlite3.OperationalError, match="locked"),
                ):
                    reader.execute("SELECT * FROM thing")
                asked = asyncio.create_task(things.find(["one"]))
                turns = 0
                while turns < 20:
                    await asyncio.sleep(0.01)
                    turns += not asked.done()
            return turns, len(await asked)

    assert asyncio.run(work()) == (20, 1)


def test_what_cannot_be_read_is_told_as_ever(tmp_path: Path) -> None:
    """The error is SQLAlchemy's own, which has an answer."""

    async def work() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'empty.db'}"))
        try:
            with pytest.raises(OperationalError, match="no such table"):
                await LookUp(engine, select(_things), _things.c.id).find(["one"])
        finally:
            await engine.dispose()

    asyncio.run(work())


def test_memory_is_no_file() -> None:
    """A database that only its own connection sees is asked through that connection."""

    async def work() -> int:
        async with _with_things("sqlite+aiosqlite:///:memory:") as (_, things):
            return len(await things.find(["one"]))

    assert asyncio.run(work()) == 1

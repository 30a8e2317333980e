"""The carrier in a file: replaced, overwritten, locked, and none."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from gatepost.store.feed import CarrierLost, SqliteCarrier
from tests.store.feed.databases import (
    ended,
    named,
    opened,
    path_of,
    run,
)

_A, _B = ("a", None), ("b", None)


def _copied(path: Path) -> Path:
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _overwrite(copy: Path, path: Path) -> None:
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


@pytest.mark.parametrize("rows_after", [0, 1, 5])
def test_older_copy_in_the_same_file_is_read_again(rows_after: int, tmp_path: Path) -> None:
    """Numbers that went back, and were given again, hide nothing."""

    async def work(url: str) -> None:
        path = path_of(url)
        async with opened(url) as carrier:
            await carrier.publish(ended("kept"))
            copy = _copied(path)
            for _ in range(3):
                await carrier.publish(ended("lost"))
            assert len(await carrier.read()) == 4
            _overwrite(copy, path)
            for number in range(rows_after):
                await carrier.publish(ended(f"new-{number}"))
            assert {each.session_id for each in await carrier.read()} >= {
                f"new-{number}" for number in range(rows_after)
            }

    run(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", work)


def test_another_file_in_its_place_is_noticed(tmp_path: Path) -> None:
    """A file that was moved there, and none, are losses; opening takes up the new one."""

    async def work(url: str) -> None:
        path = path_of(url)
        async with opened(url) as carrier:
            await carrier.publish(ended("a"))
            copy = _copied(path)
            await carrier.read()
            path.unlink()
            for use in (carrier.read, lambda: carrier.wait(0), carrier.open):
                with pytest.raises(CarrierLost):
                    await use()
            assert not path.exists()
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            shutil.move(copy, path)
            await carrier.open()
            assert named(await carrier.read()) == [_A]

    run(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", work)


def test_a_writer_stands_in_nobody_s_way(tmp_path: Path) -> None:
    """While somebody holds the lock, reading goes on, and publishing gives up in time."""

    async def work(url: str) -> None:
        async with opened(url) as carrier:
            await carrier.publish(ended("a"))
            with closing(sqlite3.connect(path_of(url), isolation_level=None)) as writer:
                writer.execute("BEGIN EXCLUSIVE")
                began = time.monotonic()
                assert named(await carrier.read()) == [_A]
                with pytest.raises(CarrierLost, match="locked"):
                    await carrier.publish(ended("b"))
                assert time.monotonic() - began < 5
                writer.execute("COMMIT")
            await carrier.publish(ended("b"))
            assert named(await carrier.read()) == [_B]

    run(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", work)


async def _open_and_read(carrier: SqliteCarrier) -> None:
    await carrier.open()
    await carrier.read()


def test_a_file_that_is_no_database_is_a_loss(tmp_path: Path) -> None:
    """Neither is an empty one made where there is none."""

    async def work() -> None:
        path = tmp_path / "x.db"
        for content in (None, b"", b"no database" * 1000):
            if content is not None:
                path.write_bytes(content)
            carrier = SqliteCarrier(path)
            with pytest.raises(CarrierLost):
                await _open_and_read(carrier)
            await carrier.close()
            with pytest.raises(CarrierLost):
                await carrier.publish(ended("a"))
            assert path.exists() == (content is not None)

    asyncio.run(work())

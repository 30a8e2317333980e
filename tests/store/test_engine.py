"""Opening a database: SQLite's settings, and words where it cannot be opened."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from gatepost.errors import ConfigurationError
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from gatepost.store.engine import check_connection


def test_sqlite_is_prepared(tmp_path: Path) -> None:
    """Foreign keys hold, readers do not wait for writers, and a busy database is waited for."""

    async def work() -> list[object]:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'x.db'}")
        await check_connection(engine)
        async with engine.connect() as connection:
            found = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("foreign_keys", "journal_mode", "busy_timeout")
            ]
        await engine.dispose()
        return found

    assert asyncio.run(work()) == [1, "wal", 10_000]


CANNOT = {
    "directory that cannot be": "sqlite:////dev/null/x/y.db",
    "port that nobody listens on": "postgresql://ada:hush-hush@127.0.0.1:1/x",
    "port that is none": "postgresql://ada:hush-hush@127.0.0.1:http/x",
    "port too high": "postgresql://ada:hush-hush@127.0.0.1:99999/x",
    "unknown option": "postgresql://ada:hush-hush@127.0.0.1:1/x?nonsense=1",
    "host that is none": "postgresql://ada:hush-hush@/x?host=/nowhere",
    "unclosed bracket": "postgresql://ada:hush-hush@[::1/x",
}


@pytest.mark.parametrize("name", CANNOT)
def test_a_database_that_cannot_be_opened_says_so(name: str) -> None:
    """One message for the developer, with the variable's name and without the password."""

    async def work() -> None:
        engine = open_engine(async_database_url(CANNOT[name]))
        try:
            await check_connection(engine)
        finally:
            await engine.dispose()

    with pytest.raises(ConfigurationError, match="DATABASE_URL") as stopped:
        asyncio.run(work())
    assert "hush-hush" not in str(stopped.value)


PROGRAM = """
import asyncio, sys
from gatepost.errors import ConfigurationError
from gatepost.store import open_engine
from gatepost.store.engine import check_connection
async def main():
    engine = open_engine(sys.argv[1])
    try:
        await check_connection(engine)
    finally:
        await engine.dispose()
try:
    asyncio.run(main())
except ConfigurationError as error:
    sys.exit(str(error))
"""


def test_a_file_that_cannot_be_opened_costs_one_line(tmp_path: Path) -> None:
    """What is said is the message, and no traceback of the driver's thread beside it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"sqlite+aiosqlite:///{tmp_path}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr

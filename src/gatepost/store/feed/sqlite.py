"""The revocation feed in an SQLite file, for processes of one machine."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import quote

import aiosqlite

from gatepost.store.feed.carrier import CarrierLost
from gatepost.store.feed.newest_first import PAGE_ROWS, Row, newest_first
from gatepost.store.feed.writing import KEEP_SECONDS, Outbox, Pruning
from gatepost.tokens import Revocation

_WATCH_SECONDS = 0.1
# A reader of a write-ahead log waits for nobody but in rare moments (recovery, a closing writer).
_BUSY_SECONDS = 1.0
_STEP_SECONDS = 2.0
_PRUNE_ROWS = 1_000

_COLUMNS = "seq, session_id, subject, key_id, at / 1000.0"
_NEWEST = f"SELECT {_COLUMNS} FROM gatepost_revocation ORDER BY seq DESC LIMIT 1"  # noqa: S608 - our own column names, as below
_PAGE = (
    f"SELECT {_COLUMNS} FROM gatepost_revocation WHERE seq > ? AND seq < ?"  # noqa: S608
    f" ORDER BY seq DESC LIMIT {PAGE_ROWS}"
)
_REST = (
    "SELECT max(seq), NULL, NULL, NULL, max(at) / 1000.0 FROM gatepost_revocation"  # noqa: S608
    " WHERE seq < ?1 AND key_id IS NULL HAVING count(*) > 0 UNION ALL"
    f" SELECT {_COLUMNS} FROM gatepost_revocation WHERE seq < ?1 AND key_id IS NOT NULL"
)
_AT = f"SELECT {_COLUMNS} FROM gatepost_revocation WHERE seq = ?"  # noqa: S608
_SEES_SESSIONS = (
    "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    " AND name = 'gatepost_session_deleted' AND tbl_name = 'session'"
)
_INSERT = "INSERT INTO gatepost_revocation (session_id, subject, key_id, at) VALUES (?, ?, ?, ?)"
_PRUNE = (
    "DELETE FROM gatepost_revocation WHERE seq IN (SELECT seq FROM gatepost_revocation"  # noqa: S608
    f" WHERE at < ? AND key_id IS NULL ORDER BY seq LIMIT {_PRUNE_ROWS})"
)

_log = logging.getLogger("gatepost")


class SqliteCarrier:
    """Carries revocations through the table `gatepost_revocation` of a prepared SQLite file.

    One transaction writes at a time and a number is never given twice, so the rows above the last
    one that was read are the new ones.

    Args:
        path: the file, which must exist when the carrier is opened.
    """

    def __init__(self, path: str | Path) -> None:
        self.sees_sessions = False
        self._path = Path(path).absolute()
        self._connection: aiosqlite.Connection | None = None
        self._file = (0, 0)
        self._version = -1
        self._last: Row | None = None
        self._outbox = Outbox(self._write)
        self._pruning = Pruning(self._prune)

    async def open(self) -> None:
        """Open the file, and begin at the beginning.

        Raises:
            CarrierLost: it is not there, or no database.
        """
        await self.close()
        self._last = None
        with _lost():
            self._file = _identity(self._path)
            async with asyncio.timeout(_STEP_SECONDS):
                self._connection = await _connect(self._path)
            await self._rows("PRAGMA query_only=1")
            await self._look_for_triggers()

    async def read(self) -> Sequence[Revocation]:
        """Return the rows that came since the last call; on the first, all.

        Raises:
            CarrierLost: the file has gone or is another, or it cannot be read.
        """
        with _lost():
            self._check_file()
            # Before the rows: what is written in between is found to have changed afterwards.
            version = await self._data_version()
            await self._look_for_triggers()
            await self._rows("BEGIN")
            rows = await self._news()
            await self._rows("COMMIT")
        self._version = version
        if rows:
            self._last = rows[0]
        self._pruning.start_if_due()
        return [row.revocation() for row in reversed(rows)]

    async def wait(self, seconds: float) -> None:
        """Return when somebody has written to the file, or after so many seconds.

        Raises:
            CarrierLost: as `read`.
        """
        end = time.monotonic() + seconds
        while True:
            with _lost():
                self._check_file()
                if await self._data_version() != self._version:
                    return
            left = end - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(min(_WATCH_SECONDS, left))

    async def publish(self, revocation: Revocation) -> None:
        """Write a row; when this returns it is on the disk.

        Raises:
            CarrierLost: it could not be written.
        """
        await self._outbox.publish(revocation)

    async def close(self) -> None:
        """Close the file; never raises."""
        await self._pruning.stop()
        connection, self._connection = self._connection, None
        if connection is not None:
            await _stop(connection)

    async def _news(self) -> list[Row]:
        """Return what is above the last row, or everything where that row is not what it was."""
        after = 0
        if self._last is not None:
            found = _typed(await self._rows(_AT, self._last.seq))
            # Pruned, or the file was overwritten with an older one.
            after = self._last.seq if found == [self._last] else 0

        async def page(below: int) -> list[Row]:
            return _typed(await self._rows(_PAGE, after, below))

        async def rest(below: int) -> list[Row]:
            return _typed(await self._rows(_REST, below))

        return await newest_first(page, rest)

    async def _look_for_triggers(self) -> None:
        rows = await self._rows(_SEES_SESSIONS)
        sees_sessions = rows[0][0] == 1
        if self.sees_sessions and not sees_sessions:
            _log.warning("the table session has lost its trigger; restart to make it again")
        self.sees_sessions = sees_sessions

    async def _data_version(self) -> int:
        return int(str((await self._rows("PRAGMA data_version"))[0][0]))

    def _check_file(self) -> None:
        if _identity(self._path) != self._file:
            raise CarrierLost("the database file is another one")

    async def _rows(self, sql: str, *values: int) -> list[tuple[object, ...]]:
        if self._connection is None:
            raise CarrierLost("not open")
        async with asyncio.timeout(_STEP_SECONDS):
            return [tuple(row) for row in await self._connection.execute_fetchall(sql, values)]

    async def _write(self, revocations: Sequence[Revocation]) -> None:
        rows = [(r.session_id, r.subject, r.key_id, round(r.at * 1000)) for r in revocations]
        async with self._writer() as connection:
            await connection.execute("BEGIN IMMEDIATE")
            await connection.executemany(_INSERT, rows)
            await connection.commit()

    async def _prune(self) -> None:
        before = round((time.time() - KEEP_SECONDS) * 1000)
        removed = _PRUNE_ROWS
        while removed == _PRUNE_ROWS:
            async with self._writer() as connection:
                removed = (await connection.execute(_PRUNE, (before,))).rowcount

    @asynccontextmanager
    async def _writer(self) -> AsyncIterator[aiosqlite.Connection]:
        """Open a connection of its own, so that no reading waits behind a lock."""
        connection: aiosqlite.Connection | None = None
        try:
            with _lost():
                async with asyncio.timeout(2 * _STEP_SECONDS):
                    connection = await _connect(self._path)
                    yield connection
        finally:
            if connection is not None:
                await _stop(connection)


async def _connect(path: Path) -> aiosqlite.Connection:
    # A file that is not there must not come into being empty.
    address = f"file:{quote(str(path))}?mode=rw"
    connection = aiosqlite.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)

    async def connect() -> aiosqlite.Connection:
        return await connection

    connecting = asyncio.create_task(connect())
    try:
        return await asyncio.shield(connecting)
    except BaseException:
        # Its thread would else live on, and answer to an event loop that may have gone.
        await asyncio.wait((connecting,), timeout=_STEP_SECONDS)
        if connecting.done() and connecting.exception() is None:
            await _stop(connection)
        else:
            thread = connection._thread  # noqa: SLF001 - aiosqlite does not wait for it here
            await asyncio.to_thread(thread.join, _STEP_SECONDS)
        raise


async def _stop(connection: aiosqlite.Connection) -> None:
    # Not `close`, which waits for as long as the disk takes.
    stopped = connection.stop()
    if stopped is None:
        return
    try:
        await asyncio.wait((stopped,), timeout=_STEP_SECONDS)
    except asyncio.CancelledError:
        await asyncio.wait((stopped,), timeout=_STEP_SECONDS)
        raise


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _typed(rows: list[tuple[object, ...]]) -> list[Row]:
    return [
        Row(int(str(seq)), _text(session_id), _text(subject), _text(key_id), float(str(at)))
        for seq, session_id, subject, key_id, at in rows
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    # A connection that was closed under us is a ValueError to aiosqlite.
    except (OSError, sqlite3.Error, ValueError) as error:
        raise CarrierLost(f"{type(error).__name__}: {error}") from error

"""The revocation feed in PostgreSQL, for processes of any number of machines."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from gatepost.settings import async_database_url
from gatepost.store.feed.carrier import CarrierLost
from gatepost.store.feed.newest_first import PAGE_ROWS, Row, newest_first
from gatepost.store.feed.writing import KEEP_SECONDS, Outbox, Pruning
from gatepost.tokens import Revocation

_CHANNEL = "gatepost_revocation"
# A connection that is half open answers nothing, for ever.
_STEP_SECONDS = 2.0
_PRUNE_ROWS = 10_000
_NOTHING_SEEN = "1:1:"

# Of one snapshot, in which the pages are read, too.
_HEAD = """
SELECT pg_current_snapshot()::text, pg_snapshot_xmin(pg_current_snapshot())::text,
  pg_postmaster_start_time()::text, pg_is_in_recovery(),
  EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass('session')
    AND tgname = 'gatepost_session_deleted' AND tgenabled IN ('O', 'A'))"""
_COLUMNS = "seq, session_id, subject, key_id, extract(epoch FROM at)::float8"
_NEW = "xid >= $1::text::xid8 AND NOT pg_visible_in_snapshot(xid, $2::text::pg_snapshot)"
_PAGE = (
    f"SELECT {_COLUMNS} FROM gatepost_revocation WHERE {_NEW} AND seq < $3"  # noqa: S608 - our own words, as below
    f" ORDER BY seq DESC LIMIT {PAGE_ROWS}"
)
_REST = (
    "SELECT max(seq), NULL, NULL, NULL, extract(epoch FROM max(at))::float8"  # noqa: S608
    f" FROM gatepost_revocation WHERE {_NEW} AND seq < $3 AND key_id IS NULL"
    f" HAVING count(*) > 0 UNION ALL SELECT {_COLUMNS}"
    f" FROM gatepost_revocation WHERE {_NEW} AND seq < $3 AND key_id IS NOT NULL"
)
_INSERT = """
INSERT INTO gatepost_revocation (session_id, subject, key_id, at)
SELECT session_id, subject, key_id, to_timestamp(at)
FROM unnest($1::text[], $2::text[], $3::text[], $4::float8[])
  AS given (session_id, subject, key_id, at)"""
_PRUNE = (
    "DELETE FROM gatepost_revocation WHERE seq IN (SELECT seq FROM gatepost_revocation"  # noqa: S608
    f" WHERE at < now() - interval '{KEEP_SECONDS} seconds' AND key_id IS NULL"
    f" ORDER BY seq LIMIT {_PRUNE_ROWS})"
)

_log = logging.getLogger("gatepost")


class PostgresCarrier:
    """Carries revocations through the table `gatepost_revocation` of a prepared database.

    Numbers are given out in one order and committed in another, so what is new is what the
    snapshot of the last reading could not see. `NOTIFY` only wakes: where it does not come
    through (a transaction pooler) `wait` is its timeout.

    Args:
        url: of the primary, and best a direct one; `postgresql://…`, as in DATABASE_URL.
    """

    def __init__(self, url: str) -> None:
        self.sees_sessions = False
        _, options = asyncpg_dialect().create_connect_args(  # type: ignore[no-untyped-call] # SQLAlchemy's dialects are not typed
            make_url(async_database_url(url))
        )
        self._options: dict[str, Any] = {
            name: value
            for name, value in options.items()
            # SQLAlchemy's own, which asyncpg does not know.
            if not name.startswith(("prepared_statement_", "async_"))
        }
        self._connection: Any = None
        self._news = asyncio.Event()
        self._seen = _NOTHING_SEEN
        self._seen_from = 1
        self._server = ""
        self._outbox = Outbox(self._write)
        self._pruning = Pruning(self._prune)

    async def open(self) -> None:
        """Connect and listen, and begin at the beginning.

        Raises:
            CarrierLost: the server cannot be reached.
        """
        await self.close()
        self._forget_what_was_seen()
        with _lost():
            self._connection = await self._connect()
            self._connection.add_termination_listener(self._wake)
            # Not every pooler takes it; then news are found by looking.
            with contextlib.suppress(asyncpg.PostgresError):
                await self._connection.add_listener(_CHANNEL, self._wake)

    async def read(self) -> Sequence[Revocation]:
        """Return the rows that could not be seen at the last call; on the first, all.

        Raises:
            CarrierLost: the connection is lost, silent for two seconds, or to a standby.
        """
        connection = self._connection
        if connection is None:
            raise CarrierLost("not open")
        with _lost():
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot, seen_from, server, is_standby, sees_sessions = await connection.fetchrow(
                _HEAD
            )
            if is_standby:
                # It may lag behind by any time, and does not say so.
                raise CarrierLost("the server is a standby")
            if server != self._server or int(seen_from) < self._seen_from:
                self._forget_what_was_seen()  # behind a pooler, another server
            rows = await self._pages(connection)
            await connection.execute("COMMIT")
        self._seen, self._seen_from, self._server = str(snapshot), int(seen_from), str(server)
        if self.sees_sessions and not sees_sessions:
            _log.warning("the table session has lost its trigger; restart to make it again")
        self.sees_sessions = bool(sees_sessions)
        self._pruning.start_if_due()
        return [row.revocation() for row in reversed(rows)]

    async def wait(self, seconds: float) -> None:
        """Return when the server has told of something, or after so many seconds.

        Raises:
            CarrierLost: the connection has been closed.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        # Before the next reading: what comes during it is read by the one after.
        self._news.clear()
        if self._connection is None or self._connection.is_closed():
            raise CarrierLost("the connection is closed")

    async def publish(self, revocation: Revocation) -> None:
        """Write a row; when this returns it is committed.

        Raises:
            CarrierLost: it could not be written.
        """
        await self._outbox.publish(revocation)

    async def close(self) -> None:
        """Disconnect; never raises."""
        await self._pruning.stop()
        connection, self._connection = self._connection, None
        if connection is not None:
            await _disconnect(connection)

    async def _pages(self, connection: Any) -> list[Row]:
        async def page(below: int) -> list[Row]:
            found = await connection.fetch(_PAGE, str(self._seen_from), self._seen, below)
            return [Row(*row) for row in found]

        async def rest(below: int) -> list[Row]:
            found = await connection.fetch(_REST, str(self._seen_from), self._seen, below)
            return [Row(*row) for row in found]

        return await newest_first(page, rest)

    def _forget_what_was_seen(self) -> None:
        self._seen, self._seen_from = _NOTHING_SEEN, 1

    def _wake(self, *_told: object) -> None:
        self._news.set()

    async def _write(self, revocations: Sequence[Revocation]) -> None:
        async with self._writer() as connection:
            await connection.execute(
                _INSERT,
                [r.session_id for r in revocations],
                [r.subject for r in revocations],
                [r.key_id for r in revocations],
                [r.at for r in revocations],
            )

    async def _prune(self) -> None:
        removed = _PRUNE_ROWS
        async with self._writer() as connection:
            while removed == _PRUNE_ROWS:
                removed = int((await connection.execute(_PRUNE)).split()[-1])

    @asynccontextmanager
    async def _writer(self) -> AsyncIterator[Any]:
        """Open a connection of its own, so that no reading waits behind a lock."""
        with _lost():
            connection = await self._connect()
            try:
                yield connection
            finally:
                await _disconnect(connection)

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            **{
                **self._options,
                "timeout": _STEP_SECONDS,
                "command_timeout": _STEP_SECONDS,
                # A prepared statement does not outlive its transaction behind a pooler.
                "statement_cache_size": 0,
            }
        )


async def _disconnect(connection: Any) -> None:
    try:
        # Asked to end politely, the server has nothing to write into its log.
        if not connection.is_closed() and not connection.is_in_transaction():
            await connection.close(timeout=_STEP_SECONDS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        pass
    finally:
        connection.terminate()


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except (
        OSError,
        EOFError,
        ValueError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    ) as error:
        raise CarrierLost(f"{type(error).__name__}: {error}") from error

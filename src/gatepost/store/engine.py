"""Opening a database."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from gatepost.errors import ConfigurationError

_BUSY_TIMEOUT_MS = 10_000
# An extended result code keeps the primary one in its lowest byte.
_SQLITE_PRIMARY_CODE = 0xFF
_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
    }
)


# The next transaction may be on another connection of the server's, which knows none of the
# statements that this one has prepared, and perhaps others by the same names.
_THROUGH_A_POOLER = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: f"gatepost_{uuid4().hex}",
}


@dataclass(frozen=True, slots=True)
class Budget:
    """What an engine may take of its database, where not as much as it needs.

    Attributes:
        connections: how many it has at most; whoever comes when all are taken waits.
        seconds: how long that, and each statement, may take.
    """

    connections: int
    seconds: float


def open_engine(database_url: str, budget: Budget | None = None) -> AsyncEngine:
    """Open an engine on SQLite or PostgreSQL; nothing is connected to yet.

    Args:
        database_url: an SQLAlchemy async URL (`sqlite+aiosqlite://…`, `postgresql+asyncpg://…`);
            `?pgbouncer=true` where a pooler that pools by transaction is in between.
        budget: what it may take; by default SQLAlchemy's own pool, and ten seconds on SQLite.

    Raises:
        ConfigurationError: the URL cannot be read, or its driver is not installed.
    """
    try:
        url = make_url(database_url)
        is_pooled = url.query.get("pgbouncer") == "true"
        # `hide_parameters`: an error of the database must not carry a person's data into a log.
        # `pool_pre_ping`: a server may have gone and come back; a file has not.
        engine = create_async_engine(
            url.difference_update_query(["pgbouncer"]),
            connect_args=_THROUGH_A_POOLER if is_pooled else {},
            hide_parameters=True,
            pool_pre_ping=not database_url.startswith("sqlite"),
            **_pool_of(budget),
        )
    except (ValueError, ArgumentError) as error:
        raise ConfigurationError(
            "DATABASE_URL cannot be read as a URL. Write sqlite:///path/to/file.db or "
            "postgresql://user:password@host:5432/name, special characters percent-encoded."
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"DATABASE_URL needs the driver {error.name}. "
            "Write `pip install gatepost[postgres]` for PostgreSQL."
        ) from error
    if engine.dialect.name == "sqlite":
        wait = _BUSY_TIMEOUT_MS if budget is None else int(budget.seconds * 1000)
        event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, wait))
    return engine


def _pool_of(budget: Budget | None) -> dict[str, float]:
    if budget is None:
        return {}
    size = {"pool_size": budget.connections, "max_overflow": 0}
    return {**size, "pool_timeout": budget.seconds}


async def check_connection(engine: AsyncEngine) -> None:
    """Connect once, making the directory of an SQLite file where there is none.

    Raises:
        ConfigurationError: the database cannot be reached; says which, and why.
    """
    try:
        if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
            path = Path(str(engine.url.database))
            path.parent.mkdir(parents=True, exist_ok=True)
            # By itself first: where opening fails, aiosqlite leaves a thread behind, which may
            # write a traceback of its own when the process ends.
            await asyncio.to_thread(_open_once, path)
        async with engine.connect():
            pass
    except Exception as error:
        # Drivers raise errors of their own trees here, some of them not wrapped by SQLAlchemy.
        cause = getattr(error, "orig", None) or error
        raise ConfigurationError(
            f"The database {engine.url.render_as_string(hide_password=True)} cannot be opened: "
            f"{cause}. Set DATABASE_URL, or start the database."
        ) from error


def _open_once(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=_BUSY_TIMEOUT_MS / 1000)) as connection:
        connection.execute("PRAGMA schema_version").fetchone()


def is_away(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached now, rather than a mistake."""
    if isinstance(error, ConnectionError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & _SQLITE_PRIMARY_CODE in _SQLITE_AWAY
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _prepare_sqlite(
    busy_timeout_ms: int, connection: DBAPIConnection, _entry: ConnectionPoolEntry
) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()

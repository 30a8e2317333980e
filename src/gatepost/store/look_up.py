"""A look-up by key that most requests need: one round trip, outside of any transaction."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Select, bindparam, event
from sqlalchemy.ext.asyncio import AsyncEngine

Found = Mapping[Any, Any]
"""A row by its columns, as SQLAlchemy's `RowMapping` is one."""


class LookUp:
    """Finds rows by a unique key. Nothing is kept: what is committed when it asks is the answer.

    Args:
        engine: the database.
        rows: what to select, without the condition.
        key: the column that is looked at.
    """

    def __init__(
        self, engine: AsyncEngine, rows: Select[*tuple[Any, ...]], key: Column[str]
    ) -> None:
        # By itself a SELECT sees one state of the database; a transaction around it would only
        # cost PostgreSQL two more round trips.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._every = rows.where(key.in_(bindparam("keys", expanding=True)))
        self._file = _File.of(engine, rows.where(key == bindparam("key")))

    async def find(self, keys: Sequence[str]) -> Sequence[Found]:
        """Return the rows that have one of these keys, in any order."""
        if self._file is not None:
            try:
                return [row for key in keys for row in self._file.find(key)]
            except sqlite3.OperationalError:
                pass  # it is locked, which is rare, or away: waited for, or told, as ever
        async with self._engine.connect() as connection:
            return (await connection.execute(self._every, {"keys": keys})).mappings().all()


class _File:
    """The same on an SQLite file, asked on the event loop itself.

    To find a row by its key takes 10 µs; to hand the question to a thread and back, as everything
    else on SQLite is, takes several times as much, in each of five steps. It never waits: no writer
    holds up a reader in WAL mode, and where the file is locked all the same, this raises at once.

    Args:
        engine: closes it when it is disposed of.
        path: of the file.
        statement: selects by `:key`.
    """

    def __init__(self, engine: AsyncEngine, path: str, statement: Select[*tuple[Any, ...]]) -> None:
        dialect = engine.dialect
        self._uri = f"{Path(path).absolute().as_uri()}?mode=rw"  # never makes a file
        self._sql = str(statement.compile(dialect=dialect))
        self._columns = [
            (column, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in statement.selected_columns
        ]
        self._connection: sqlite3.Connection | None = None
        event.listen(engine.sync_engine, "engine_disposed", self._close)

    @classmethod
    def of(cls, engine: AsyncEngine, statement: Select[*tuple[Any, ...]]) -> "_File | None":
        """Return it where the database is a plain file of SQLite's, and nothing else."""
        url = engine.url
        path = url.database
        is_sqlite = engine.dialect.name == "sqlite" and not url.query
        if not is_sqlite or not path or path == ":memory:" or path.startswith("file:"):
            return None
        return cls(engine, path, statement)

    def find(self, key: str) -> Iterator[Found]:
        """Yield the rows with this key.

        Raises:
            sqlite3.OperationalError: it cannot be read at this moment.
        """
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False
            )
        # All of them at once, so that no reading stays open and holds the old state.
        for values in self._connection.execute(self._sql, (key,)).fetchall():
            yield {
                column: value if process is None else process(value)
                for (column, process), value in zip(self._columns, values, strict=True)
            }

    def _close(self, _engine: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

"""What conversations do to a server's tables behind its back, on SQLite and PostgreSQL alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import inspect, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gatepost.settings import async_database_url
from gatepost.store import tables
from gatepost.store.engine import open_engine

_session = tables.session.c


@dataclass(frozen=True, slots=True)
class Database:
    """The tables of one server, by the URL that it has, without a driver's name in it."""

    url: str

    def age(self, token: str, seconds: int) -> None:
        """Make a session older by so many seconds."""
        asyncio.run(self._age(token, timedelta(seconds=seconds)))

    def change(self, token: str, sql: str) -> None:
        """Run a statement; `:user` is whose session the token is of."""
        asyncio.run(self._change(token, sql))

    def nullable(self, table: str) -> dict[str, bool]:
        """Return whether each column of a table may be null, by its name."""
        return asyncio.run(self._nullable(table))

    async def _nullable(self, table: str) -> dict[str, bool]:
        async with self._connected() as connection:
            columns = await connection.run_sync(lambda sync: inspect(sync).get_columns(table))
        return {column["name"]: column["nullable"] for column in columns}

    async def _age(self, token: str, by: timedelta) -> None:
        dates = (_session.expiresAt, _session.createdAt, _session.updatedAt)
        async with self._connected() as connection:
            query = select(*dates).where(_session.token == token)
            row = (await connection.execute(query)).one()
            older = {date.name: at - by for date, at in zip(dates, row, strict=True)}
            aged = update(tables.session).where(_session.token == token).values(older)
            await connection.execute(aged)

    async def _change(self, token: str, sql: str) -> None:
        async with self._connected() as connection:
            known = {"user": await _user_of(connection, token)} if ":user" in sql else {}
            await connection.execute(text(sql), known)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        engine = open_engine(async_database_url(self.url))
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()


async def _user_of(connection: AsyncConnection, token: str) -> str:
    query = select(_session.userId).where(_session.token == token)
    user: str = (await connection.execute(query)).scalar_one()
    return user

"""A database with row-level security, and what is run in it as whom."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Executable, MetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.errors import ConfigurationError
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.row_security import row_security_sql
from gatepost.rows.row_security_check import is_row_security_there
from gatepost.settings import async_database_url
from tests.rows.lab import principal, run
from tests.rows.models import House
from tests.rows.walls import UnguardedSessions
from tests.services.postgres import Postgres


@dataclass(frozen=True)
class Secured:
    """A database of two roles, and what is run in it as whom."""

    postgres: Postgres
    owner_url: str
    serving: str

    @property
    def database(self) -> str:
        """Its name."""
        return urlsplit(self.owner_url).path.lstrip("/")

    @property
    def owner(self) -> str:
        """The role that owns its tables."""
        return str(urlsplit(self.owner_url).username)

    def secure(self, metadata: MetaData = House.metadata) -> None:
        """Put row-level security on every table, as the owner."""
        asyncio.run(self._secure(metadata))

    async def _secure(self, metadata: MetaData) -> None:
        engine = create_async_engine(async_database_url(self.owner_url))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            for statement in row_security_sql(self.serving, self.owner, only=metadata.tables):
                await connection.exec_driver_sql(statement)
        await engine.dispose()

    def as_superuser(self, sql: str) -> None:
        """Change the database past everybody."""
        self.postgres.execute(sql.format(self=self), database=self.database)

    def found(self, *, required: bool = True) -> str | bool:
        """Return what the start says of it."""
        return run(lambda: self._found(required=required))

    async def _found(self, *, required: bool) -> str | bool:
        url = self.postgres.url(self.database, self.serving)
        engine = create_async_engine(async_database_url(url))
        try:
            return await is_row_security_there(engine, OwnedTables(), required=required)
        except ConfigurationError as refused:
            return str(refused)
        finally:
            await engine.dispose()

    def try_alone(self, who: str, statements: list[Executable]) -> list[str | None]:
        """Run statements as somebody whom only row-level security holds; the SQLSTATE of each."""
        return run(lambda: self._try_alone(who, statements))

    async def _try_alone(self, who: str, statements: list[Executable]) -> list[str | None]:
        url = self.postgres.url(self.database, self.serving)
        engine = create_async_engine(async_database_url(url))
        states: list[str | None] = []
        for statement in statements:
            async with UnguardedSessions(engine).open(principal(who)) as session:
                try:
                    await session.execute(statement)
                    await session.commit()
                except DBAPIError as refused:
                    states.append(getattr(refused.orig, "sqlstate", "no state"))
                else:
                    states.append(None)
        await engine.dispose()
        return states

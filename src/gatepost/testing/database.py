"""What nobody can ask of the app itself, done in the database of the test."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.principal import UserId
from gatepost.settings import Settings
from gatepost.store import open_engine, tables
from gatepost.store.roles import set_roles

_Done = TypeVar("_Done")


class OwnDatabase:
    """The database that the app under test is on.

    Args:
        settings: of the app.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url

    def set_roles(self, user_id: str, roles: frozenset[str]) -> None:
        """Give a person these roles and no others.

        Raises:
            ConfigurationError: there is no such person.
        """
        if not self._do(lambda engine: set_roles(engine, UserId(user_id), roles)):
            raise ConfigurationError(f"{user_id} is not in the database of gatepost_settings.")

    def set_sign_in(self, session_id: str, seconds_ago: float) -> None:
        """Let a session be one that began so long ago.

        Raises:
            ConfigurationError: there is no such session.
        """
        moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        statement = update(tables.session).where(tables.session.c.id == session_id)

        async def write(engine: AsyncEngine) -> bool:
            async with engine.begin() as connection:
                done = await connection.execute(statement.values(createdAt=moment))
            return done.rowcount == 1

        if not self._do(write):
            raise ConfigurationError("The session is not in the database of gatepost_settings.")

    def _do(self, work: Callable[[AsyncEngine], Awaitable[_Done]]) -> _Done:
        async def run() -> _Done:
            engine = open_engine(self._url.reveal())
            try:
                return await work(engine)
            finally:
                await engine.dispose()

        # In a thread of its own, since an event loop may be running in the test's.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, run()).result()

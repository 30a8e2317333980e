"""A database with Better Auth's tables, for as long as a test works on it."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.store import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate


def on_migrated(url: str, work: Callable[[AsyncEngine], Awaitable[object]]) -> None:
    """Run a coroutine function on an engine whose database is in its newest shape."""

    async def run() -> None:
        engine = open_engine(url)
        try:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
            await work(engine)
        finally:
            await engine.dispose()

    asyncio.run(run())

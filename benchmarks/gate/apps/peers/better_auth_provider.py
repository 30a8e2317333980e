"""better-auth-server as a provider: its sessions on SQLite, and its `jwt` plugin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from better_auth import (  # type: ignore[import-not-found] # the peers' environment has it
    BetterAuth,
    EmailAndPassword,
)
from better_auth.adapters.sqlalchemy import (  # type: ignore[import-not-found] # as above
    SQLAlchemyAdapter,
)
from better_auth.integrations.fastapi import (  # type: ignore[import-not-found] # as above
    BetterAuthFastAPI,
)
from better_auth.plugins_ext.jwt import JWTPlugin  # type: ignore[import-not-found] # as above
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from benchmarks.gate.apps.peers.given import DATABASE_URL, ORIGIN, SECRET

_engine = create_async_engine(DATABASE_URL)
_adapter = SQLAlchemyAdapter(_engine)
_auth = BetterAuth(
    secret=SECRET,
    base_url=ORIGIN,
    adapter=_adapter,
    email_and_password=EmailAndPassword(enabled=True),
    plugins=[JWTPlugin()],
)


@event.listens_for(_engine.sync_engine, "connect")
def _as_the_others(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    await _adapter.create_tables()
    yield
    await _engine.dispose()


app = FastAPI(lifespan=_lifespan)
app.include_router(BetterAuthFastAPI(_auth).router)

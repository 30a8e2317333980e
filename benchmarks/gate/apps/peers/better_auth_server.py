"""better-auth-server, the port of Better Auth, with its sessions on SQLite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

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
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.gate.apps.answer import answer, app_with
from benchmarks.gate.apps.peers.given import DATABASE_URL, ORIGIN, SECRET

_engine = create_async_engine(DATABASE_URL)
_adapter = SQLAlchemyAdapter(_engine)
_auth = BetterAuth(
    secret=SECRET,
    base_url=ORIGIN,
    adapter=_adapter,
    email_and_password=EmailAndPassword(enabled=True),
)
_door = BetterAuthFastAPI(_auth)
_CurrentSession = Annotated[dict[str, Any], Depends(_door.require_session)]


async def _answer_for(session: _CurrentSession) -> dict[str, str]:  # noqa: ARG001 - asking is what costs
    return await answer()


app = app_with(_answer_for)
app.include_router(_door.router)


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    await _adapter.create_tables()
    yield
    await _engine.dispose()


app.router.lifespan_context = _lifespan

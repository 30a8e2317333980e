"""fastapi-users with its JWT strategy (HS256) and its users on SQLite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi_users import (  # type: ignore[import-not-found] # the peers' environment has it
    BaseUserManager,
    FastAPIUsers,
    UUIDIDMixin,
    schemas,
)
from fastapi_users.authentication import (  # type: ignore[import-not-found] # as above
    AuthenticationBackend,
    BearerTransport,
    JWTStrategy,
)
from fastapi_users.db import (  # type: ignore[import-not-found] # as above
    SQLAlchemyBaseUserTableUUID,
    SQLAlchemyUserDatabase,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from benchmarks.gate.apps.answer import answer, app_with
from benchmarks.gate.apps.peers.given import DATABASE_URL, SECRET

_engine = create_async_engine(DATABASE_URL)
_sessions = async_sessionmaker(_engine, expire_on_commit=False)


class _Base(DeclarativeBase):
    pass


class _User(SQLAlchemyBaseUserTableUUID, _Base):  # type: ignore[misc] # Any, where it is not there
    pass


class _Manager(UUIDIDMixin, BaseUserManager[_User, UUID]):  # type: ignore[misc] # as above
    pass


async def _session() -> AsyncIterator[AsyncSession]:
    async with _sessions() as session:
        yield session


async def _database(
    session: Annotated[AsyncSession, Depends(_session)],
) -> AsyncIterator[SQLAlchemyUserDatabase]:
    yield SQLAlchemyUserDatabase(session, _User)


async def _manager(
    database: Annotated[SQLAlchemyUserDatabase, Depends(_database)],
) -> AsyncIterator[_Manager]:
    yield _Manager(database)


def _strategy() -> JWTStrategy:
    return JWTStrategy(secret=SECRET, lifetime_seconds=3600)


_backend = AuthenticationBackend("jwt", BearerTransport("auth/jwt/login"), _strategy)
_users = FastAPIUsers[_User, UUID](_manager, [_backend])
_CurrentUser = Annotated[_User, Depends(_users.current_user(active=True))]


async def _answer_for(user: _CurrentUser) -> dict[str, str]:  # noqa: ARG001 - asking is what costs
    return await answer()


app = app_with(_answer_for)
app.include_router(_users.get_auth_router(_backend), prefix="/auth/jwt")
app.include_router(
    _users.get_register_router(schemas.BaseUser[UUID], schemas.BaseUserCreate), prefix="/auth"
)


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with _engine.begin() as connection:
        await connection.run_sync(_Base.metadata.create_all)
    yield
    await _engine.dispose()


app.router.lifespan_context = _lifespan

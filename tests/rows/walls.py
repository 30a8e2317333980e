"""Which of the two walls stand in an attempt, and a session with none of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from gatepost.errors import NotFound
from gatepost.principal import Principal
from gatepost.rows.row_security import SETTING

Model = TypeVar("Model")
_CALLER = "caller"


class Walls(StrEnum):
    """What stands between Bob and Ada's rows."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


@dataclass(frozen=True)
class Place:
    """A database, and who goes in.

    Attributes:
        serving_url: of the role that serves people.
        owner_url: of the role that owns the tables.
    """

    serving_url: str
    owner_url: str
    walls: Walls


class _UnguardedSync(Session):
    """SQLAlchemy's own session, which tells the database whose it is and does no more."""


@event.listens_for(_UnguardedSync, "after_begin")
def _name_caller(session: Session, _: SessionTransaction, connection: Connection) -> None:
    caller = session.info[_CALLER]
    connection.exec_driver_sql(f"SELECT set_config('{SETTING}', $1, true)", (caller,))


class UnguardedSession(AsyncSession):
    """What a scoped session would be with its own wall taken down."""

    sync_session_class: type[Session] = _UnguardedSync

    async def all(self, statement: Select[Model]) -> Sequence[Model]:
        """Return the first column of every row."""
        return (await self.scalars(statement)).all()

    async def first(self, statement: Select[Model]) -> Model | None:
        """Return the first column of the first row, or None."""
        return (await self.scalars(statement.limit(1))).first()

    async def get_one(self, entity: type[Model], ident: Any) -> Model:  # type: ignore[override] # as a scoped session
        """Return a row, or say that it is not there."""
        found = await self.get(entity, ident)
        if found is None:
            raise NotFound("not there", code="NOT_FOUND")
        return found


class UnguardedSessions:
    """Opens sessions that only row-level security holds."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def open(self, principal: Principal) -> UnguardedSession:
        """Open a session for somebody."""
        info = {_CALLER: principal.user_id}
        return UnguardedSession(
            self._engine, info=info, expire_on_commit=False, close_resets_only=False
        )

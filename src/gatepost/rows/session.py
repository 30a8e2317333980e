"""A database session that belongs to one person."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from gatepost.events.port import EventSink
from gatepost.principal import Principal
from gatepost.rows.engine_guard import EngineGuard
from gatepost.rows.guards import OwnerSession
from gatepost.rows.identity import identity_of
from gatepost.rows.missing import missing, no_such
from gatepost.rows.owned import OwnedBy
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.scope import SCOPE_KEY, OwnerScope, RowFault

Model = TypeVar("Model")
OwnedModel = TypeVar("OwnedModel", bound=OwnedBy)


class ScopedSession(AsyncSession):
    """An `AsyncSession` whose every query is its owner's.

    What it cannot hold to its owner it refuses, with a `ScopeViolation` that says what to write
    instead. Opened by `ScopedSessions` only: without a principal there is no session.
    """

    sync_session_class: type[Session] = OwnerSession

    async def all(self, statement: Select[Model]) -> Sequence[Model]:
        """Return the first column of every row, as a sequence."""
        return (await self.scalars(statement)).all()

    async def first(self, statement: Select[Model]) -> Model | None:
        """Return the first column of the first row, or None."""
        return (await self.scalars(statement.limit(1))).first()

    async def get_one(  # type: ignore[override] # AsyncSession's raises NoResultFound, a 500
        self, entity: type[OwnedModel], ident: object
    ) -> OwnedModel:
        """Return the owned row with that primary key.

        Raises:
            NotFound: it does not exist, or is somebody else's; the answer is the same.
        """
        scope: OwnerScope = self.info[SCOPE_KEY]
        mapper = inspect_mapping(entity)
        values = identity_of(mapper, ident, self.get_bind().dialect.name)
        if values is None:
            raise no_such(entity)
        found = await self.get(entity, values)
        if found is not None:
            return found
        target = scope.owned.of(mapper.local_table)
        if target is None:
            raise no_such(entity)
        key = list(zip(mapper.local_table.primary_key, values, strict=True))
        raise await self.run_sync(
            lambda session: missing(session, target, key, scope, RowFault.FOREIGN_ROW)
        )


class ScopedSessions:
    """Opens scoped sessions on one database, and guards its engine.

    Made when the app starts, after every model has been defined.

    Args:
        engine: the database.
        events: where guards report.
        has_row_security: whether the database is to be told, too, whose each transaction is.
    """

    def __init__(
        self, engine: AsyncEngine, events: EventSink, *, has_row_security: bool = False
    ) -> None:
        self._engine = engine
        self._has_row_security = has_row_security
        self._events = events
        self._owned = OwnedTables()
        EngineGuard(self._owned, events).watch(engine.sync_engine)

    def open(self, principal: Principal) -> ScopedSession:
        """Open a session for `principal`; it must be committed or rolled back, and closed."""
        scope = OwnerScope(principal, self._owned, self._events, self._has_row_security)
        return ScopedSession(
            self._engine,
            info={SCOPE_KEY: scope},
            expire_on_commit=False,
            # A closed session would begin anew for whoever still holds it, and nobody commit it.
            close_resets_only=False,
        )

"""A database session that belongs to one person."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, SQLColumnExpression, func, select
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

from gatepost.events.port import EventSink
from gatepost.principal import Principal
from gatepost.rows.cursors import Cursors
from gatepost.rows.engine_guard import EngineGuard
from gatepost.rows.guards import OwnerSession, watch_arrivals
from gatepost.rows.identity import identity_of
from gatepost.rows.locking import lock_database, lock_row
from gatepost.rows.missing import missing, no_such
from gatepost.rows.owned import OwnedBy
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import owner_column
from gatepost.rows.paging import Page, page_of
from gatepost.rows.scope import SCOPE_KEY, OwnerScope, RowFault, scope_of
from gatepost.settings import Secrets

Model = TypeVar("Model")
OwnedModel = TypeVar("OwnedModel", bound=OwnedBy)

_ROWS_AT_ONCE = 200


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

    async def page(
        self,
        statement: Select[Model],
        *,
        order_by: Sequence[SQLColumnExpression[Any]],
        limit: int,
        cursor: str | None = None,
    ) -> Page[Model]:
        """Return some rows, and the cursor of the next.

        Args:
            statement: a select of one model, its order aside.
            order_by: columns or expressions that are never NULL, each as it is or `.desc()`; the
                primary key decides where they are equal.
            limit: how many rows at most.
            cursor: that of an earlier page, as it came from the caller.

        Raises:
            BadRequest: the cursor is none, of another order, or another person's.
            ConfigurationError: the list cannot be paged like this, or there is no secret.
        """
        return await page_of(self, statement, order_by, limit, cursor)

    async def count(self, statement: Select[Any]) -> int:
        """Return how many rows a statement has."""
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        return await self.scalar(counted) or 0

    def own(self, model: type[OwnedModel]) -> Select[OwnedModel]:
        """Select what is the caller's own, without what others share with them."""
        owner = scope_of(self.sync_session).owner_for(model)
        return select(model).where(owner_column(model) == owner)

    async def each(self, statement: Select[Model]) -> AsyncIterator[Model]:
        """Yield the first column of every row; memory does not grow with their number."""
        async for row in await self.stream_scalars(
            statement, execution_options={"yield_per": _ROWS_AT_ONCE}
        ):
            yield row

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

    async def get_locked(self, entity: type[OwnedModel], ident: object) -> OwnedModel:
        """Return the row as `get_one` does, and let nobody change it until the transaction ends.

        What is read of it is as it stands now, whatever the session knew before.

        Raises:
            NotFound: it does not exist, or is somebody else's; the answer is the same.
        """
        dialect = self.get_bind().dialect.name
        if dialect == "sqlite":
            await lock_database(self, entity, scope_of(self.sync_session).owned)
        found = await self.get_one(entity, ident)
        if dialect != "sqlite":
            await lock_row(self, found)
        try:
            await self.refresh(found)
        except InvalidRequestError:
            raise no_such(entity) from None  # deleted while it was waited for
        return found


class ScopedSessions:
    """Opens scoped sessions on one database, and guards its engine.

    Made when the app starts, after every model has been defined.

    Args:
        engine: the database.
        events: where guards report.
        secrets: finds what the cursors of pages are sealed with, when there is a first page.
        has_row_security: whether the database is to be told, too, whose each transaction is.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        events: EventSink,
        *,
        secrets: Callable[[], Secrets | None] = lambda: None,
        has_row_security: bool = False,
    ) -> None:
        self._engine = engine
        self._cursors = Cursors(secrets)
        self._has_row_security = has_row_security
        self._events = events
        self._owned = OwnedTables()
        watch_arrivals(self._owned)
        EngineGuard(self._owned, events).watch(engine.sync_engine)

    def open(self, principal: Principal) -> ScopedSession:
        """Open a session for `principal`; it must be committed or rolled back, and closed."""
        scope = OwnerScope(
            principal, self._owned, self._events, self._cursors, self._has_row_security
        )
        return ScopedSession(
            self._engine,
            info={SCOPE_KEY: scope},
            expire_on_commit=False,
            # A closed session would begin anew for whoever still holds it, and nobody commit it.
            close_resets_only=False,
        )

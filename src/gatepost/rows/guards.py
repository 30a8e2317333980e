"""The guards of a scoped session: what the compiler cannot see, because it is about objects.

1. `before_flush`: a new row gets its owner; an owner never changes; a reference stays at home.
2. `after_flush`: the same once more, for what other listeners have done in between.
3. `detached_to_persistent`: an object from elsewhere does not come in.
4. `load`, `refresh`: an object that arrives with another owner is a broken wall.
"""

from collections.abc import Sequence

from sqlalchemy import ClauseElement, Connection, event
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction, object_session

from gatepost.errors import ScopeViolation
from gatepost.rows.kinds import (
    LEAVE_THE_OWNER_OUT,
    LOAD_IT_HERE,
    USE_ENTITIES,
    StatementKind,
)
from gatepost.rows.owned import OwnedBy
from gatepost.rows.references import check_references
from gatepost.rows.scope import SCOPE_KEY, OwnerScope, RowFault, scope_of


class OwnerSession(Session):
    """The synchronous session under a `ScopedSession`."""

    def flush(self, objects: Sequence[object] | None = None) -> None:
        """Flush, and let the engine's guard know that these statements are the unit of work's."""
        scope = scope_of(self)
        scope.flushing = True
        try:
            super().flush(objects)
        finally:
            scope.flushing = False


@event.listens_for(OwnerSession, "after_begin")
def _show_scope(session: Session, _: SessionTransaction, connection: Connection) -> None:
    # An option of this checkout of the connection, which does not go back to the pool with it.
    connection.execution_options(**{SCOPE_KEY: scope_of(session)})


@event.listens_for(OwnerSession, "before_flush")
def _prepare(session: Session, _context: UOWTransaction, _instances: object) -> None:
    scope = scope_of(session)
    for row in (*session.new, *session.dirty):
        if isinstance(row, OwnedBy):
            name = type(row).__owner__
            if inspect_mapping(row).pending and getattr(row, name) is None:
                setattr(row, name, scope.owner_for(type(row)))
    _check(session, scope)


@event.listens_for(OwnerSession, "after_flush")
def _look_again(session: Session, _context: UOWTransaction) -> None:
    _check(session, scope_of(session))


def _check(session: Session, scope: OwnerScope) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, OwnedBy):
            _keep_owner(row, scope)
        check_references(session, row, scope)


def _keep_owner(row: OwnedBy, scope: OwnerScope) -> None:
    name = type(row).__owner__
    state = inspect_mapping(row)
    value = state.dict.get(name, scope.owner_for(type(row)))
    is_expression = isinstance(value, ClauseElement)
    if is_expression or value != scope.owner_for(type(row)) or state.attrs[name].history.deleted:
        violation = ScopeViolation(
            type(row).__name__, StatementKind.OWNER_UPDATE, LEAVE_THE_OWNER_OUT
        )
        raise scope.tripped(violation, RowFault.OWNER_CHANGED)


@event.listens_for(OwnerSession, "detached_to_persistent")
def _refuse_detached(session: Session, row: object) -> None:
    if isinstance(row, OwnedBy):
        session.expunge(row)
        violation = ScopeViolation(type(row).__name__, StatementKind.FOREIGN_OBJECT, LOAD_IT_HERE)
        raise scope_of(session).tripped(violation, RowFault.FOREIGN_OBJECT)


@event.listens_for(OwnedBy, "load", propagate=True)
@event.listens_for(OwnedBy, "refresh", propagate=True)
def _check_arrival(row: OwnedBy, *_: object) -> None:
    session = object_session(row)
    if not isinstance(session, OwnerSession):
        return
    scope = scope_of(session)
    owner = inspect_mapping(row).dict.get(type(row).__owner__)
    if owner is not None and owner != scope.owner_for(type(row)):
        session.expunge(row)
        violation = ScopeViolation(type(row).__name__, StatementKind.FOREIGN_ROW, USE_ENTITIES)
        raise scope.tripped(violation, RowFault.FOREIGN_ROW)

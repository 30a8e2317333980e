"""The guards of a scoped session: SQLAlchemy's own events, at every door to the database.

1. `do_orm_execute`: a statement is vetted, given the owner's condition, and stamped.
2. `before_flush`: a new row gets its owner; an owner never changes; a reference stays at home.
3. `detached_to_persistent`: an object from elsewhere does not come in.
4. `load`, `refresh`: an object that arrives with another owner in spite of 1 is a broken guard.
5. `before_cursor_execute`, on the engine: what touches an owned table without a stamp is refused,
   whichever connection it came by.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, Executable, Insert, Update, event
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.engine import Engine, ExecutionContext
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    object_session,
)
from sqlalchemy.sql.elements import ClauseElement

from gatepost.errors import ScopeViolation
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_request
from gatepost.rows.owned import OwnedBy, OwnedTables
from gatepost.rows.references import check_references
from gatepost.rows.scope import CONNECTION_KEY, VETTED_KEY, OwnerScope, RowFault, scope_of
from gatepost.rows.statements import (
    ADD_OBJECTS,
    SET_ATTRIBUTES,
    USE_ENTITIES,
    StatementKind,
    owned_model_in,
    refuse_unscopable,
    refuse_unscoped_write,
)


class OwnerSession(Session):
    """The synchronous session under a `ScopedSession`, with guards 1 to 3 on it."""

    def flush(self, objects: Sequence[object] | None = None) -> None:
        """Flush, and let the engine's guard know that these statements are the unit of work's."""
        scope = scope_of(self)
        scope.flushing = True
        try:
            super().flush(objects)
        finally:
            scope.flushing = False


@event.listens_for(OwnerSession, "do_orm_execute")
def _vet_statement(state: ORMExecuteState) -> None:
    scope, statement = scope_of(state.session), state.statement
    if state.execution_options.get(VETTED_KEY) is scope:
        return  # the SELECT by which a vetted UPDATE or DELETE finds the objects it will touch
    try:
        if isinstance(statement, ClauseElement):
            _refuse(state, statement, scope.owned)
    except ScopeViolation as violation:
        raise scope.tripped(violation, RowFault.REFUSED_STATEMENT) from None
    if isinstance(statement, Executable):
        state.statement = statement.options(*scope.criteria)
    state.update_execution_options(**{VETTED_KEY: scope})


def _refuse(state: ORMExecuteState, statement: ClauseElement, owned: OwnedTables) -> None:
    if state.is_column_load or state.is_relationship_load:
        return  # SQLAlchemy's own loader wrote it, for an object that is in this session already
    refuse_unscopable(statement, owned)
    model = owned_model_in(statement, owned)
    if model is None:
        return
    if state.is_insert:
        raise ScopeViolation(model.__name__, StatementKind.INSERT, ADD_OBJECTS)
    if state.is_update and state.parameters:
        raise ScopeViolation(model.__name__, StatementKind.UPDATE_BY_KEY, SET_ATTRIBUTES)
    if isinstance(statement, Insert | Update):
        refuse_unscoped_write(statement, owned)


@event.listens_for(OwnerSession, "before_flush")
def _vet_unit_of_work(session: Session, _context: UOWTransaction, _instances: object) -> None:
    scope = scope_of(session)
    for row in (*session.new, *session.dirty):
        if isinstance(row, OwnedBy):
            _keep_owner(row, scope)
            check_references(session, row, scope)


def _keep_owner(row: OwnedBy, scope: OwnerScope) -> None:
    name, owner = type(row).__owner__, scope.owner_for(type(row))
    state = inspect_mapping(row)
    if state.pending and getattr(row, name) is None:
        setattr(row, name, owner)
    if getattr(row, name) != owner or state.attrs[name].history.deleted:
        violation = ScopeViolation(
            type(row).__name__, "another owner", "leave the owner out; the session sets it"
        )
        raise scope.tripped(violation, RowFault.OWNER_CHANGED)


@event.listens_for(OwnerSession, "detached_to_persistent")
def _refuse_detached(session: Session, row: object) -> None:
    if isinstance(row, OwnedBy):
        scope = scope_of(session)
        session.expunge(row)
        violation = ScopeViolation(
            type(row).__name__, "adding a detached object", "load it in this session and change it"
        )
        raise scope.tripped(violation, RowFault.FOREIGN_OBJECT)


@event.listens_for(OwnerSession, "after_begin")
def _mark_connection(session: Session, _: SessionTransaction, connection: Connection) -> None:
    # An option of this checkout of the connection, which does not go back to the pool with it.
    connection.execution_options(**{CONNECTION_KEY: scope_of(session)})


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
        violation = ScopeViolation(type(row).__name__, "another owner's row", USE_ENTITIES)
        raise scope.tripped(violation, RowFault.FOREIGN_ROW)


class EngineGuard:
    """Guard 5: refuses, on one engine, what touches an owned table without a stamp.

    Args:
        owned: the tables to guard.
        events: where a trip is reported.
    """

    def __init__(self, owned: OwnedTables, events: EventSink) -> None:
        self._owned = owned
        self._events = events
        names = "|".join(re.escape(name) for name in sorted(owned.names)) or r"(?!)"
        self._mentions = re.compile(rf"\b(?:{names})\b", re.IGNORECASE)

    def watch(self, engine: Engine) -> None:
        """Check every statement that this engine sends from now on."""
        event.listen(engine, "before_cursor_execute", self._check)

    def _check(
        self,
        _connection: Connection,
        _cursor: object,
        sql: str,
        _parameters: object,
        context: ExecutionContext | None,
        _executemany: bool,  # noqa: FBT001 - the signature is SQLAlchemy's
    ) -> None:
        mention = self._mentions.search(sql)
        if mention is None or _is_vetted(context) or not self._is_meant(context):
            return
        self._events.emit(
            SecurityEvent(
                EventName.ROW_GUARD,
                reason=RowFault.REFUSED_STATEMENT,
                request=current_request.get(),
            )
        )
        raise ScopeViolation(mention.group(), StatementKind.UNSCOPED, USE_ENTITIES)

    def _is_meant(self, context: ExecutionContext | None) -> bool:
        """Whether a statement that mentions the name of an owned table touches that table.

        The name may also be that of a column of another table, which the statement's structure
        tells; a text has no structure, and is taken at its word.
        """
        compiled = context.compiled if context is not None else None
        if compiled is None or compiled.statement is None or not hasattr(compiled, "binds"):
            return True
        try:
            refuse_unscopable(compiled.statement, self._owned)
        except ScopeViolation:
            return True
        return owned_model_in(compiled.statement, self._owned) is not None


def _is_vetted(context: ExecutionContext | None) -> bool:
    if context is None:
        return False
    options = context.execution_options
    scope = options.get(CONNECTION_KEY)
    if not isinstance(scope, OwnerScope):
        return False
    return scope.flushing or options.get(VETTED_KEY) is scope

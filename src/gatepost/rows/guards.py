"""The guards of a scoped session: what the compiler cannot see, because it is about objects.

1. `before_flush`: a new row gets its owner; an owner never changes; a reference stays at home; a
   row of somebody else's is written by those only who may.
2. `after_flush`: the same once more, for what other listeners have done in between.
3. `detached_to_persistent`: an object from elsewhere does not come in.
4. `load`, `refresh`: an object that arrives with another owner is a broken wall.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection, event
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstanceState, QueryContext, Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.attributes import set_attribute

from gatepost.errors import ScopeViolation
from gatepost.rows.kinds import (
    LEAVE_THE_OWNER_OUT,
    LOAD_IT_HERE,
    USE_ENTITIES,
    StatementKind,
)
from gatepost.rows.others import (
    adopted_owner,
    check_deletable,
    check_writable,
    is_private,
    is_refused_by_a_policy,
    owner_of_new,
    read_only,
)
from gatepost.rows.owned import OwnedBy
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import Owner
from gatepost.rows.references import check_references
from gatepost.rows.row_security import SETTING
from gatepost.rows.scope import SCOPE_KEY, OwnerScope, RowFault, scope_of

_SET_CALLER = f"SELECT set_config('{SETTING}', $1, true)"


class OwnerSession(Session):
    """The synchronous session under a `ScopedSession`.

    Attributes:
        arriving: by model, the attribute and the value by which a row is the caller's own.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arriving: dict[type[OwnedBy], tuple[str, Owner]] = {}

    def expect(self, model: type[OwnedBy]) -> tuple[str, Owner]:
        """Find out by what a row of the model is the caller's own, once a session."""
        expected = self.arriving[model] = (model.__owner__, scope_of(self).owner_for(model))
        return expected

    def flush(self, objects: Sequence[object] | None = None) -> None:
        """Flush, and let the engine's guard know that these statements are the unit of work's."""
        scope = scope_of(self)
        scope.flushing = True
        try:
            super().flush(objects)
        except DBAPIError as error:
            if is_refused_by_a_policy(error):
                raise read_only(scope) from error
            raise
        finally:
            scope.flushing = False
            scope.adopted.clear()


@event.listens_for(OwnerSession, "after_begin")
def _show_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return  # a savepoint, in a transaction that has been told
    scope = scope_of(session)
    if scope.has_row_security:
        # Of this transaction alone: a session's setting would stay with a pooled connection.
        connection.exec_driver_sql(_SET_CALLER, (scope.principal.user_id,))
    # An option of this checkout of the connection, which does not go back to the pool with it.
    connection.execution_options(**{SCOPE_KEY: scope})


@event.listens_for(OwnerSession, "before_flush")
def _prepare(session: Session, _context: UOWTransaction, _instances: object) -> None:
    scope = scope_of(session)
    for row in (*session.new, *session.dirty):
        if isinstance(row, OwnedBy):
            name = type(row).__owner__
            # Not by `setattr`: a model of SQLModel refuses what is no field of its own.
            if inspect_mapping(row).pending and getattr(row, name) is None:
                set_attribute(row, name, owner_of_new(session, row, scope))
    check_deletable(session, scope)
    check_writable(session, scope, written=False)
    _check(session, scope)


@event.listens_for(OwnerSession, "after_flush")
def _look_again(session: Session, _context: UOWTransaction) -> None:
    scope = scope_of(session)
    check_writable(session, scope, written=True)
    _check(session, scope)


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
    if is_expression or not _may_be(value, row, scope) or state.attrs[name].history.deleted:
        violation = ScopeViolation(
            type(row).__name__, StatementKind.OWNER_UPDATE, LEAVE_THE_OWNER_OUT
        )
        raise scope.tripped(violation, RowFault.OWNER_CHANGED)


def _may_be(value: object, row: OwnedBy, scope: OwnerScope) -> bool:
    if value == scope.owner_for(type(row)):
        return True
    if inspect_mapping(row).persistent:
        return not is_private(row, scope)  # `check_writable` has asked whether it may be written
    return value == adopted_owner(row, scope)


@event.listens_for(OwnerSession, "detached_to_persistent")
def _refuse_detached(session: Session, row: object) -> None:
    if isinstance(row, OwnedBy):
        session.expunge(row)
        violation = ScopeViolation(type(row).__name__, StatementKind.FOREIGN_OBJECT, LOAD_IT_HERE)
        raise scope_of(session).tripped(violation, RowFault.FOREIGN_OBJECT)


def watch_arrivals(owned: OwnedTables) -> None:
    """Look at every row that is read of a model whose rows only their owners see."""
    for model in owned:
        table = owned.of(inspect_mapping(model).local_table)
        if table is not None and table.is_private:
            for arrival in ("load", "refresh"):
                if not event.contains(model, arrival, _check_arrival):
                    event.listen(model, arrival, _check_arrival, raw=True)


def _check_arrival(state: InstanceState[OwnedBy], context: QueryContext | None, *_: object) -> None:
    # Every row that is read comes by here, so there is as little to it as there can be.
    session = state.session if context is None else context.session
    if not isinstance(session, OwnerSession):
        return
    model = state.class_
    expected = session.arriving.get(model) or session.expect(model)
    name, owner = expected
    if state.dict.get(name, owner) != owner:
        session.expunge(state.obj())
        violation = ScopeViolation(model.__name__, StatementKind.FOREIGN_ROW, USE_ENTITIES)
        raise scope_of(session).tripped(violation, RowFault.FOREIGN_ROW)

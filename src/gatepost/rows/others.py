"""Rows that are somebody else's, and that a model's `__access__` lets the caller write.

The compiler holds every statement to the rules by itself. What is here gives a handler that works
with objects a clear answer before that: 403 for a row that it can see and may not change.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ClauseElement, Column, ColumnClause, column, literal, select
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstanceState, Session

from gatepost.errors import Forbidden
from gatepost.events.catalogue import EventName
from gatepost.rows.access import Operation
from gatepost.rows.compiler import DeletablePart, WritablePart
from gatepost.rows.missing import missing
from gatepost.rows.owned import OwnedBy
from gatepost.rows.ownership import OwnedTable, Owner, ParentLink
from gatepost.rows.scope import OwnerScope, RowFault

_INSUFFICIENT_PRIVILEGE = "42501"


def read_only(scope: OwnerScope) -> Forbidden:
    """Report, and return the answer for, a row that the caller sees and may not change."""
    scope.report(EventName.ACCESS_REFUSED, RowFault.READ_ONLY)
    return Forbidden("You may see this, and not change it", code="READ_ONLY")


def is_refused_by_a_policy(error: DBAPIError) -> bool:
    """Whether row-level security has refused a write, where it stands."""
    return getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE


def is_private(row: OwnedBy, scope: OwnerScope) -> bool:
    """Whether nobody but its owner ever sees a row of this kind."""
    owned = scope.owned.of(inspect_mapping(type(row)).local_table)
    return owned is None or owned.is_private


def owner_of_new(session: Session, row: OwnedBy, scope: OwnerScope) -> Owner:
    """Return who will own a new row: the caller, or whoever owns what it belongs with.

    Raises:
        NotFound: what it belongs with is not there for this caller.
    """
    link = _belongs_with(row, scope)
    own = scope.owner_for(type(row))
    reference = None if link is None else _reference(row, link)
    if link is None or reference is None or link.parent.column is None:
        return own
    # The compiler makes the parent's table the caller's part of it.
    statement = select(link.parent.column).where(link.parent_column == reference)
    with session.no_autoflush:
        found: Owner | None = session.scalar(statement)
    if found is None:
        if _is_pending(session, link, reference):
            return own
        key = [(link.parent_column, reference)]
        raise missing(session, link.parent, key, scope, RowFault.FOREIGN_REFERENCE)
    scope.adopted[link.parent.table.name, reference] = found
    return found


def adopted_owner(row: OwnedBy, scope: OwnerScope) -> Owner | None:
    """Return who owns what a new row belongs with, where the guards have seen that; or None."""
    link = _belongs_with(row, scope)
    if link is None:
        return None
    return scope.adopted.get((link.parent.table.name, _reference(row, link)))


def check_writable(session: Session, scope: OwnerScope, *, written: bool) -> None:
    """Refuse to change a row that the caller sees and may not write, or may no longer after it.

    Args:
        session: about to flush, or having flushed.
        scope: of the caller.
        written: whether it has flushed, so that new rows are there to be looked at.

    Raises:
        Forbidden: there is one.
    """
    changed = [row for row in session.dirty if session.is_modified(row)]
    new = session.new if written else ()
    _check(session, (*changed, *new), scope, Operation.WRITE, WritablePart)


def check_deletable(session: Session, scope: OwnerScope) -> None:
    """Refuse to delete a row that the caller sees and may not delete.

    Raises:
        Forbidden: there is one.
    """
    _check(session, session.deleted, scope, Operation.DELETE, DeletablePart)


def _check(
    session: Session,
    rows: Iterable[object],
    scope: OwnerScope,
    operation: Operation,
    part_of: type[WritablePart],
) -> None:
    for row in rows:
        if not isinstance(row, OwnedBy):
            continue
        state = inspect_mapping(row)
        owned = scope.owned.of(state.mapper.local_table)
        if owned is None or _is_surely_theirs(row, owned, scope, operation):
            continue
        if operation is Operation.WRITE and _changes_who_is_let_in(state, owned):
            raise read_only(scope)
        part = part_of(owned.table.name, *_copies(*owned.table.primary_key))
        key = state.mapper.primary_key_from_instance(row)
        is_it = [
            part.c[each.name] == value
            for each, value in zip(owned.table.primary_key, key, strict=True)
        ]
        with session.no_autoflush:
            if session.scalar(select(literal(1)).select_from(part).where(*is_it)) is None:
                raise read_only(scope)


def _is_surely_theirs(
    row: OwnedBy, owned: OwnedTable, scope: OwnerScope, operation: Operation
) -> bool:
    """Whether the caller owns the row, and that is enough: then nothing need be asked."""
    if owned.is_private:
        return True  # the compiler has shown nobody else's
    owner = inspect_mapping(row).dict.get(type(row).__owner__)
    return owner == scope.owner_for(type(row)) and owned.is_for_owner(operation)


def _changes_who_is_let_in(state: InstanceState[OwnedBy], owned: OwnedTable) -> bool:
    """Whether somebody else than the owner changes what the rules decide by."""
    if not state.persistent:
        return False
    names = [
        state.mapper.get_property_by_column(column).key
        for column in owned.owners_columns
        if state.mapper.columns.contains_column(column)
    ]
    return any(state.attrs[name].history.has_changes() for name in names)


def _belongs_with(row: OwnedBy, scope: OwnerScope) -> ParentLink | None:
    owned = scope.owned.of(inspect_mapping(type(row)).local_table)
    return None if owned is None else owned.belongs_with


def _reference(row: OwnedBy, link: ParentLink) -> object:
    """Return the id that a row refers to, or will once its relationships have been written."""
    state: InstanceState[OwnedBy] = inspect_mapping(row)
    for relationship in state.mapper.relationships:
        parent = state.dict.get(relationship.key)
        if parent is not None and not relationship.uselist:
            for child, remote in relationship.local_remote_pairs:
                if child is link.child_column:
                    key = inspect_mapping(type(parent)).get_property_by_column(remote).key
                    return getattr(parent, key)
    value = state.dict.get(state.mapper.get_property_by_column(link.child_column).key)
    return None if isinstance(value, ClauseElement) else value


def _is_pending(session: Session, link: ParentLink, reference: object) -> bool:
    for row in session.new:
        state: InstanceState[object] = inspect_mapping(row)
        if isinstance(row, link.parent.model):
            key = state.mapper.get_property_by_column(link.parent_column).key
            if state.dict.get(key) == reference:
                return True
    return False


def _copies(*columns: Column[Any]) -> list[ColumnClause[Any]]:
    return [column(each.name, each.type) for each in columns]

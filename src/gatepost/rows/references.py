"""A row may refer only to rows that its owner may see.

A foreign key bypasses every SELECT condition, and row-level security as well, so each reference
to an owned table is looked up as the caller before it is written. Another's row is answered as a
missing one.
"""

from collections.abc import Iterator

from sqlalchemy import ClauseElement, Column, ForeignKeyConstraint, Table, literal, select
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import InstanceState, Session

from gatepost.errors import ScopeViolation
from gatepost.rows.kinds import SET_ATTRIBUTES, StatementKind
from gatepost.rows.missing import missing
from gatepost.rows.ownership import OwnedTable
from gatepost.rows.scope import OwnerScope, RowFault

Reference = list[tuple[Column[object], object]]


def check_references(session: Session, row: object, scope: OwnerScope) -> None:
    """Look up, as the caller, every owned row that `row` refers to anew.

    Raises:
        NotFound: a row referred to is not there for this caller.
        ScopeViolation: a reference is an SQL expression, which nobody can look up beforehand.
    """
    state: InstanceState[object] = inspect_mapping(row)
    for constraint, target in _owned_targets(state, scope):
        children = {element.parent: element.column for element in constraint.elements}
        if not all(state.mapper.columns.contains_column(child) for child in children):
            continue  # a mapping that leaves the reference out writes none
        keys = [state.mapper.get_property_by_column(child).key for child in children]
        values = [state.dict.get(key) for key in keys]
        if any(isinstance(value, ClauseElement) for value in values):
            violation = ScopeViolation(type(row).__name__, StatementKind.EXPRESSION, SET_ATTRIBUTES)
            raise scope.tripped(violation, RowFault.FOREIGN_REFERENCE)
        if any(value is None for value in values) or not _is_new(state, keys):
            continue
        reference = list(zip(children.values(), values, strict=True))
        if not _is_visible(session, target, reference) and not _is_pending(
            session, target, reference
        ):
            raise missing(session, target, reference, scope, RowFault.FOREIGN_REFERENCE)


def _owned_targets(
    state: InstanceState[object], scope: OwnerScope
) -> Iterator[tuple[ForeignKeyConstraint, OwnedTable]]:
    for table in state.mapper.tables:
        if not isinstance(table, Table):
            continue
        for constraint in table.foreign_key_constraints:
            target = scope.owned.of(constraint.referred_table)
            if target is not None and not _is_inheritance(state, constraint):
                yield constraint, target


def _is_inheritance(state: InstanceState[object], constraint: ForeignKeyConstraint) -> bool:
    # A joined child's key to its parent is one row in two tables, both written in this flush.
    own_key = set(constraint.columns) == set(constraint.table.primary_key)
    return own_key and constraint.referred_table in state.mapper.tables


def _is_new(state: InstanceState[object], keys: list[str]) -> bool:
    return not state.persistent or any(state.attrs[key].history.added for key in keys)


def _is_visible(session: Session, target: OwnedTable, reference: Reference) -> bool:
    # The compiler makes `target.table` the caller's part of it.
    condition = [column == value for column, value in reference]
    statement = select(literal(1)).select_from(target.table).where(*condition).limit(1)
    with session.no_autoflush:
        return session.scalar(statement) is not None


def _is_pending(session: Session, target: OwnedTable, reference: Reference) -> bool:
    for row in session.new:
        state: InstanceState[object] = inspect_mapping(row)
        if isinstance(row, target.model) and all(
            state.dict.get(state.mapper.get_property_by_column(column).key) == value
            for column, value in reference
        ):
            return True
    return False

"""A row may refer only to rows that its owner may see.

A foreign key bypasses every SELECT condition, and row-level security as well, so each reference
to an owned table is looked up as its owner before it is written. Another's row is answered as a
missing one.
"""

from collections.abc import Iterator

from sqlalchemy import Column, ForeignKeyConstraint, Table, literal, select
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import InstrumentedAttribute, Session

from gatepost.rows.missing import missing
from gatepost.rows.owned import OwnedBy
from gatepost.rows.scope import OwnerScope, RowFault


def check_references(session: Session, row: OwnedBy, scope: OwnerScope) -> None:
    """Look up, as the owner, every owned row that `row` refers to anew.

    Raises:
        NotFound: a row referred to is not there for this owner.
    """
    for constraint, model in _references(type(row), scope):
        pairs = [
            (_attribute(model, element.column), getattr(row, _attribute(type(row), child).key))
            for child, element in zip(constraint.columns, constraint.elements, strict=True)
        ]
        if any(value is None for _, value in pairs) or not _is_new(row, constraint):
            continue
        condition = [attribute == value for attribute, value in pairs]
        statement = select(literal(1)).select_from(model).where(*condition)
        with session.no_autoflush:
            visible = session.scalar(statement) is not None
        if not visible and not _is_pending(session, model, pairs):
            raise missing(session, model, condition, scope, RowFault.FOREIGN_REFERENCE)


def _references(
    model: type[OwnedBy], scope: OwnerScope
) -> Iterator[tuple[ForeignKeyConstraint, type[OwnedBy]]]:
    for table in inspect_mapping(model).tables:
        if isinstance(table, Table):
            for constraint in table.foreign_key_constraints:
                target = scope.owned.model_of(constraint.referred_table)
                if target is not None:
                    yield constraint, target


def _is_new(row: OwnedBy, constraint: ForeignKeyConstraint) -> bool:
    state = inspect_mapping(row)
    keys = (_attribute(type(row), column).key for column in constraint.columns)
    return state.transient or state.pending or any(state.attrs[key].history.added for key in keys)


def _is_pending(
    session: Session,
    model: type[OwnedBy],
    pairs: list[tuple[InstrumentedAttribute[object], object]],
) -> bool:
    return any(
        isinstance(row, model)
        and all(getattr(row, attribute.key) == value for attribute, value in pairs)
        for row in session.new
    )


def _attribute(model: type[OwnedBy], column: Column[object]) -> InstrumentedAttribute[object]:
    attribute = inspect_mapping(model).get_property_by_column(column).class_attribute
    if not isinstance(attribute, InstrumentedAttribute):
        raise TypeError(f"{model.__name__}: {column} is not a mapped attribute")
    return attribute

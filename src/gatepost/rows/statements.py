"""Which statements may run on a scoped session.

The owner's condition is attached by SQLAlchemy to ORM entities (`with_loader_criteria`). Whatever
reaches an owned table by another name, as a Core table, a raw column or a text, would miss it, so
such a statement is refused before it is sent.

SQLAlchemy offers no public reading of some parts of a statement. The private ones that stand here
stand nowhere else, and `tests/rows/` fails when one of them goes.
"""
# ruff: noqa: SLF001 - see the docstring

from collections.abc import Hashable, Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias, TypeGuard

from sqlalchemy import (
    Column,
    Delete,
    FromClause,
    Insert,
    Join,
    Select,
    Table,
    TableClause,
    TextClause,
    Update,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, KeyedColumnElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, SelectBase
from sqlalchemy.sql.visitors import HasTraverseInternals

from gatepost.errors import ScopeViolation
from gatepost.rows.owned import OwnedBy, OwnedTables, owner_column

Level: TypeAlias = Select[*tuple[object, ...]] | Update | Delete


class StatementKind(StrEnum):
    """Kinds of statements that a scoped session refuses."""

    TEXT = "SQL as text"
    CORE_TABLE = "a Core table or column"
    INSERT = "INSERT by statement"
    UPDATE_BY_KEY = "bulk UPDATE by primary key"
    OWNER_UPDATE = "UPDATE of the owner"
    REFERENCE_UPDATE = "UPDATE of a reference by statement"
    UNSCOPED = "a statement that did not come through the session"


USE_ENTITIES = (
    "select(Model), update(Model) or delete(Model) with mapped classes, through the session"
)
ADD_OBJECTS = "session.add(Model(...)); the session sets the owner"
SET_ATTRIBUTES = "load the objects and set their attributes"


def refuse_unscopable(statement: ClauseElement, owned: OwnedTables) -> None:
    """Refuse a statement in which an owned table stands under another name than its model.

    Raises:
        ScopeViolation: names the model, the kind of statement and what to write instead.
    """
    for element in visitors.iterate(statement):
        if _is_text(element):
            raise ScopeViolation("A text", StatementKind.TEXT, USE_ENTITIES)
        if _is_untyped_table(element) and element.name in owned.names:
            raise ScopeViolation(element.name, StatementKind.CORE_TABLE, USE_ENTITIES)
        if isinstance(element, Select | Update | Delete):
            _refuse_raw_sources(element, owned)


def _refuse_raw_sources(level: Level, owned: OwnedTables) -> None:
    """Refuse one level of a statement, subqueries aside, that reads an owned table by itself.

    SQLAlchemy puts the owner's condition on every source that a mapped class brought into a level
    which the ORM compiles. A raw column of the same source, as the ORM itself writes them, is then
    under it, too; a raw table, or a level that the ORM does not compile, is not.
    """
    by_orm = level._propagate_attrs.get("compile_state_plugin") == "orm"
    columns = list(_columns(level))
    mapped = {_identity(column.table) for column in columns if by_orm and _is_entity(column)}
    for source in _explicit_sources(level):
        if by_orm and _is_entity(source):
            mapped.add(_identity(source))
        else:
            _refuse_core(source, owned)
    for column in columns:
        if _identity(column.table) not in mapped:
            _refuse_core(column.table, owned)


def _refuse_core(source: object, owned: OwnedTables) -> None:
    model = owned.model_of(source)
    if model is not None:
        raise ScopeViolation(model.__name__, StatementKind.CORE_TABLE, USE_ENTITIES)


def refuse_unscoped_write(statement: Insert | Update, owned: OwnedTables) -> None:
    """Refuse an INSERT or UPDATE whose values the owner's condition cannot hold.

    Raises:
        ScopeViolation: names the model, the kind of statement and what to write instead.
    """
    model = owned.model_of(statement.table)
    if model is None:
        return
    if isinstance(statement, Insert):
        raise ScopeViolation(model.__name__, StatementKind.INSERT, ADD_OBJECTS)
    for column, value in _set_clause(statement).items():
        if column.key == owner_column(model).key:
            raise ScopeViolation(model.__name__, StatementKind.OWNER_UPDATE, "leave the owner out")
        refers_to_owned = any(owned.model_of(key.column.table) for key in column.foreign_keys)
        if refers_to_owned and getattr(value, "value", value) is not None:
            raise ScopeViolation(model.__name__, StatementKind.REFERENCE_UPDATE, SET_ATTRIBUTES)


def owned_model_in(statement: ClauseElement, owned: OwnedTables) -> type[OwnedBy] | None:
    """Return the first owned model whose table stands anywhere in the statement."""
    for element in visitors.iterate(statement):
        model = owned.model_of(element)
        if model is not None:
            return model
    return None


def _is_untyped_table(element: object) -> TypeGuard[TableClause]:
    return isinstance(element, TableClause) and not isinstance(element, Table)


def _is_text(element: object) -> bool:
    if isinstance(element, TextClause):
        return True
    return isinstance(element, ColumnClause) and element.is_literal and element.name != "*"


def _explicit_sources(level: Level) -> Iterator[FromClause]:
    """Yield what stands in FROM, JOIN, as a whole in the columns, or as the target of a write."""
    if not isinstance(level, Select):
        yield level.table
        return
    targets = (target for target, *_ in level._setup_joins)
    for source in (*level._from_obj, *level._raw_columns, *targets):
        if isinstance(source, Join):
            # Compiled as Core, without the ORM's conditions, whatever stands on its sides.
            yield from (side._deannotate() for side in (source.left, source.right))
        elif isinstance(source, FromClause):
            yield source


def _columns(level: Level) -> Iterator[Column[object]]:
    """Yield every column of a table that a level names, leaving out its subqueries."""
    pending = [*_parts(level)]
    while pending:
        element = pending.pop()
        if isinstance(element, Column):
            yield element
        elif not isinstance(element, FromClause | SelectBase):
            pending += element.get_children()


def _parts(level: Level) -> Iterator[HasTraverseInternals]:
    if not isinstance(level, Select):
        yield from level.get_children()
        return
    # Not `Select.get_children`, which adds the sources that it derives from the columns; and no
    # relationship in a JOIN, which the ORM joins with the condition of its class.
    named = ("_from_obj", "_correlate", "_correlate_except", "_setup_joins")
    yield from HasTraverseInternals.get_children(level, omit_attrs=named)
    for _, condition, *_ in level._setup_joins:
        if isinstance(condition, ClauseElement):
            yield condition


def _identity(source: object) -> Hashable:
    """Return what makes two mentions the same source: its table, and the alias it stands under."""
    alias = source.name if isinstance(source, AliasedReturnsRows) else None
    while isinstance(source, AliasedReturnsRows):
        source = source.element
    return (source.key if isinstance(source, Table) else id(source), alias)


def _is_entity(element: ClauseElement) -> bool:
    # SQLAlchemy annotates what comes from a mapped class with the mapper that it comes from.
    return "parententity" in element._annotations


def _set_clause(statement: Update) -> Mapping[KeyedColumnElement[object], object]:
    columns = statement.table.columns
    return {
        columns[column if isinstance(column, str) else column.key]: value
        for column, value in (statement._values or {}).items()
    }

"""Pages by keyset: a page starts after a row, not after a number of rows.

So nothing is shown twice or left out when rows come and go between two pages, and the hundredth
page costs what the first does.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from gatepost.errors import ConfigurationError
from gatepost.rows.scope import OwnerScope, scope_of

if TYPE_CHECKING:
    from gatepost.rows.session import ScopedSession

Model = TypeVar("Model")
_Compare = Callable[[Any, Any], ColumnElement[bool]]

_DIRECTIONS = (operators.asc_op, operators.desc_op)
_PLACES_OF_NULL = (operators.nulls_first_op, operators.nulls_last_op)
_NO_NULL = "NULL is neither before nor after anything: sort by func.coalesce(column, …)."


@dataclass(frozen=True, slots=True)
class Page(Generic[Model]):
    """Some rows, in order.

    Attributes:
        items: the rows.
        next_cursor: where the next page begins; None behind the last row.
    """

    items: Sequence[Model]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _SortKey:
    column: ColumnElement[Any]
    is_descending: bool

    @property
    def ordering(self) -> ColumnElement[Any]:
        return self.column.desc() if self.is_descending else self.column.asc()

    @property
    def is_past(self) -> _Compare:
        return operator.lt if self.is_descending else operator.gt

    def bound(self, value: object) -> ColumnElement[Any]:
        return literal(value, self.column.type)


async def page_of(
    session: "ScopedSession",
    statement: Select[Model],
    order_by: Sequence[SQLColumnExpression[Any]],
    limit: int,
    cursor: str | None,
) -> Page[Model]:
    """Return a page; `ScopedSession.page` says how."""
    scope = scope_of(session.sync_session)
    return await page_through(session, statement, order_by, limit, cursor, scope=scope)


async def page_through(  # noqa: PLR0913 - what a page is made of
    session: AsyncSession,
    statement: Select[Model],
    order_by: Sequence[SQLColumnExpression[Any]],
    limit: int,
    cursor: str | None,
    *,
    scope: OwnerScope,
    list_name: str = "",
) -> Page[Model]:
    """Return a page of what a session finds, whoever's it is.

    Args:
        session: where it is looked for.
        statement: a select of one model.
        order_by: what the page is sorted by.
        limit: how many rows at most.
        cursor: that of an earlier page.
        scope: whose the cursors are.
        list_name: keeps the cursors of lists apart that are sorted alike.
    """
    if limit < 1:
        raise ValueError("a page has one row or more")
    keys = _sort_keys(statement, order_by)
    orderings = [key.ordering for key in keys]
    # What the list is of and sorted by, in words that are the same in every process.
    order, owner = list_name + str(select(*orderings)), scope.principal.user_id
    if cursor is not None:
        statement = statement.where(_after(keys, scope.cursors.open(cursor, owner, order)))
    # The values as the database has them: it compares them, and its idea of a text is not Python's.
    wanted = statement.add_columns(*(key.column for key in keys))
    wanted = wanted.order_by(None).order_by(*orderings).limit(limit + 1)
    found = (await session.execute(wanted)).all()
    more = len(found) > limit
    return Page(
        items=[row[0] for row in found[:limit]],
        next_cursor=scope.cursors.seal(found[limit - 1][1:], owner, order) if more else None,
    )


def _sort_keys(
    statement: Select[Model], order_by: Sequence[SQLColumnExpression[Any]]
) -> list[_SortKey]:
    """Return what the page is sorted by, in the end by the primary key: no two rows are equal.

    Raises:
        ConfigurationError: the statement is not of one model, or a column may be NULL, which is
            neither before nor after anything.
    """
    keys = [_sort_key(each) for each in order_by]
    known = {key.column for key in keys}
    is_descending = bool(keys) and keys[-1].is_descending
    tie_breakers = (each for each in _mapper(statement).primary_key if each not in known)
    return [*keys, *(_SortKey(each, is_descending) for each in tie_breakers)]


def _sort_key(ordered: SQLColumnExpression[Any]) -> _SortKey:
    # A mapped attribute stands for its column; a column stands for itself.
    column: Any = getattr(ordered, "expression", ordered)
    is_descending = False
    if isinstance(column, UnaryExpression) and column.modifier in _DIRECTIONS:
        column, is_descending = column.element, column.modifier is operators.desc_op
    if isinstance(column, UnaryExpression) and column.modifier in _PLACES_OF_NULL:
        raise ConfigurationError(f"rows.page: {ordered} says where NULL goes. {_NO_NULL}")
    if isinstance(column, Column) and column.nullable:
        raise ConfigurationError(f"rows.page: {column} may be NULL. {_NO_NULL}")
    return _SortKey(column, is_descending)


def _mapper(statement: Select[Model]) -> Mapper[Any]:
    described = statement.column_descriptions
    entity = described[0]["entity"] if len(described) == 1 else None
    if entity is None or described[0]["expr"] is not entity:
        raise ConfigurationError("rows.page pages a select of one model: select(Task).where(…).")
    mapper: Mapper[Any] = inspect_mapping(entity).mapper
    return mapper


def _after(keys: Sequence[_SortKey], values: Sequence[object]) -> ColumnElement[bool]:
    columns = [key.column for key in keys]
    bound = [key.bound(value) for key, value in zip(keys, values, strict=True)]
    if len({key.is_descending for key in keys}) == 1:
        # One comparison, which an index answers in one step.
        return keys[0].is_past(tuple_(*columns), tuple_(*bound))
    return or_(
        *(
            and_(
                *(column == value for column, value in zip(columns[:n], bound[:n], strict=True)),
                keys[n].is_past(columns[n], bound[n]),
            )
            for n in range(len(keys))
        )
    )

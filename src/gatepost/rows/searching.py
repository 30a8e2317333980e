"""Searching text as people do: some words, in any order, in any case."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, true

_MAX_WORDS = 20


def matching(text: str, *columns: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return the condition that each word of a text is in one of the columns.

    What a caller writes is looked for as it stands: `%` and `_` are signs like any other. Case
    does not count; on SQLite it does beyond ASCII.

    Args:
        text: what the caller wrote; without a word in it, every row matches. Words beyond the
            twentieth are not looked at.
        columns: where to look.
    """
    conditions = (
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()[:_MAX_WORDS]
    )
    return and_(true(), *conditions)

"""The orders in which people may see their tasks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, SQLColumnExpression, func, literal

from gatepost_tasks.models import Task


def order_of(sort: str) -> Sequence[SQLColumnExpression[Any]]:
    """Return what to sort by, for a name that the API knows; `-` in front turns it round."""
    is_descending = sort.startswith("-")
    # Tasks without a due date come last, whichever way one looks at the others.
    undated = date.min if is_descending else date.max
    columns: dict[str, SQLColumnExpression[Any]] = {
        "created_at": Task.created_at,
        "updated_at": Task.updated_at,
        "due_date": func.coalesce(Task.due_date, literal(undated, Date)),
        "priority": Task.priority,
        "title": func.lower(Task.title),
    }
    column = columns[sort.removeprefix("-")]
    return [column.desc() if is_descending else column]

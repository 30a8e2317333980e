"""Pages of tasks by keyset: a page starts after a row, not after a number of rows."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, Select, SQLColumnExpression, Text, and_, func, literal, or_

from gatepost import BadRequest, Principal
from gatepost_tasks.models import Priority, PriorityRank, Task, UtcDateTime


@dataclass(frozen=True, slots=True)
class _SortKey:
    """What to sort by.

    Attributes:
        column: the expression in the database.
        text_of: a task's value of it, as a cursor carries it.
        value_of: the expression for a value that came in a cursor; raises ValueError.
    """

    column: SQLColumnExpression[Any]
    text_of: Callable[[Task], str]
    value_of: Callable[[str], SQLColumnExpression[Any]]


def _moment(text: str) -> SQLColumnExpression[datetime]:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return literal(moment.astimezone(UTC), UtcDateTime)


def _sort_key(sort: str) -> _SortKey:
    # Tasks without a due date come last, whichever way one looks at the others.
    undated = date.min if sort.startswith("-") else date.max
    keys: dict[str, _SortKey] = {
        "created_at": _SortKey(Task.created_at, lambda task: task.created_at.isoformat(), _moment),
        "updated_at": _SortKey(Task.updated_at, lambda task: task.updated_at.isoformat(), _moment),
        "due_date": _SortKey(
            func.coalesce(Task.due_date, literal(undated, Date)),
            lambda task: (task.due_date or undated).isoformat(),
            lambda text: literal(date.fromisoformat(text), Date),
        ),
        "priority": _SortKey(
            Task.priority,
            lambda task: task.priority.value,
            lambda text: literal(Priority(text), PriorityRank),
        ),
        # Lower-cased by the database on both sides, whose idea of it is not Python's.
        "title": _SortKey(
            func.lower(Task.title),
            lambda task: task.title,
            lambda text: func.lower(literal(text, Text)),
        ),
    }
    return keys[sort.removeprefix("-")]


def page_of(
    statement: Select[Task], sort: str, cursor: str | None, owner: Principal
) -> Select[Task]:
    """Sort a statement, and start it after the task that a cursor names.

    Raises:
        BadRequest: the cursor is no cursor, of another order, or of another person.
    """
    key = _sort_key(sort)
    descending = sort.startswith("-")
    if cursor is not None:
        value, task_id = _read(cursor, sort, owner, key)
        past = (key.column < value) if descending else (key.column > value)
        past_id = (Task.id < task_id) if descending else (Task.id > task_id)
        statement = statement.where(or_(past, and_(key.column == value, past_id)))
    order = (key.column, Task.id)
    return statement.order_by(*(part.desc() if descending else part.asc() for part in order))


def cursor_after(task: Task, sort: str, owner: Principal) -> str:
    """Return the cursor of the page that starts after `task`."""
    parts = [_mark(owner), sort, _sort_key(sort).text_of(task), task.id]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode("ascii")


def _read(
    cursor: str, sort: str, owner: Principal, key: _SortKey
) -> tuple[SQLColumnExpression[Any], str]:
    try:
        mark, its_sort, text, task_id = json.loads(base64.urlsafe_b64decode(cursor))
        if not (isinstance(text, str) and isinstance(task_id, str)):
            raise TypeError  # noqa: TRY301 - every flaw has the one answer below
        value = key.value_of(text)
        storable = "\x00" not in text + task_id and bool((text + task_id).encode())
        is_ours = (mark, its_sort) == (_mark(owner), sort) and storable
    except (ValueError, TypeError, OverflowError, RecursionError):
        is_ours = False
    if not is_ours:
        raise BadRequest("This cursor is not one of this list", code="INVALID_CURSOR")
    return value, task_id


def _mark(owner: Principal) -> str:
    # Binds a cursor to its owner without showing who that is.
    return hashlib.sha256(owner.user_id.encode()).hexdigest()[:16]

"""All of the caller's own tasks as a file, streamed: memory does not grow with their number."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlalchemy import select
from starlette.responses import StreamingResponse

from gatepost import CurrentUser, Rows
from gatepost_tasks.models import Task
from gatepost_tasks.schemas import TaskOut

router = APIRouter(tags=["tasks"])

_FIELDS = tuple(TaskOut.model_fields)
_ROWS_AT_ONCE = 200
# A spreadsheet takes a cell that starts with one of these for a formula (OWASP: CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@router.get("/api/tasks/export")
async def export_tasks(
    rows: Rows,
    user: CurrentUser,
    file_format: Annotated[Literal["csv", "json"], Query(alias="format")] = "json",
) -> StreamingResponse:
    """Download every task of one's own, oldest first."""
    encode = {"csv": _as_csv, "json": _as_json}[file_format]
    media_type = {"csv": "text/csv; charset=utf-8", "json": "application/json"}[file_format]
    return StreamingResponse(
        encode(_own_tasks(rows, user)),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="tasks.{file_format}"'},
    )


async def _own_tasks(rows: Rows, user: CurrentUser) -> AsyncIterator[TaskOut]:
    # Not what others share: that is theirs to take away.
    own = select(Task).where(Task.owner_id == user.user_id)
    statement = own.order_by(Task.created_at, Task.id)
    options = {"yield_per": _ROWS_AT_ONCE}
    async for task in await rows.stream_scalars(statement, execution_options=options):
        yield TaskOut.model_validate(task)


async def _as_json(tasks: AsyncIterator[TaskOut]) -> AsyncIterator[str]:
    separator = "["
    async for task in tasks:
        yield f"{separator}{task.model_dump_json()}"
        separator = ",\n"
    yield "[]" if separator == "[" else "]"


async def _as_csv(tasks: AsyncIterator[TaskOut]) -> AsyncIterator[str]:
    yield _csv_line(_FIELDS)
    async for task in tasks:
        values = task.model_dump(mode="json")
        yield _csv_line([_cell(values[name]) for name in _FIELDS])


def _csv_line(cells: tuple[str, ...] | list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text

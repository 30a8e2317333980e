"""All of the caller's own tasks as a file."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from gatepost import ExportFile, Rows
from gatepost_tasks.models import Task
from gatepost_tasks.schemas import TaskOut

router = APIRouter(tags=["tasks"])


@router.get("/api/tasks/export")
async def export_tasks(
    rows: Rows, file_format: Annotated[Literal["csv", "json"], Query(alias="format")] = "json"
) -> StreamingResponse:
    """Download every task of one's own, oldest first."""
    return ExportFile(_own_tasks(rows), TaskOut, file_format, "tasks")


async def _own_tasks(rows: Rows) -> AsyncIterator[TaskOut]:
    # Not what others share: that is theirs to take away.
    async for task in rows.each(rows.own(Task).order_by(Task.created_at, Task.id)):
        yield TaskOut.model_validate(task)

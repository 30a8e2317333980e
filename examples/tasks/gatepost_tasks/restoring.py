"""Undoing a deletion: tasks are made anew as they were.

What is deleted is gone from the server, so whoever deleted it sends it back. It gets a new id and
keeps the day of its making, by which it returns to its old place among the others.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, status
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from gatepost import Rows
from gatepost.idempotency import Idempotent
from gatepost_tasks.live import News
from gatepost_tasks.models import Task
from gatepost_tasks.schemas import READ_ONLY, TaskIn
from gatepost_tasks.tasks import tell_of

router = APIRouter(prefix="/api/tasks", tags=["tasks"])

_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt].+", re.ASCII)
# Whichever server made the task, its clock may be a little ahead of this one's.
_CLOCK_DIFFERENCE = timedelta(minutes=1)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def _iso_time(value: object) -> object:
    # Pydantic also reads numbers as times, as seconds since the epoch.
    if not (isinstance(value, str) and _ISO_TIME.fullmatch(value)):
        raise ValueError("write a time as RFC 3339 does")
    return value


def _past(value: datetime) -> datetime:
    if not _EARLIEST <= value <= datetime.now(UTC) + _CLOCK_DIFFERENCE:
        raise ValueError("no task was made then")
    return value


class DeletedTask(TaskIn):
    """A task as it was, to be made anew."""

    created_at: Annotated[AwareDatetime, BeforeValidator(_iso_time), AfterValidator(_past)]


class Restoration(BaseModel):
    """Tasks to be made anew, all of them or none."""

    model_config = ConfigDict(extra="forbid")

    tasks: Annotated[list[DeletedTask], Field(min_length=1, max_length=100)]


class Restored(BaseModel):
    """The new ids of restored tasks, in the order in which those were sent."""

    ids: list[str]


@router.post("/restore", status_code=status.HTTP_201_CREATED, responses=READ_ONLY)
async def restore_tasks(_once: Idempotent, wanted: Restoration, rows: Rows, news: News) -> Restored:
    """Make deleted tasks anew; refused whole if one may not be added where it was."""
    tasks = [Task(**deleted.model_dump()) for deleted in wanted.tasks]
    rows.add_all(tasks)
    await rows.flush()
    await tell_of(tasks, news, rows)
    return Restored(ids=[task.id for task in tasks])

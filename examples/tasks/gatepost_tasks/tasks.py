"""The tasks that the caller sees. No query here names an owner: `Rows` sees to it."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, status
from sqlalchemy import Select, or_, select

from gatepost import CurrentUser, Principal, Rows
from gatepost.idempotency import Idempotent
from gatepost_tasks.live import Change, live
from gatepost_tasks.models import Task, TaskList
from gatepost_tasks.paging import cursor_after, page_of
from gatepost_tasks.schemas import (
    READ_ONLY,
    Bulk,
    BulkDone,
    TaskChange,
    TaskIn,
    TaskOut,
    TaskPage,
    TaskQuery,
)

router = APIRouter(prefix="/api/tasks", tags=["tasks"])


@router.get("")
async def list_tasks(
    query: Annotated[TaskQuery, Query()], rows: Rows, user: CurrentUser
) -> TaskPage:
    """List the caller's tasks, a page at a time."""
    statement = page_of(_matching(query), query.sort, query.cursor, user)
    found = await rows.all(statement.limit(query.limit + 1))
    page = found[: query.limit]
    more = len(found) > query.limit
    return TaskPage(
        items=[TaskOut.model_validate(task) for task in page],
        next_cursor=cursor_after(page[-1], query.sort, user) if more else None,
    )


def _matching(query: TaskQuery) -> Select[Task]:
    statement = select(Task)
    if query.status != "all":
        statement = statement.where(Task.done == (query.status == "done"))
    if query.list_id is not None:
        statement = statement.where(Task.list_id == query.list_id)
    if query.q:
        contains = (
            column.icontains(query.q, autoescape=True) for column in (Task.title, Task.notes)
        )
        statement = statement.where(or_(*contains))
    return statement


@router.post("", status_code=status.HTTP_201_CREATED, responses=READ_ONLY)
async def add_task(
    _once: Idempotent,
    wanted: TaskIn,
    rows: Rows,
    user: CurrentUser,
    background: BackgroundTasks,
) -> TaskOut:
    """Add a task."""
    task = Task(**wanted.model_dump())
    rows.add(task)
    await rows.flush()
    background.add_task(live.publish, _concerned(user, task), Change.TASKS, Change.LISTS)
    return TaskOut.model_validate(task)


@router.post("/bulk", responses=READ_ONLY)
async def change_many(
    bulk: Bulk, rows: Rows, user: CurrentUser, background: BackgroundTasks
) -> BulkDone:
    """Complete, move or delete many tasks; refused whole if one of them is not the caller's."""
    tasks = await rows.all(select(Task).where(Task.id.in_(bulk.ids)))
    for missing_id in sorted(set(bulk.ids) - {task.id for task in tasks}):
        await rows.get_one(Task, missing_id)
    if bulk.list_id is not None:
        await rows.get_one(TaskList, bulk.list_id)
    for task in tasks:
        if bulk.action == "complete":
            task.done = True
        elif bulk.action == "move":
            task.list_id = bulk.list_id
        else:
            await rows.delete(task)
    await rows.flush()
    background.add_task(live.publish, _concerned(user, *tasks), Change.TASKS, Change.LISTS)
    return BulkDone(count=len(tasks))


@router.get("/{task_id}")
async def read_task(task_id: str, rows: Rows) -> TaskOut:
    """Read one task."""
    return TaskOut.model_validate(await rows.get_one(Task, task_id))


@router.patch("/{task_id}", responses=READ_ONLY)
async def change_task(
    task_id: str, wanted: TaskChange, rows: Rows, user: CurrentUser, background: BackgroundTasks
) -> TaskOut:
    """Change what was sent of one task."""
    task = await rows.get_one(Task, task_id)
    for name, value in wanted.changes().items():
        setattr(task, name, value)
    await rows.flush()
    background.add_task(live.publish, _concerned(user, task), Change.TASKS, Change.LISTS)
    return TaskOut.model_validate(task)


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT, responses=READ_ONLY)
async def delete_task(
    task_id: str, rows: Rows, user: CurrentUser, background: BackgroundTasks
) -> None:
    """Delete one task."""
    unwanted = await rows.get_one(Task, task_id)
    await rows.delete(unwanted)
    background.add_task(live.publish, _concerned(user, unwanted), Change.TASKS, Change.LISTS)


def _concerned(user: Principal, *tasks: Task) -> list[str]:
    """Return who is told of a change: whoever made it, and who owns the list that it is in."""
    return [user.user_id, *(task.owner_id for task in tasks)]

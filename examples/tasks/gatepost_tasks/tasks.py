"""The tasks that the caller sees. No query here names an owner: `Rows` sees to it."""

from collections.abc import Collection, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import Select, select

from gatepost import ETags, Rows
from gatepost.idempotency import Idempotent
from gatepost.rows import matching
from gatepost_tasks.live import Announcer, Change, News
from gatepost_tasks.models import ListShare, Task, TaskList
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
from gatepost_tasks.sorting import order_of

router = APIRouter(prefix="/api/tasks", tags=["tasks"])


@router.get("")
async def list_tasks(query: Annotated[TaskQuery, Query()], rows: Rows) -> TaskPage:
    """List the caller's tasks, a page at a time."""
    page = await rows.page(
        _matching(query), order_by=order_of(query.sort), limit=query.limit, cursor=query.cursor
    )
    items = [TaskOut.model_validate(task) for task in page.items]
    return TaskPage(items=items, next_cursor=page.next_cursor)


def _matching(query: TaskQuery) -> Select[Task]:
    statement = select(Task).where(matching(query.q, Task.title, Task.notes))
    if query.status != "all":
        statement = statement.where(Task.done == (query.status == "done"))
    if query.list_id is not None:
        statement = statement.where(Task.list_id == query.list_id)
    return statement


@router.post("", status_code=status.HTTP_201_CREATED, responses=READ_ONLY)
async def add_task(_once: Idempotent, wanted: TaskIn, rows: Rows, news: News) -> TaskOut:
    """Add a task."""
    task = Task(**wanted.model_dump())
    rows.add(task)
    await rows.flush()
    await tell_of([task], news, rows)
    return TaskOut.model_validate(task)


@router.post("/bulk", responses=READ_ONLY)
async def change_many(bulk: Bulk, rows: Rows, news: News) -> BulkDone:
    """Complete, reopen, move or delete many tasks; refused whole if one is not the caller's."""
    tasks = await rows.all(select(Task).where(Task.id.in_(bulk.ids)))
    for missing_id in sorted(set(bulk.ids) - {task.id for task in tasks}):
        await rows.get_one(Task, missing_id)
    if bulk.list_id is not None:
        await rows.get_one(TaskList, bulk.list_id)
    left = {task.list_id for task in tasks}
    for task in tasks:
        if bulk.action in {"complete", "reopen"}:
            task.done = bulk.action == "complete"
        elif bulk.action == "move":
            task.list_id = bulk.list_id
        else:
            await rows.delete(task)
    await rows.flush()
    await tell_of(tasks, news, rows, left)
    return BulkDone(count=len(tasks))


@router.get("/{task_id}")
async def read_task(task_id: str, rows: Rows, etags: ETags) -> TaskOut:
    """Read one task."""
    return etags.answer(TaskOut.model_validate(await rows.get_one(Task, task_id)))


@router.patch("/{task_id}", responses=READ_ONLY)
async def change_task(
    task_id: str, wanted: TaskChange, rows: Rows, etags: ETags, news: News
) -> TaskOut:
    """Change what was sent of one task; with `If-Match`, only where it is as the caller saw it."""
    task = await rows.get_locked(Task, task_id)
    etags.expect(TaskOut.model_validate(task))
    left = {task.list_id}
    for name, value in wanted.changes().items():
        setattr(task, name, value)
    await rows.flush()
    await tell_of([task], news, rows, left)
    return etags.answer(TaskOut.model_validate(task))


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT, responses=READ_ONLY)
async def delete_task(task_id: str, rows: Rows, etags: ETags, news: News) -> None:
    """Delete one task; with `If-Match`, only where it is as the caller saw it."""
    unwanted = await rows.get_locked(Task, task_id)
    etags.expect(TaskOut.model_validate(unwanted))
    await rows.delete(unwanted)
    await tell_of([unwanted], news, rows)


async def tell_of(
    tasks: Sequence[Task], news: Announcer, rows: Rows, left: Collection[str | None] = ()
) -> None:
    """Tell whoever made a change, and the owners and guests of the lists that it is in or was.

    A guest sees no other guest, and tells the owner alone.

    Args:
        tasks: what has changed.
        news: of the request.
        rows: the caller's.
        left: the lists that it was in before.
    """
    concerned: list[str | None] = [task.owner_id for task in tasks]
    lists = {task.list_id for task in tasks}.union(left) - {None}
    if lists:
        guests = select(ListShare.person_id).where(ListShare.list_id.in_(lists))
        concerned += await rows.all(guests)
    news.tell(Change.TASKS, Change.LISTS, others=concerned)

"""The lists of the caller, and those that others share with them."""

from fastapi import APIRouter, status
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from gatepost import Conflict, CurrentUser, Rows
from gatepost_tasks.live import Change, News
from gatepost_tasks.models import ListShare, Task, TaskList
from gatepost_tasks.schemas import READ_ONLY, AllLists, ListAccess, ListIn, ListOut

router = APIRouter(prefix="/api/lists", tags=["lists"])


@router.get("")
async def list_lists(rows: Rows, user: CurrentUser) -> AllLists:
    """List what the caller sees by name, each with the number of its open tasks."""
    lists = await rows.all(select(TaskList).order_by(func.lower(TaskList.name), TaskList.id))
    counted = select(Task.list_id, func.count(Task.id)).where(Task.done.is_(False))
    open_counts = dict((await rows.execute(counted.group_by(Task.list_id))).all())
    let_in = select(ListShare.list_id, ListShare.right)
    rights = dict((await rows.execute(let_in.where(ListShare.person_id == user.user_id))).all())
    return AllLists(
        items=[
            _shown(
                item, open_counts.get(item.id, 0), access=ListAccess(rights.get(item.id, "owner"))
            )
            for item in lists
        ]
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_list(wanted: ListIn, rows: Rows, news: News) -> ListOut:
    """Add a list; its name is new among the caller's own."""
    added = TaskList(name=wanted.name)
    rows.add(added)
    await _flush_name(rows)
    news.tell(Change.LISTS)
    return _shown(added, open_count=0)


@router.patch("/{list_id}", responses=READ_ONLY)
async def rename_list(list_id: str, wanted: ListIn, rows: Rows, news: News) -> ListOut:
    """Rename a list."""
    renamed = await rows.get_one(TaskList, list_id)
    renamed.name = wanted.name
    await _flush_name(rows)
    counted = select(func.count(Task.id)).where(Task.list_id == list_id, Task.done.is_(False))
    news.tell(Change.LISTS)
    return _shown(renamed, open_count=await rows.scalar(counted) or 0)


@router.delete("/{list_id}", status_code=status.HTTP_204_NO_CONTENT, responses=READ_ONLY)
async def delete_list(list_id: str, rows: Rows, news: News) -> None:
    """Delete a list; its tasks stay, without a list."""
    unwanted = await rows.get_one(TaskList, list_id)
    await rows.execute(update(Task).where(Task.list_id == list_id).values(list_id=None))
    await rows.delete(unwanted)
    news.tell(Change.TASKS, Change.LISTS)


async def _flush_name(rows: Rows) -> None:
    try:
        await rows.flush()
    except IntegrityError:
        raise Conflict("You have a list of this name already", code="LIST_NAME_TAKEN") from None


def _shown(item: TaskList, open_count: int, access: ListAccess = ListAccess.OWNER) -> ListOut:
    return ListOut(
        id=item.id,
        name=item.name,
        open_count=open_count,
        access=access,
        created_at=item.created_at,
        updated_at=item.updated_at,
    )

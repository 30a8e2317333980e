"""Who else is let into a list: by address, to read or to edit, and taken back.

An address that nobody has signed up with is answered as any other: whoever asks learns nothing of
who has an account. What is shared with it waits until its holder takes it up, who is whoever has
verified it, and not whoever signed up with it first.
"""

from enum import StrEnum

from fastapi import APIRouter, status
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from gatepost import (
    BadRequest,
    Conflict,
    CurrentGatepost,
    Forbidden,
    NotFound,
    Profile,
    Rows,
)
from gatepost_tasks.live import Change, News
from gatepost_tasks.models import ListShare, TaskList
from gatepost_tasks.schemas import READ_ONLY, AllShares, ShareChange, ShareIn, ShareOut, TakenUp

router = APIRouter(tags=["lists"])

_MOST_SHARES = 50


class OutsideWork(StrEnum):
    """Work on rows that are not the caller's own, for the event log."""

    TAKE_UP_SHARES = "take_up_what_was_shared_with_an_address"


@router.get("/api/lists/{list_id}/shares")
async def list_shares(list_id: str, rows: Rows) -> AllShares:
    """List who is let in; whoever is let in sees themselves only."""
    await rows.get_one(TaskList, list_id)
    shares = select(ListShare).where(ListShare.list_id == list_id).order_by(ListShare.address)
    return AllShares(items=[ShareOut.model_validate(share) for share in await rows.all(shares)])


@router.post(
    "/api/lists/{list_id}/shares", status_code=status.HTTP_201_CREATED, responses=READ_ONLY
)
async def share_list(  # noqa: PLR0913, PLR0917 - FastAPI passes each by name
    list_id: str,
    wanted: ShareIn,
    rows: Rows,
    profile: Profile,
    gatepost: CurrentGatepost,
    news: News,
) -> ShareOut:
    """Let somebody in, by the address that they sign in with and have verified."""
    shared = await rows.get_one(TaskList, list_id)
    if shared.owner_id != profile.id:
        raise Forbidden("Only its owner shares a list", code="NOT_YOUR_LIST")
    count = select(func.count(ListShare.id)).where(ListShare.list_id == list_id)
    if (await rows.scalar(count) or 0) >= _MOST_SHARES:
        raise Conflict(f"A list is shared with {_MOST_SHARES} people at most", code="TOO_MANY")
    if wanted.address == profile.email.lower():
        raise BadRequest("This is your own address", code="OWN_ADDRESS")
    person = await gatepost.user_id_of(wanted.address)
    share = ListShare(list_id=list_id, address=wanted.address, person_id=person, right=wanted.right)
    rows.add(share)
    try:
        await rows.flush()
    except IntegrityError:
        raise Conflict("The list is shared with them already", code="SHARED_ALREADY") from None
    news.tell(Change.TASKS, Change.LISTS, others=[person])
    return ShareOut.model_validate(share)


@router.patch("/api/lists/{list_id}/shares/{share_id}", responses=READ_ONLY)
async def change_share(
    list_id: str, share_id: str, wanted: ShareChange, rows: Rows, news: News
) -> ShareOut:
    """Let somebody do more with a list, or less."""
    share = await _share(rows, list_id, share_id)
    share.right = wanted.right
    await rows.flush()
    news.tell(Change.TASKS, Change.LISTS, others=[share.person_id])
    return ShareOut.model_validate(share)


@router.delete("/api/lists/{list_id}/shares/{share_id}", status_code=status.HTTP_204_NO_CONTENT)
async def take_back(list_id: str, share_id: str, rows: Rows, news: News) -> None:
    """Let somebody in no more; whoever was let in may leave by it."""
    share = await _share(rows, list_id, share_id)
    await rows.delete(share)
    await rows.flush()
    news.tell(Change.TASKS, Change.LISTS, others=[share.person_id])


@router.post("/api/shares/take-up")
async def take_up(profile: Profile, gatepost: CurrentGatepost, news: News) -> TakenUp:
    """Take up what was shared with the caller's address before it was known to be theirs."""
    if not profile.email_verified:
        return TakenUp(count=0)  # as where nothing waits: whose address it is may learn that
    waiting = update(ListShare).where(
        ListShare.address == profile.email.lower(),
        ListShare.person_id.is_(None),
        ListShare.owner_id != profile.id,
    )
    async with gatepost.outside(OutsideWork.TAKE_UP_SHARES) as everybodys:
        taken = await everybodys.execute(
            waiting.values(person_id=profile.id).returning(ListShare.id)
        )
        count = len(taken.all())
    if count:
        news.tell(Change.TASKS, Change.LISTS)
    return TakenUp(count=count)


async def _share(rows: Rows, list_id: str, share_id: str) -> ListShare:
    await rows.get_one(TaskList, list_id)
    found = await rows.get_one(ListShare, share_id)
    if found.list_id != list_id:
        raise NotFound("No such list share", code="LIST_SHARE_NOT_FOUND")
    return found

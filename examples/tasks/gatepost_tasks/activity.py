"""What has happened to the caller's account."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gatepost.activity import Activity, ActivityDay, ActivityItem
from gatepost.rows import Page

router = APIRouter(prefix="/api/activity", tags=["people"])

_MINUTES_OF_A_DAY = 24 * 60


class ActivityDays(BaseModel):
    """The last days, the oldest first."""

    items: list[ActivityDay]


@router.get("")
async def list_activity(
    activity: Activity,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Page[ActivityItem]:
    """List sign-ins, changes and refusals, the latest first."""
    return await activity.page(limit=limit, cursor=cursor)


@router.get("/days")
async def count_activity(
    activity: Activity,
    utc_offset_minutes: Annotated[int, Query(gt=-_MINUTES_OF_A_DAY, lt=_MINUTES_OF_A_DAY)] = 0,
) -> ActivityDays:
    """Count the last thirty days, as the caller's clock has them."""
    days = await activity.days(utc_offset=timedelta(minutes=utc_offset_minutes))
    return ActivityDays(items=list(days))

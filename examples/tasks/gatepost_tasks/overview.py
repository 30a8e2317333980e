"""What has happened to everybody's accounts, for administrators."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gatepost import requires
from gatepost.activity import ActivityKind, CountedName, CountedSpan, Overview, OverviewItem
from gatepost.rows import Page

router = requires(role="admin")(APIRouter(prefix="/api/admin/activity", tags=["operations"]))

_MINUTES_OF_A_DAY = 24 * 60


class Period(StrEnum):
    """How far back to look."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_SPANS: Mapping[Period, tuple[int, timedelta]] = {
    Period.HOUR: (12, timedelta(minutes=5)),
    Period.DAY: (24, timedelta(hours=1)),
    Period.WEEK: (28, timedelta(hours=6)),
    Period.MONTH: (30, timedelta(days=1)),
}


class ActivityCounts(BaseModel):
    """How much has happened: by time, the oldest first, and by name, the most frequent first."""

    items: list[CountedSpan]
    names: list[CountedName]


@router.get("")
async def list_everybodys_activity(
    overview: Overview,
    kind: ActivityKind | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Page[OverviewItem]:
    """List everybody's sign-ins, changes, refusals and lockouts, the latest first."""
    return await overview.page(limit=limit, cursor=cursor, kind=kind)


@router.get("/counts")
async def count_everybodys_activity(
    overview: Overview,
    period: Period = Period.DAY,
    utc_offset_minutes: Annotated[int, Query(gt=-_MINUTES_OF_A_DAY, lt=_MINUTES_OF_A_DAY)] = 0,
) -> ActivityCounts:
    """Count sign-ins, refusals, lockouts and alarms, those of nobody in particular as well."""
    number, span = _SPANS[period]
    ahead = timedelta(minutes=utc_offset_minutes)
    found = await overview.counts(number, span, utc_offset=ahead)
    return ActivityCounts(items=list(found.spans), names=list(found.names))

"""A person's own activity, as that person sees it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from sqlalchemy import select

from gatepost.activity.records import LIFETIME, ActivityRecord
from gatepost.events.catalogue import EventName
from gatepost.events.personal import PERSONAL, ActivityKind
from gatepost.principal import Principal
from gatepost.rows import Page, ScopedSession

_NAMES = [name.value for name in PERSONAL]


@dataclass(frozen=True, slots=True)
class ActivityItem:
    """Something that has happened to one's account.

    Attributes:
        detail: the reason, or what kind of link or change it was, where that may be known.
        source_ip: the address of whoever did it; None where it is unknown.
        this_session: whether it was done in the session that asks.
    """

    id: str
    name: EventName
    kind: ActivityKind
    detail: str | None
    at: datetime
    source_ip: str | None
    this_session: bool


@dataclass(frozen=True, slots=True)
class ActivityDay:
    """How much has happened on one day.

    Attributes:
        refusals: lockouts are among them.
    """

    day: date
    sign_ins: int
    changes: int
    refusals: int


class OwnActivity:
    """What has happened to the caller's account.

    Args:
        rows: the caller's session.
        caller: who that is.
    """

    def __init__(self, rows: ScopedSession, caller: Principal) -> None:
        self._rows = rows
        self._caller = caller

    async def page(self, *, limit: int, cursor: str | None = None) -> Page[ActivityItem]:
        """Return the latest, or what follows a cursor.

        Args:
            limit: how many at most.
            cursor: that of an earlier page, as it came from the caller.

        Raises:
            BadRequest: the cursor is none, or another person's.
        """
        kept = select(ActivityRecord).where(
            ActivityRecord.created_at >= datetime.now(UTC) - LIFETIME,
            ActivityRecord.name.in_(_NAMES),
        )
        newest_first = [ActivityRecord.created_at.desc()]
        found = await self._rows.page(kept, order_by=newest_first, limit=limit, cursor=cursor)
        return Page([self._shown(record) for record in found.items], found.next_cursor)

    async def days(
        self, number: int = 30, *, utc_offset: timedelta = timedelta()
    ) -> Sequence[ActivityDay]:
        """Count the last days, the oldest first and today last.

        Args:
            number: how many days.
            utc_offset: by how much the person's clock is ahead of UTC, which makes their days.
        """
        zone = timezone(utc_offset)
        today = datetime.now(zone).date()
        days = [today - timedelta(days=past) for past in reversed(range(number))]
        start = datetime.combine(days[0], time(), zone)
        happened = select(ActivityRecord.created_at, ActivityRecord.name).where(
            ActivityRecord.created_at >= start, ActivityRecord.name.in_(_NAMES)
        )
        counted = Counter(
            (at.astimezone(zone).date(), PERSONAL[EventName(name)].kind)
            for at, name in await self._rows.execute(happened)
            if not PERSONAL[EventName(name)].is_beside
        )
        return [
            ActivityDay(
                day,
                sign_ins=counted[day, ActivityKind.SIGN_IN],
                changes=counted[day, ActivityKind.CHANGE],
                refusals=counted[day, ActivityKind.REFUSAL] + counted[day, ActivityKind.LOCKOUT],
            )
            for day in days
        ]

    def _shown(self, record: ActivityRecord) -> ActivityItem:
        name, session_id = EventName(record.name), self._caller.session_id
        return ActivityItem(
            id=record.id,
            name=name,
            kind=PERSONAL[name].kind,
            detail=record.detail,
            at=record.created_at,
            source_ip=record.source_ip,
            this_session=session_id is not None and record.session_id == session_id,
        )

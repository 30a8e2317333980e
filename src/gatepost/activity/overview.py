"""What has happened to everybody, as those see it who look after an app."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, cast, extract, func, select

from gatepost.activity.records import LIFETIME, ActivityCount, ActivityRecord
from gatepost.app import Gatepost
from gatepost.errors import ConfigurationError, Unavailable
from gatepost.events.catalogue import EventName
from gatepost.events.counted import SPAN, CountKind, count_kind
from gatepost.events.personal import PERSONAL, ActivityKind
from gatepost.principal import UserId
from gatepost.rows import Page, ScopedSession
from gatepost.rows.paging import page_through
from gatepost.rows.scope import scope_of

_EPOCH = datetime.fromtimestamp(0, UTC)


class _Work(StrEnum):
    """Why everybody's rows are read, for the event log."""

    OVERVIEW = "overview_of_activity"


@dataclass(frozen=True, slots=True)
class OverviewItem:
    """Something that has happened to somebody's account.

    Attributes:
        detail: the reason, where its person may know it as well.
        source_ip: the address of whoever did it; None where it is unknown.
        email: the address of the person whose account it is; None where it is not here.
    """

    id: str
    name: EventName
    kind: ActivityKind
    detail: str | None
    at: datetime
    source_ip: str | None
    user_id: str
    email: str | None


@dataclass(frozen=True, slots=True)
class CountedSpan:
    """How much has happened in one span of time."""

    start: datetime
    sign_ins: int
    changes: int
    refusals: int
    lockouts: int
    alarms: int


@dataclass(frozen=True, slots=True)
class CountedName:
    """How often there was an event of one name."""

    name: EventName
    kind: CountKind
    count: int


@dataclass(frozen=True, slots=True)
class SecurityCounts:
    """How much has happened, to people and to nobody.

    Attributes:
        spans: the oldest first; the last of them is not over.
        names: what it was, in all of them; the most frequent first.
    """

    spans: Sequence[CountedSpan]
    names: Sequence[CountedName]


class SecurityOverview:
    """What has happened to everybody, and what was refused to nobody in particular.

    Args:
        rows: the caller's session.
        gatepost: the app's.
    """

    def __init__(self, rows: ScopedSession, gatepost: Gatepost) -> None:
        self._rows = rows
        self._gatepost = gatepost

    async def counts(
        self, number: int, span: timedelta, *, utc_offset: timedelta = timedelta()
    ) -> SecurityCounts:
        """Count the last spans of time, in every worker together; the last month is kept.

        Args:
            number: how many spans.
            span: how long each is, in steps of five minutes.
            utc_offset: by how much the caller's clock is ahead of UTC: days begin by it.

        Raises:
            ValueError: a span of no length, or of parts of what is counted together.
        """
        if span <= timedelta() or span % SPAN:
            raise ValueError("a span is five minutes, or several times that")
        last = (datetime.now(UTC) - _EPOCH + utc_offset) // span
        first = last - number + 1
        since = _EPOCH + first * span - utc_offset
        seconds = cast(extract("epoch", ActivityCount.created_at), BigInteger)
        ahead = int(utc_offset.total_seconds())
        kept = (
            select(
                ((seconds + ahead) // int(span.total_seconds())).label("position"),
                ActivityCount.name,
                ActivityCount.count,
            )
            .where(ActivityCount.created_at >= since)
            .subquery()
        )
        summed = select(kept.c.position, kept.c.name, func.sum(kept.c.count)).group_by(
            kept.c.position, kept.c.name
        )
        by_kind: Counter[tuple[int, CountKind]] = Counter()
        by_name: Counter[tuple[EventName, CountKind]] = Counter()
        for position, written, count in await self._rows.execute(summed):
            name = _name(written)
            kind = None if name is None else count_kind(name)
            if name is not None and kind is not None:
                by_kind[position, kind] += int(count)
                by_name[name, kind] += int(count)
        spans = [
            CountedSpan(
                since + (position - first) * span,
                sign_ins=by_kind[position, CountKind.SIGN_IN],
                changes=by_kind[position, CountKind.CHANGE],
                refusals=by_kind[position, CountKind.REFUSAL],
                lockouts=by_kind[position, CountKind.LOCKOUT],
                alarms=by_kind[position, CountKind.ALARM],
            )
            for position in range(first, last + 1)
        ]
        names = [CountedName(*named, count) for named, count in by_name.most_common()]
        return SecurityCounts(spans, names)

    async def page(
        self, *, limit: int, cursor: str | None = None, kind: ActivityKind | None = None
    ) -> Page[OverviewItem]:
        """Return the latest of everybody's activity, or what follows a cursor.

        Each use is the event `sys_rows_outside`.

        Args:
            limit: how many at most.
            cursor: that of an earlier page, as it came from the caller.
            kind: what to leave out everything else but.

        Raises:
            BadRequest: the cursor is none, another person's, or of another kind.
            Unavailable: row-level security holds, and the role that it does not is unknown.
        """
        names = [name.value for name, shown in PERSONAL.items() if kind in (None, shown.kind)]
        kept = select(ActivityRecord).where(
            ActivityRecord.created_at >= datetime.now(UTC) - LIFETIME,
            ActivityRecord.name.in_(names),
        )
        scope = scope_of(self._rows.sync_session)
        try:
            async with self._gatepost.outside(_Work.OVERVIEW) as everybody:
                found = await page_through(
                    everybody,
                    kept,
                    [ActivityRecord.created_at.desc()],
                    limit,
                    cursor,
                    scope=scope,
                    list_name=f"overview {kind or ''}",
                )
        except ConfigurationError as unknown:
            raise Unavailable(
                "Everybody's activity can be read where GATEPOST_ADMIN_DATABASE_URL is set",
                code="ADMIN_DATABASE_UNKNOWN",
            ) from unknown
        people = {record.user_id for record in found.items}
        emails = {user_id: await self._email(user_id) for user_id in people}
        items = [_shown(record, emails[record.user_id]) for record in found.items]
        return Page(items, found.next_cursor)

    async def _email(self, user_id: str) -> str | None:
        person = await self._gatepost.person(UserId(user_id))
        return None if person is None else person.email


def _name(written: str) -> EventName | None:
    """Return the event of that name; None where another version of Gatepost has written it."""
    return EventName(written) if written in _NAMES else None


_NAMES = frozenset(name.value for name in EventName)


def _shown(record: ActivityRecord, email: str | None) -> OverviewItem:
    name = EventName(record.name)
    return OverviewItem(
        id=record.id,
        name=name,
        kind=PERSONAL[name].kind,
        detail=record.detail,
        at=record.created_at,
        source_ip=record.source_ip,
        user_id=record.user_id,
        email=email,
    )

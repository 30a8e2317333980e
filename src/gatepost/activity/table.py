"""Writing to the table, for many people at once.

By a connection of its own, which no guard watches: nobody's request is behind it. On PostgreSQL it
is of the role that serves people, and says whose rows it writes as they do, so that the second wall
stands for it as well.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Delete, delete, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.activity.records import LIFETIME, MOST_OF_A_NAME, ActivityRecord
from gatepost.events import EventName, SecurityEvent
from gatepost.events.personal import detail_of
from gatepost.rows import new_id
from gatepost.rows.row_security import SETTING
from gatepost.store import tables

_MOST_DELETED = 500
_SET_OWNER = text(f"SELECT set_config('{SETTING}', :user_id, true)")
_Row = Mapping[str, object]


class ActivityTable:
    """Adds events to the table, and takes the oldest away.

    Args:
        engine: of its own; of the role that serves people.
        has_row_security: whether row-level security holds that role.
        has_everybody: whether all whom events can name are in the table `user`.
    """

    def __init__(self, engine: AsyncEngine, *, has_row_security: bool, has_everybody: bool) -> None:
        self._engine = engine
        self._has_row_security = has_row_security
        self._has_everybody = has_everybody

    async def add(self, events: Sequence[SecurityEvent]) -> None:
        """Write events in one transaction; what is kept of somebody who is gone goes.

        Raises:
            DBAPIError: nothing was written.
        """
        named: dict[str, list[SecurityEvent]] = {}
        for event in events:
            if event.user_id is not None:
                named.setdefault(event.user_id, []).append(event)
        async with self._engine.begin() as connection:
            gone = await self._gone(connection, events, named)
            for user_id in sorted(named):  # in one order, so that no two workers wait in a circle
                if self._has_row_security:
                    await connection.execute(_SET_OWNER, {"user_id": user_id})
                if user_id in gone:
                    await connection.execute(_delete(ActivityRecord.user_id == user_id))
                else:
                    await _write(connection, user_id, named[user_id])

    async def _gone(
        self,
        connection: AsyncConnection,
        events: Sequence[SecurityEvent],
        user_ids: Collection[str],
    ) -> set[str]:
        deleted = {
            event.user_id
            for event in events
            if event.name is EventName.USER_DELETED and event.user_id is not None
        }
        if not self._has_everybody:
            return deleted
        column = tables.user.c.id
        found = await connection.scalars(select(column).where(column.in_(user_ids)))
        return deleted | (set(user_ids) - set(found))


async def _write(
    connection: AsyncConnection, user_id: str, events: Sequence[SecurityEvent]
) -> None:
    await connection.execute(insert(ActivityRecord), [_row(event) for event in events])
    for name in sorted({event.name.value for event in events}):
        # What another worker is deleting just now, nobody waits for.
        surplus = _surplus(user_id, name)
        unwanted = select(ActivityRecord.id).where(ActivityRecord.user_id == user_id, surplus)
        locked = unwanted.limit(_MOST_DELETED).with_for_update(skip_locked=True)
        found = (await connection.scalars(locked)).all()
        if found:
            await connection.execute(_delete(ActivityRecord.id.in_(found)))


def _surplus(user_id: str, name: str) -> ColumnElement[bool]:
    of_name = select(ActivityRecord.id).where(
        ActivityRecord.user_id == user_id, ActivityRecord.name == name
    )
    newest_first = of_name.order_by(ActivityRecord.created_at.desc(), ActivityRecord.id.desc())
    return or_(
        ActivityRecord.created_at < datetime.now(UTC) - LIFETIME,
        ActivityRecord.id.in_(newest_first.offset(MOST_OF_A_NAME)),
    )


def _delete(where: ColumnElement[bool]) -> Delete:
    return delete(ActivityRecord).where(where)


def _row(event: SecurityEvent) -> _Row:
    return {
        "id": new_id(),
        "user_id": event.user_id,
        "name": event.name.value,
        "detail": detail_of(event),
        "created_at": event.at,
        "source_ip": event.request.source_ip if event.request else None,
        "session_id": event.session_id,
    }

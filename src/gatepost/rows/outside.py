"""Work that is nobody's: a nightly job, a migration of data, an administrator's view.

A class of its own, so that no flag on a person's session opens it, and each use is an event with
its reason.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from gatepost.errors import ConfigurationError
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts


class OutsideSession(AsyncSession):
    """A session on everybody's rows. Opened by `Gatepost.outside` only."""


class OutsideSessions:
    """Opens sessions on everybody's rows.

    Args:
        engine: unguarded; of the role that owns the tables, where there are two. None where its
            address is not known: another would find nothing, without a word.
        events: where each use is reported.
    """

    def __init__(self, engine: AsyncEngine | None, events: EventSink) -> None:
        self._engine = engine
        self._events = events

    @asynccontextmanager
    async def open(self, reason: StrEnum) -> AsyncIterator[OutsideSession]:
        """Open a session for one piece of work; committed at its end, or rolled back.

        Args:
            reason: a member of the app's own enumeration of such work, for the event log.

        Raises:
            ConfigurationError: row-level security holds, and the role that it does not is unknown.
        """
        if self._engine is None:
            raise ConfigurationError(
                "Row-level security shows the app's database role nobody's rows outside a person. "
                "Set GATEPOST_ADMIN_DATABASE_URL for work that is nobody's."
            )
        event = SecurityEvent(EventName.ROWS_OUTSIDE, reason=reason, request=current_facts())
        self._events.emit(event)
        session = OutsideSession(self._engine, expire_on_commit=False)
        async with session, session.begin():
            yield session

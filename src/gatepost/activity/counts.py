"""Writing down how many events there were: the sum of what each worker has counted."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.activity.records import COUNTS_LIFETIME, ActivityCount
from gatepost.events import EventName, EventSink, SecurityEvent
from gatepost.events.counted import Counted, WaitingCounts
from gatepost.store.engine import is_away

_PAUSE_SECONDS = 1.0
_END_SECONDS = 5.0
_BETWEEN_CLEANINGS = timedelta(hours=1)

_log = logging.getLogger("gatepost")


class CountsTable:
    """Adds to the counts of all workers, and takes away what is too old.

    Args:
        engine: of the role that serves people.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # Made once: each that is made leaves a circle to the garbage collector.
        self._adding = _adding(engine.dialect.name)
        self._cleaned: datetime | None = None

    async def add(self, counts: Mapping[Counted, int]) -> None:
        """Add what one worker has counted, in one transaction.

        Raises:
            DBAPIError: nothing was added.
        """
        now = datetime.now(UTC)
        is_due = self._cleaned is None or now - self._cleaned > _BETWEEN_CLEANINGS
        async with self._engine.begin() as connection:
            # In one order, so that no two workers wait for each other in a circle.
            rows = [
                {"created_at": counted.start, "name": counted.name.value, "count": counts[counted]}
                for counted in sorted(counts)
            ]
            await connection.execute(self._adding, rows)
            if is_due:
                old = ActivityCount.created_at < now - COUNTS_LIFETIME
                await connection.execute(delete(ActivityCount).where(old))
        if is_due:
            self._cleaned = now


def _adding(dialect: str) -> postgresql.Insert | sqlite.Insert:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    insert: postgresql.Insert | sqlite.Insert = make(ActivityCount)
    sum_of_both = ActivityCount.count + insert.excluded["count"]
    return insert.on_conflict_do_update(
        index_elements=["created_at", "name"], set_={"count": sum_of_both}
    )


class CountsWriter:
    """Writes down every second what has been counted.

    Args:
        waiting: where it is counted.
        table: where it goes.
        events: hears of what is lost.
    """

    def __init__(self, waiting: WaitingCounts, table: CountsTable, events: EventSink) -> None:
        self._waiting = waiting
        self._table = table
        self._events = events
        self._ended = asyncio.Event()
        self._said = waiting.dropped

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write until the end of the block, and then what is left, for five seconds at most."""
        with self._waiting.taken():
            task = asyncio.create_task(self._write())
            try:
                yield
            finally:
                self._ended.set()
                with suppress(TimeoutError):
                    await asyncio.wait_for(task, _END_SECONDS)

    async def _write(self) -> None:
        is_last = False
        while not is_last:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _PAUSE_SECONDS)
            is_last = self._ended.is_set()
            counts = self._waiting.take()
            if counts:
                await self._keep(counts)
            self._say_losses()

    async def _keep(self, counts: Mapping[Counted, int]) -> None:
        try:
            await self._table.add(counts)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next counts may be taken
            if is_away(error) and not self._ended.is_set():
                self._waiting.put_back(counts)
                return
            self._waiting.dropped += sum(counts.values())
            _log.error("counts of events cannot be written: %s", type(error).__name__)

    def _say_losses(self) -> None:
        lost = self._waiting.dropped - self._said
        if lost:
            self._said = self._waiting.dropped
            _log.error("%d events are missing from the overview", lost)
            self._events.emit(SecurityEvent(EventName.ACTIVITY_LOST, count=lost))

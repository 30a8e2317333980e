"""The task that writes down what waits: a database that is slow or away costs events only."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from gatepost.activity.table import ActivityTable
from gatepost.events import EventName, EventSink, SecurityEvent
from gatepost.events.waiting import WaitingEvents
from gatepost.store.engine import is_away

_GATHER_SECONDS = 0.1
_PAUSE_SECONDS = 1.0
_END_SECONDS = 5.0

_log = logging.getLogger("gatepost")


class ActivityWriter:
    """Writes what waits, batch by batch.

    Args:
        waiting: where it waits.
        table: where it goes.
        events: hears of what is lost.
    """

    def __init__(self, waiting: WaitingEvents, table: ActivityTable, events: EventSink) -> None:
        self._waiting = waiting
        self._table = table
        self._events = events
        self._is_ending = False
        self._said = waiting.dropped

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write until the end of the block, and then what is left, for five seconds at most."""
        with self._waiting.taken():
            task = asyncio.create_task(self._write())
            try:
                yield
            finally:
                self._is_ending = True
                self._waiting.end()
                with suppress(TimeoutError):
                    await asyncio.wait_for(task, _END_SECONDS)
        self._say_losses()

    async def _write(self) -> None:
        while batch := await self._waiting.next_batch():
            await self._keep(batch)
            self._say_losses()
            if not self._is_ending:
                await asyncio.sleep(_GATHER_SECONDS)  # what comes meanwhile is one transaction

    async def _keep(self, batch: Sequence[SecurityEvent]) -> None:
        """Write a batch: again and again while the database is away, once where it refuses it."""
        while True:
            try:
                await self._table.add(batch)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next batch may do
                if self._is_ending or not is_away(error):
                    self._waiting.dropped += len(batch)
                    _log.error("activity cannot be written: %s", type(error).__name__)
                    return
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    def _say_losses(self) -> None:
        lost = self._waiting.dropped - self._said
        if lost:
            self._said = self._waiting.dropped
            _log.error("%d events are missing from people's activity", lost)
            self._events.emit(SecurityEvent(EventName.ACTIVITY_LOST, count=lost))

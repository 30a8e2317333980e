"""Events that concern a person, until they are written down."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.personal import concerns_a_person

MOST_WAITING = 10_000
"""How many may wait; each takes less than a kilobyte."""

MOST_AT_ONCE = 200


class WaitingEvents:
    """A sink that keeps what concerns a person, while there is somebody to write it down.

    Attributes:
        dropped: how many came when too many waited, or could not be written.
    """

    never_blocks = True

    def __init__(self) -> None:
        self._waiting: deque[SecurityEvent] = deque()
        self._arrived: asyncio.Event | None = None
        self._is_ending = False
        self.dropped = 0

    def emit(self, event: SecurityEvent) -> None:
        """Take one event, or drop it; never wait."""
        if self._arrived is None or self._is_ending:
            return
        if not concerns_a_person(event) and event.name is not EventName.USER_DELETED:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            return
        self._waiting.append(event)
        self._arrived.set()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take events from now on; what is left at the end is dropped."""
        self._arrived, self._is_ending = asyncio.Event(), False
        try:
            yield
        finally:
            self._arrived = None
            self.dropped += len(self._waiting)
            self._waiting.clear()

    def end(self) -> None:
        """Take no more, and let whoever waits for a batch have what is left."""
        self._is_ending = True
        if self._arrived is not None:
            self._arrived.set()

    async def next_batch(self) -> Sequence[SecurityEvent]:
        """Wait for events, and return the oldest of them; none once it has ended."""
        if self._arrived is None:
            return ()
        await self._arrived.wait()
        batch = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
        if not self._waiting and not self._is_ending:
            self._arrived.clear()
        return batch

"""A queue and a thread in front of a sink: what the sink does with an event costs no request."""

import logging
import threading
import time
from collections import deque

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink

MOST_QUEUED = 10_000
"""How many may wait for one sink; each takes less than a kilobyte."""

# What comes meanwhile is handed on in one go: a flood does not wake the thread for each event.
_GATHER_SECONDS = 0.01
_END_SECONDS = 5.0

_log = logging.getLogger("gatepost")


class QueuedSink:
    """Hands events to a sink on a thread of its own, in the order in which they came.

    Args:
        sink: may block, and may raise.
        capacity: how many may wait; what comes then is dropped.
    """

    def __init__(self, sink: EventSink, capacity: int = MOST_QUEUED) -> None:
        self.sink = sink
        self._capacity = capacity
        self._waiting: deque[SecurityEvent | None] = deque()
        self._arrived = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._overflowed = 0
        self._failed = 0
        self._said = 0
        self._has_failed_before = False

    @property
    def dropped(self) -> int:
        """How many events the sink has not got, or could not use."""
        own = getattr(self.sink, "dropped", 0)
        return self._overflowed + self._failed + (own if isinstance(own, int) else 0)

    def emit(self, event: SecurityEvent) -> None:
        """Put one into the queue, or drop it; never wait."""
        if len(self._waiting) >= self._capacity:
            self._overflowed += 1
            return
        self._waiting.append(event)
        self._arrived.set()
        # After a fork the thread is not alive in the child.
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def end(self, seconds: float = _END_SECONDS) -> None:
        """Wait until what is in the queue has been handed on, for so long at most."""
        with self._starting:
            thread = self._thread
        if thread is None:
            return
        self._waiting.append(None)
        self._arrived.set()
        thread.join(seconds)

    def _start(self) -> None:
        with self._starting:
            if self._thread is not None and self._thread.is_alive():
                return
            # A daemon: a sink that hangs does not keep the process.
            self._thread = threading.Thread(
                target=self._run, name=f"gatepost-{type(self.sink).__name__}", daemon=True
            )
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._arrived.wait()
            self._arrived.clear()
            if self._hand_on_all():
                break
            time.sleep(_GATHER_SECONDS)
        with self._starting:
            self._thread = None
        if self._waiting:  # somebody came just now
            self._start()

    def _hand_on_all(self) -> bool:
        """Hand on what waits; return whether that was the end."""
        is_end = False
        while self._waiting and not is_end:
            event = self._waiting.popleft()
            is_end = event is None
            if event is not None:
                self._hand_on(event)
                self._say_losses(event)
        return is_end

    def _hand_on(self, event: SecurityEvent) -> None:
        try:
            self.sink.emit(event)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next one may do
            self._failed += 1
            if not self._has_failed_before:
                self._has_failed_before = True
                kind = type(self.sink).__name__
                _log.error("%s does not take events: %s", kind, type(error).__name__)

    def _say_losses(self, latest: SecurityEvent) -> None:
        """Tell the sink itself how many it has missed, once it takes events again."""
        before = self.dropped
        if before == self._said:
            return
        lost = SecurityEvent(EventName.EVENTS_LOST, count=before - self._said, app_id=latest.app_id)
        self._hand_on(lost)
        if self.dropped == before:
            self._said = before

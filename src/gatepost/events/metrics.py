"""Counting and measuring in this process; whoever exports the metrics reads them here."""

import bisect
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol, runtime_checkable

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.metric_catalogue import BOUNDS, Distribution, Labels, Measured, Metric


@runtime_checkable
class Observer(Protocol):
    """Whoever exports metrics by its own means, and wants to see verifications as they happen."""

    def observe(self, read: Callable[[], Measured]) -> None:
        """Learn where the metrics are read; called once."""

    def verification(self) -> AbstractContextManager[None]:
        """Surround one verification."""


class Metrics:
    """Counts events and requests; a sink that only adds.

    Args:
        observers: see every verification.

    Attributes:
        signed_in: how many requests of somebody were let in; the gate adds to it.
        public: how many of anybody were, on public routes.
    """

    never_blocks = True

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self.observers = tuple(observers)
        self.signed_in = self.public = 0
        self._refused: Counter[str] = Counter()
        self._events: Counter[str] = Counter()
        self._sign_ins: Counter[Labels] = Counter()
        self._lockouts: Counter[Labels] = Counter()
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._verifying_seconds = 0.0

    def emit(self, event: SecurityEvent) -> None:
        """Count an event."""
        name, reason = event.name, event.reason.value if event.reason else ""
        self._events[name.value] += 1
        if name is EventName.LOGIN_SUCCESS:
            self._sign_ins["success", reason] += 1
        elif name is EventName.LOGIN_FAIL:
            self._sign_ins["failure", reason] += 1
        elif name in (EventName.LOGIN_FAIL_MAX, EventName.LOGIN_LOCK):
            self._lockouts[(reason,)] += 1

    def refused(self, reason: str) -> None:
        """Count a request that goes no further."""
        self._refused[reason] += 1

    @contextmanager
    def verification(self) -> Iterator[None]:
        """Measure how long the block takes, with every observer around it."""
        with ExitStack() as observing:
            for observer in self.observers:
                observing.enter_context(observer.verification())
            began = time.perf_counter()
            try:
                yield
            finally:
                self.verified(time.perf_counter() - began)

    def verified(self, seconds: float) -> None:
        """Count one verification."""
        self._buckets[bisect.bisect_left(BOUNDS, seconds)] += 1
        self._verifying_seconds += seconds

    def read(self) -> Measured:
        """Return what has been counted so far; an exporter's thread may ask at any moment."""
        counts, sum_so_far = [], 0
        for bucket in self._buckets:
            sum_so_far += bucket
            counts.append(sum_so_far)
        requests: dict[Labels, float] = {
            ("signed_in", ""): self.signed_in,
            ("public", ""): self.public,
        }
        for reason, count in dict(self._refused).items():
            requests["refused", reason] = count
        return {
            Metric.REQUESTS: requests,
            Metric.VERIFICATION: {(): Distribution(tuple(counts), self._verifying_seconds)},
            Metric.SIGN_INS: dict(self._sign_ins),
            Metric.LOCKOUTS: dict(self._lockouts),
            Metric.EVENTS: {(name,): count for name, count in dict(self._events).items()},
        }

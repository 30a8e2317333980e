"""Counting and measuring in this process; whoever exports the metrics reads them here."""

import bisect
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from enum import StrEnum
from types import TracebackType
from typing import Protocol, runtime_checkable

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.metric_catalogue import BOUNDS, Distribution, Labels, Measured, Metric


class Outcome(StrEnum):
    """What the gate decided."""

    SIGNED_IN = "signed_in"
    PUBLIC = "public"
    REFUSED = "refused"


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
    """

    never_blocks = True

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self._observers = observers
        self._requests: Counter[Labels] = Counter()
        self._events: Counter[EventName] = Counter()
        self._sign_ins: Counter[Labels] = Counter()
        self._lockouts: Counter[Labels] = Counter()
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._verifying_seconds = 0.0

    def emit(self, event: SecurityEvent) -> None:
        """Count an event."""
        name, reason = event.name, event.reason.value if event.reason else ""
        self._events[name] += 1
        if name is EventName.LOGIN_SUCCESS:
            self._sign_ins["success", ""] += 1
        elif name is EventName.LOGIN_FAIL:
            self._sign_ins["failure", reason] += 1
        elif name in (EventName.LOGIN_FAIL_MAX, EventName.LOGIN_LOCK):
            self._lockouts[(reason,)] += 1

    def request(self, outcome: Outcome, reason: str = "") -> None:
        """Count a request, once it has been decided on."""
        self._requests[outcome, reason] += 1

    def verification(self) -> AbstractContextManager[None]:
        """Measure how long the block takes."""
        return _Verification(self, self._observers)

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
        return {
            Metric.REQUESTS: dict(self._requests),
            Metric.VERIFICATION: {(): Distribution(tuple(counts), self._verifying_seconds)},
            Metric.SIGN_INS: dict(self._sign_ins),
            Metric.LOCKOUTS: dict(self._lockouts),
            Metric.EVENTS: {(name.value,): count for name, count in dict(self._events).items()},
        }


class _Verification(AbstractContextManager[None]):
    """One verification under measure."""

    __slots__ = ("_began", "_metrics", "_observers", "_observing")

    def __init__(self, metrics: Metrics, observers: Sequence[Observer]) -> None:
        self._metrics = metrics
        self._observers = observers
        self._observing: ExitStack | None = None

    def __enter__(self) -> None:
        if self._observers:
            self._observing = ExitStack()
            for observer in self._observers:
                self._observing.enter_context(observer.verification())
        self._began = time.perf_counter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._metrics.verified(time.perf_counter() - self._began)
        if self._observing is not None:
            self._observing.__exit__(kind, error, traceback)

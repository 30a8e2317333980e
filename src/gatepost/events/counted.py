"""Which events an operator sees as figures, and their counts until they are written down.

Counted where it happens and not where it is written: a flood of refusals is one number.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.facts import Level
from gatepost.events.personal import PERSONAL, ActivityKind

SPAN = timedelta(minutes=5)
"""What is counted together."""

MOST_WAITING = 5_000
"""How many counts may wait; the database may be away for hours."""


class CountKind(StrEnum):
    """What an event is to an operator."""

    SIGN_IN = "sign_in"
    CHANGE = "change"
    REFUSAL = "refusal"
    LOCKOUT = "lockout"
    ALARM = "alarm"


_LOCKOUTS = frozenset({EventName.LOGIN_FAIL_MAX, EventName.LOGIN_LOCK})

# Warnings of what was done, where every other warning is of what was refused.
_DONE = frozenset(
    {EventName.LOGIN_SUCCESS_AFTER_FAIL, EventName.ACCESS_CHANGED, EventName.OPERATOR}
)


def count_kind(name: EventName) -> CountKind | None:
    """Return as what events of a name are counted; None where they are not."""
    if name is EventName.LOGIN_SUCCESS:
        return CountKind.SIGN_IN
    if name in _LOCKOUTS:
        return CountKind.LOCKOUT
    if name.level is Level.CRITICAL:
        return CountKind.ALARM
    if name.level is Level.WARNING:
        return None if name in _DONE else CountKind.REFUSAL
    shown = PERSONAL.get(name)
    is_change = shown is not None and shown.kind is ActivityKind.CHANGE
    return CountKind.CHANGE if is_change or name is EventName.USER_DELETED else None


class Counted(NamedTuple):
    """What is counted together: the events of one name in five minutes."""

    start: datetime
    name: EventName


class WaitingCounts:
    """A sink that counts, while there is somebody to write the counts down.

    Attributes:
        dropped: how many events are in no count.
    """

    never_blocks = True

    def __init__(self) -> None:
        self._counts: Counter[Counted] = Counter()
        self._is_taken = False
        self.dropped = 0

    def emit(self, event: SecurityEvent) -> None:
        """Count one event."""
        if not self._is_taken or count_kind(event.name) is None:
            return
        counted = Counted(_start_of_span(event.at), event.name)
        if counted not in self._counts and len(self._counts) >= MOST_WAITING:
            self.dropped += 1
            return
        self._counts[counted] += 1

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Count from now on, until the block ends."""
        self._is_taken = True
        try:
            yield
        finally:
            self._is_taken = False
            self._counts.clear()

    def take(self) -> Mapping[Counted, int]:
        """Return what has been counted, and begin anew."""
        taken, self._counts = self._counts, Counter()
        return taken

    def put_back(self, counts: Mapping[Counted, int]) -> None:
        """Keep what could not be written for another time."""
        self._counts.update(counts)


def _start_of_span(at: datetime) -> datetime:
    minute = at.minute - at.minute % (SPAN.seconds // 60)
    return at.replace(minute=minute, second=0, microsecond=0)

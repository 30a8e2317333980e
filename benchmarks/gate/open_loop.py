"""The open loop: requests that come when they are due, answered or not those before them.

A latency is counted from when its request was due, so that one that had to wait for others is no
fast one (no coordinated omission).
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.gate.connection import Connection
from benchmarks.gate.load import PATIENCE_SECONDS, Outcome, Stopwatch, readable
from benchmarks.gate.server import Server

# Asleep until shortly before a request is due, and then wide awake: the system wakes up late.
_AWAKE_SECONDS = 0.0002
_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Requests of one kind.

    Attributes:
        due: the seconds from the start at which each is to be sent, in order.
        requests: as many.
        connections: that they share with no other kind.
        is_endless: whether they stop when all others are over, however many are left.
    """

    due: Sequence[float]
    requests: Sequence[bytes]
    connections: Sequence[Connection]
    is_endless: bool = False


class _Stream:
    """One kind of request on its way."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._coming = deque(zip(arrivals.due, arrivals.requests, strict=True))
        self._idle = deque(arrivals.connections)
        self.is_endless = arrivals.is_endless
        self.waiting: list[Connection] = []
        self.latencies: list[float] = []

    def send(self, started: float) -> float:
        """Send what is due.

        Returns:
            when to come back: as the next one is due, or never where an answer must come first.
        """
        while self._coming and self._idle:
            due = started + self._coming[0][0]
            if due > time.perf_counter():
                return due
            connection = self._idle.popleft()
            connection.since = due
            connection.send(self._coming.popleft()[1])
            self.waiting.append(connection)
        return _NEVER

    @property
    def is_over(self) -> bool:
        """Whether everything has been sent and answered."""
        return not self._coming and not self.waiting

    def stop(self) -> None:
        """Send no more."""
        self._coming.clear()

    def receive(self, connection: Connection) -> None:
        """Take what has come on one of this stream's connections."""
        if connection.receive():
            self.latencies.append(time.perf_counter() - connection.since)
            self.waiting.remove(connection)
            self._idle.append(connection)


def open_loop(server: Server, *arrivals: Arrivals) -> list[Outcome]:
    """Send several kinds of requests, each at its own times; return what each has met.

    Raises:
        WrongAnswer: one was answered with another status than its connection's, or not at all.
    """
    streams = [_Stream(kind) for kind in arrivals]
    whose = {
        connection: stream
        for kind, stream in zip(arrivals, streams, strict=True)
        for connection in kind.connections
    }
    watch = Stopwatch(server)
    while True:
        if all(stream.is_over for stream in streams if not stream.is_endless):
            for stream in streams:
                stream.stop()
        due = min(stream.send(watch.started) for stream in streams)
        waiting = [connection for stream in streams for connection in stream.waiting]
        if not waiting and due == _NEVER:
            return [watch.outcome(stream.latencies) for stream in streams]
        patience = due - time.perf_counter() - _AWAKE_SECONDS
        for connection in readable(waiting, min(PATIENCE_SECONDS, max(0.0, patience))):
            whose[connection].receive(connection)

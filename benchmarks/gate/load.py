"""The closed loop: a fixed number of connections, each of which asks as soon as it is answered.

The load runs in the benchmark's own process, on a core of its own, with plain sockets and `select`.
"""

import gc
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from benchmarks.gate import machine
from benchmarks.gate.connection import Connection, WrongAnswer
from benchmarks.gate.server import Server

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a load has measured.

    Attributes:
        seconds: from the first request to the last answer.
        latencies: seconds, one for each answer, sorted.
        server_cpu_seconds: what the server has used of its core meanwhile; NaN if nobody knows.
        own_cpu_seconds: what the load has used of the other.
    """

    seconds: float
    latencies: list[float]
    server_cpu_seconds: float
    own_cpu_seconds: float

    @property
    def seconds_each(self) -> float:
        """Seconds for one answer."""
        return self.seconds / len(self.latencies)

    @property
    def server_share(self) -> float:
        """How much of a core the server has had."""
        return self.server_cpu_seconds / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency, in seconds, that this share of the answers did not exceed."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Take several outcomes for one."""
    return Outcome(
        sum(one.seconds for one in outcomes),
        sorted(latency for one in outcomes for latency in one.latencies),
        sum(one.server_cpu_seconds for one in outcomes),
        sum(one.own_cpu_seconds for one in outcomes),
    )


class Stopwatch:
    """Takes the time of a load, and of the cores that it and its server use."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._of_server, self._own = server.cpu_seconds(), time.process_time()
        self.started = time.perf_counter()

    def outcome(self, latencies: list[float]) -> Outcome:
        """Stop."""
        seconds = time.perf_counter() - self.started
        of_server = self._server.cpu_seconds() - self._of_server
        return Outcome(seconds, sorted(latencies), of_server, time.process_time() - self._own)


def closed_loop(
    server: Server, connections: Sequence[Connection], requests: Sequence[bytes]
) -> Outcome:
    """Send requests, as fast as they are answered.

    Raises:
        WrongAnswer: one was answered with another status than its connection's, or not at all.
    """
    remaining = iter(requests)
    latencies: list[float] = []
    waiting: list[Connection] = []
    now = time.perf_counter
    watch = Stopwatch(server)
    for connection, request in zip(connections, remaining, strict=False):
        connection.since = now()
        connection.send(request)
        waiting.append(connection)
    while waiting:
        for connection in readable(waiting, PATIENCE_SECONDS):
            if not connection.receive():
                continue
            answered = now()
            latencies.append(answered - connection.since)
            following = next(remaining, None)
            if following is None:
                waiting.remove(connection)
            else:
                connection.since = answered
                connection.send(following)
    return watch.outcome(latencies)


@contextmanager
def connected(server: Server, count: int, status: bytes) -> Iterator[list[Connection]]:
    """Open connections on which every answer has this status, and close them with the block.

    Each is from another address, as callers are: a server may count how often one of them asks.
    """
    with ExitStack() as opened:
        yield [
            opened.enter_context(closing(Connection(server.port, status, source)))
            for source in machine.loopback_addresses(count)
        ]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no collection of garbage fall into what is measured."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def readable(waiting: Sequence[Connection], seconds: float) -> list[Connection]:
    """Wait until something has come on one of these connections.

    Raises:
        WrongAnswer: nothing comes for as long as anybody would wait.
    """
    # `select` counts its time-out in microseconds, where that of `epoll` is in milliseconds.
    ready, _, _ = select.select(waiting, (), (), seconds)
    if not ready and seconds >= PATIENCE_SECONDS:
        raise WrongAnswer(f"no answer in {seconds} s")
    return ready

"""Rounds: every way of guarding a route, by turns and in short slices.

A machine changes its pace within tenths of a second. Slices of a twentieth, side by side, tell a
ratio ten times as exactly in the same time as slices of half a second do; and since no two
processes of one program are equally fast, the servers are started several times.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gate.connection import Connection
from benchmarks.gate.load import Outcome, closed_loop, connected, together, undisturbed
from benchmarks.gate.server import Server
from benchmarks.report import Report, ratio

LEAST_SERVER = "least_server_core_share"
GREATEST_LOAD = "greatest_load_core_share"

_CONNECTIONS = 16
_WARM_UP = 6 * _CONNECTIONS
_SLICE_SECONDS = 0.05
# So many slices have enough answers to tell which is the slowest of a hundred.
_BLOCK = 10
_OWN_CORE = 0.9
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One way of guarding the route.

    Attributes:
        requests: makes as many as it is asked for.
        status: what each must be answered with.
    """

    server: Server
    requests: Callable[[int], Sequence[bytes]]
    status: bytes = b"200"


@dataclass(frozen=True, slots=True)
class Slices:
    """What was measured of one way, in the order of the rounds."""

    outcomes: list[Outcome]

    @property
    def seconds_each(self) -> list[float]:
        """Seconds for one answer, by slice."""
        return [outcome.seconds_each for outcome in self.outcomes]

    @property
    def p99(self) -> list[float]:
        """Seconds that 99 of 100 answers did not exceed, by block of slices."""
        starts = range(0, len(self.outcomes), _BLOCK)
        blocks = [together(self.outcomes[start : start + _BLOCK]) for start in starts]
        return [block.percentile(0.99) for block in blocks]

    def rps_over(self, other: "Slices") -> float:
        """Return how many requests are answered for one of the other way."""
        return ratio(other.seconds_each, self.seconds_each)

    def describe(self, name: str, report: Report) -> None:
        """Put the absolute figures into a report."""
        found, middle = self.outcomes, statistics.median
        report.absolute[f"{name}_rps"] = 1 / middle(self.seconds_each)
        report.absolute[f"{name}_p99_ms"] = middle(self.p99) * 1e3
        # Whether it was the server that was measured: its core was busy, and that of the load not.
        of_server = middle(one.server_share for one in found)
        of_load = middle(one.own_cpu_seconds / one.seconds for one in found)
        shares = report.absolute
        if not math.isnan(of_server):
            report.absolute[f"{name}_cpu_us"] = 1e6 * middle(
                one.server_cpu_seconds / len(one.latencies) for one in found
            )
            shares[LEAST_SERVER] = min(of_server, shares.get(LEAST_SERVER, of_server))
        shares[GREATEST_LOAD] = max(of_load, shares.get(GREATEST_LOAD, of_load))


def measure(
    start: Callable[[ExitStack, Path], dict[str, Way]],
    directory: Path,
    *,
    starts: int,
    rounds: int,
) -> dict[str, Slices]:
    """Start the servers several times, and drive each way once a round.

    Args:
        start: starts the servers in a directory of their own; the stack stops them.
        directory: is empty, or has been used here before.
        starts: how often they are started.
        rounds: from one start to the next; a multiple of ten.
    """
    found: dict[str, Slices] = {}
    for number in range(starts):
        own = directory / f"{start.__name__} {number}"
        own.mkdir()
        with ExitStack() as running, undisturbed():
            ways = start(running, own)
            for name in ways:
                found.setdefault(name, Slices([]))
            lanes = {name: _Lane(way, running) for name, way in ways.items()}
            for turn in range(rounds):
                # In turning order, so that no way is always after another.
                for name in lanes if turn % 2 else reversed(lanes):
                    found[name].outcomes.append(lanes[name].slice())
    return found


class _Lane:
    """A way with its open connections."""

    def __init__(self, way: Way, running: ExitStack) -> None:
        self._way = way
        self._connections: list[Connection] = running.enter_context(
            connected(way.server, _CONNECTIONS, way.status)
        )
        self._count = _WARM_UP
        pace = self._once().seconds_each
        self._count = _CONNECTIONS * max(2, round(_SLICE_SECONDS / pace / _CONNECTIONS))

    def slice(self) -> Outcome:
        """Measure for a moment; again, where other work had the server's core.

        What is thrown away is chosen by who had the core, and not by how fast the server was.
        """
        for _ in range(_TRIES):
            outcome = self._once()
            if not outcome.server_share < _OWN_CORE:
                break
        return outcome

    def _once(self) -> Outcome:
        requests = self._way.requests(self._count)
        return closed_loop(self._way.server, self._connections, requests)

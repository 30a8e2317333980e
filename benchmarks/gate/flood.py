"""What honest people feel while somebody sends forged tokens."""

import math
import random
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gate import machine
from benchmarks.gate.caller import Caller, protected
from benchmarks.gate.load import Outcome, closed_loop, connected, together, undisturbed
from benchmarks.gate.open_loop import Arrivals, open_loop
from benchmarks.report import Report, ratio

_CONNECTIONS = 64
_HONEST_SHARE = 0.10
_FORGED_SHARE = 0.25
_SECONDS = 0.5
# So many slices have enough answers to tell which is the slowest of a hundred.
_BLOCK = 4
_BLOCKS = 12
_OTHERS_SHARE = 0.1
_TRIES = 3

OTHERS = "flood_others_core_share"


def measure_flood(report: Report, directory: Path) -> None:
    """Measure what 99 of 100 honest requests wait at most, in quiet and under a flood.

    Honest requests come at a constant rate of a tenth of the capacity; forged ones at a quarter of
    it and at random, as what comes from many places does.
    """
    quiet: list[Outcome] = []
    flooded: list[Outcome] = []
    others: list[float] = []
    with ExitStack() as running:
        caller = running.enter_context(protected("protected", directory))
        scene = _Scene(caller, running)
        running.enter_context(undisturbed())
        for _ in range(_BLOCKS):
            pairs = [scene.pair() for _ in range(_BLOCK)]
            quiet.append(together([pair.quiet for pair in pairs]))
            flooded.append(together([pair.flooded for pair in pairs]))
            others += [pair.others_share for pair in pairs]
    report.ratios["flood_p99_over_quiet"] = ratio(
        [one.percentile(0.99) for one in flooded], [one.percentile(0.99) for one in quiet]
    )
    report.absolute["flood_capacity_rps"] = scene.capacity
    if not math.isnan(others[0]):
        report.absolute[OTHERS] = statistics.median(others)
    _describe("quiet", quiet, report)
    _describe("flood", flooded, report)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What honest people met twice, and how much of a core others had meanwhile."""

    quiet: Outcome
    flooded: Outcome
    others_share: float


class _Scene:
    """Honest people and a forger, each with connections of their own to one server.

    Attributes:
        capacity: requests a second that the server answers when it has nothing else to do.
    """

    def __init__(self, caller: Caller, running: ExitStack) -> None:
        self._caller = caller
        self._honest = running.enter_context(connected(caller.server, _CONNECTIONS, b"200"))
        self._forger = running.enter_context(connected(caller.server, _CONNECTIONS, b"401"))
        slices = [closed_loop(caller.server, self._honest, caller.known(640)) for _ in range(15)]
        self.capacity = 1 / statistics.median(one.seconds_each for one in slices)

    def pair(self) -> _Pair:
        """Measure for a moment without the forger and with it; again, where others were at work."""
        for _ in range(_TRIES):
            started, before = time.perf_counter(), self._of_others()
            quiet, flooded = open_loop(self._caller.server, self._people())[0], self._flooded()
            of_others = self._of_others() - before
            found = _Pair(quiet, flooded, of_others / (time.perf_counter() - started))
            if not found.others_share > _OTHERS_SHARE:
                break
        return found

    def _of_others(self) -> float:
        mine = self._caller.server.cpu_seconds() + time.process_time()
        return machine.cpu_seconds() - mine

    def _flooded(self) -> Outcome:
        # At a constant rate the forged requests would keep step with the honest ones, and always
        # come after them.
        count = int(_SECONDS * self.capacity * _FORGED_SHARE)
        due = sorted(random.uniform(0, _SECONDS) for _ in range(count))  # noqa: S311 - no secrets
        forged = Arrivals(due, self._caller.forged(count), self._forger)
        return open_loop(self._caller.server, self._people(), forged)[0]

    def _people(self) -> Arrivals:
        rate = self.capacity * _HONEST_SHARE
        due = [number / rate for number in range(int(_SECONDS * rate))]
        return Arrivals(due, self._caller.known(len(due)), self._honest)


def _describe(name: str, outcomes: Sequence[Outcome], report: Report) -> None:
    for label, part in (("p50", 0.5), ("p99", 0.99)):
        report.absolute[f"{name}_{label}_ms"] = 1e3 * statistics.median(
            one.percentile(part) for one in outcomes
        )
    share = statistics.median(one.server_share for one in outcomes)
    if not math.isnan(share):
        report.absolute[f"{name}_server_core_share"] = share

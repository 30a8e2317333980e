"""What signed-in people feel while everybody else signs in at once."""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gate.apps.answer import PATH
from benchmarks.gate.connection import Connection, get
from benchmarks.gate.load import Outcome, closed_loop, connected, together, undisturbed
from benchmarks.gate.open_loop import Arrivals, open_loop
from benchmarks.gate.server import Server
from benchmarks.provider.person import signed_up
from benchmarks.provider.servers import gatepost
from benchmarks.report import Report, ratio

_CONNECTIONS = 64
_SIGNING_IN = 8
_SHARE = 0.10
_SECONDS = 2.0
_BLOCKS = 12
_BOTH_CORES = (0, 1)
# More than any server hashes in that time.
_SIGN_INS = 1000


def measure_storm(report: Report, directory: Path) -> None:
    """Measure what 99 of 100 protected requests wait at most, in quiet and in a storm of sign-ins.

    The server has both cores, and the load is on one of them. The requests come at a constant rate
    of a tenth of the capacity; eight people sign in, again and again, as fast as they are let.
    """
    with ExitStack() as running:
        url = f"sqlite:///{directory}/storm.db"
        server = running.enter_context(gatepost(directory, url, cores=_BOTH_CORES))
        scene = _Scene.of(server, running)
        running.enter_context(undisturbed())
        pairs = [(scene.quiet(), scene.storm()) for _ in range(_BLOCKS)]
    quiet, storm = [pair[0] for pair in pairs], [pair[1][0] for pair in pairs]
    sign_ins = together([pair[1][1] for pair in pairs])
    report.ratios["storm_p99_over_quiet"] = ratio(
        [one.percentile(0.99) for one in storm], [one.percentile(0.99) for one in quiet]
    )
    report.absolute["storm_protected_rps"] = scene.rate
    report.absolute["storm_sign_in_rps"] = 1 / sign_ins.seconds_each
    for name, found in (("quiet", quiet), ("storm", storm)):
        for label, part in (("p50", 0.5), ("p99", 0.99)):
            middle = statistics.median(one.percentile(part) for one in found)
            report.absolute[f"{name}_{label}_ms"] = 1e3 * middle


@dataclass(frozen=True, slots=True)
class _Scene:
    """Signed-in people, and others who sign in, each with connections of their own to one server.

    Attributes:
        rate: protected requests a second.
    """

    server: Server
    rate: float
    request: bytes
    sign_in: bytes
    people: Sequence[Connection]
    signing_in: Sequence[Connection]

    @classmethod
    def of(cls, server: Server, running: ExitStack) -> "_Scene":
        """Sign up, and see how much the server can do when it has nothing else to do."""
        person = signed_up(server)
        request = get(PATH, {"Authorization": f"Bearer {person.token()}"})
        people = running.enter_context(connected(server, _CONNECTIONS, b"200"))
        signing_in = running.enter_context(connected(server, _SIGNING_IN, b"200"))
        slices = [closed_loop(server, people, [request] * 640) for _ in range(15)]
        capacity = 1 / statistics.median(one.seconds_each for one in slices)
        return cls(server, capacity * _SHARE, request, person.signing_in(), people, signing_in)

    def quiet(self) -> Outcome:
        """Ask, while nobody signs in."""
        return open_loop(self.server, self._asking())[0]

    def storm(self) -> list[Outcome]:
        """Ask, while people sign in; return what both have met."""
        sign_ins = Arrivals(
            [0.0] * _SIGN_INS, [self.sign_in] * _SIGN_INS, self.signing_in, is_endless=True
        )
        return open_loop(self.server, self._asking(), sign_ins)

    def _asking(self) -> Arrivals:
        due = [number / self.rate for number in range(int(_SECONDS * self.rate))]
        return Arrivals(due, [self.request] * len(due), self.people)

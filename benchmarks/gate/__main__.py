"""`python -m benchmarks.gate`: measure everything, or with `--only` a part of it."""

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.gate.closed import measure_cold, measure_protected, measure_user
from benchmarks.gate.flood import OTHERS, measure_flood
from benchmarks.gate.machine import pin
from benchmarks.gate.peers import measure_peers
from benchmarks.gate.rounds import GREATEST_LOAD, LEAST_SERVER
from benchmarks.report import Report

_STARTS = 3


def _parts(starts: int) -> dict[str, Callable[[Report, Path], None]]:
    return {
        "protected": partial(measure_protected, starts=starts),
        "user": partial(measure_user, starts=starts),
        "cold": partial(measure_cold, starts=starts),
        "peers": measure_peers,
        "flood": measure_flood,
    }


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate", description=__doc__)
    parser.add_argument("--only", choices=_parts(1), help="measure this part, roughly")
    only: str | None = parser.parse_args().only
    report = Report(
        "gate",
        bars={
            "protected_over_bare_p99": 1.15,
            "flood_p99_over_quiet": 2.0,
            GREATEST_LOAD: 0.7,
            OTHERS: 0.2,
        },
        floors={
            "protected_over_bare_rps": 0.95,
            "user_over_dependency_rps": 0.97,
            "cold_over_bare_rps": 0.45,
            LEAST_SERVER: 0.9,
        },
    )
    pin(0, 1)
    with tempfile.TemporaryDirectory() as directory:
        for name, measure in _parts(_STARTS if only is None else 1).items():
            if only in (None, name):
                measure(report, Path(directory))
    report.show()
    if only is None:
        report.write()


if __name__ == "__main__":
    main()

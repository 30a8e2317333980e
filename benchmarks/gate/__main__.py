"""`python -m benchmarks.gate`: measure everything, or with `--only` a part of it."""

from functools import partial

from benchmarks.gate.closed import measure_cold, measure_protected, measure_user
from benchmarks.gate.flood import OTHERS, measure_flood
from benchmarks.gate.peers import measure_peers
from benchmarks.gate.rounds import GREATEST_LOAD, LEAST_SERVER
from benchmarks.parts import Part, measure_parts
from benchmarks.report import Report

_STARTS = 3


def _parts(starts: int) -> dict[str, Part]:
    return {
        "protected": partial(measure_protected, starts=starts),
        "user": partial(measure_user, starts=starts),
        "cold": partial(measure_cold, starts=starts),
        "peers": measure_peers,
        "flood": measure_flood,
    }


def main() -> None:
    """Measure and publish."""
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
    measure_parts(report, _parts, starts=_STARTS, description=str(__doc__))


if __name__ == "__main__":
    main()

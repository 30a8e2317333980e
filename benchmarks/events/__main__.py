"""`python -m benchmarks.events`: a request with events and metrics over one without."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.gate.apps.answer import PATH
from benchmarks.gate.caller import protected
from benchmarks.gate.connection import get
from benchmarks.gate.rounds import GREATEST_LOAD, LEAST_SERVER, Way, measure
from benchmarks.parts import Part, measure_parts
from benchmarks.report import Report

_STARTS = 3
_ROUNDS = 200


def _measure(report: Report, directory: Path, *, starts: int) -> None:
    """Measure requests that are let in, and such as are refused, each of which is an event."""
    found = measure(_ways, directory, starts=starts, rounds=_ROUNDS)
    report.ratios["events_over_none"] = found["none"].rps_over(found["events"])
    report.ratios["refused_over_none"] = found["refused_none"].rps_over(found["refused"])
    for name, slices in found.items():
        slices.describe(name, report)


def _ways(running: ExitStack, directory: Path) -> dict[str, Way]:
    heard = running.enter_context(protected("protected", directory))
    unheard = running.enter_context(protected("unheard", directory))
    return {
        "events": Way(heard.server, heard.known),
        "none": Way(unheard.server, unheard.known),
        "refused": Way(heard.server, _strangers, status=b"401"),
        "refused_none": Way(unheard.server, _strangers, status=b"401"),
    }


def _strangers(count: int) -> list[bytes]:
    return [get(PATH, {})] * count


def _parts(starts: int) -> dict[str, Part]:
    return {"requests": partial(_measure, starts=starts)}


def main() -> None:
    """Measure and publish."""
    report = Report(
        "events",
        bars={"events_over_none": 1.03, GREATEST_LOAD: 0.7},
        floors={LEAST_SERVER: 0.9},
    )
    measure_parts(report, _parts, starts=_STARTS, description=str(__doc__))


if __name__ == "__main__":
    main()

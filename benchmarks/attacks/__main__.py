"""`python -m benchmarks.attacks`: run every tool on every app, and count what each has found."""

import argparse
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.attacks.comparison import details, fill, stand, table
from benchmarks.attacks.holes import Hole, read_holes
from benchmarks.attacks.kit import GATEPOST
from benchmarks.attacks.offat import OFFAT
from benchmarks.attacks.runs import all_runs, make
from benchmarks.attacks.schemathesis import SCHEMATHESIS
from benchmarks.attacks.target import Planted
from benchmarks.report import Report

_TOOLS = {tool.name: tool for tool in (GATEPOST, SCHEMATHESIS, OFFAT)}


def _names(text: str) -> list[str]:
    return text.split(",")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attacks", description=__doc__)
    parser.add_argument("--tools", type=_names, help=f"of {','.join(_TOOLS)}: all of them")
    parser.add_argument("--apps", type=_names, help="all of the corpus")
    parser.add_argument("--holes", type=_names, help="all of these apps")
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time: 1")
    parser.add_argument("--kept", type=Path, help="where results are kept, and taken from")
    return parser.parse_args()


def _wanted(apps: Sequence[str] | None, names: Sequence[str] | None) -> list[Hole]:
    every = read_holes()
    known = {hole.name for hole in every} | {hole.app for hole in every}
    if unknown := {*(apps or ()), *(names or ())} - known:
        raise SystemExit(f"not in the corpus: {', '.join(sorted(unknown))}")
    return [
        hole
        for hole in every
        if (apps is None or hole.app in apps) and (names is None or hole.name in names)
    ]


def main() -> None:
    """Run, print the table and, where nothing was left out, write the figures."""
    told = _arguments()
    # Stopped either way it ends with the run that is going on, and leaves no server behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    holes = _wanted(told.apps, told.holes)
    chosen = told.tools or list(_TOOLS)
    if unknown := set(chosen) - _TOOLS.keys():
        raise SystemExit(f"no such tool: {', '.join(sorted(unknown))}")
    tools = [_TOOLS[name] for name in chosen]
    apps = dict.fromkeys(hole.app for hole in holes)
    runs = all_runs(tools, apps, [Planted(hole.app, hole.name) for hole in holes])
    with tempfile.TemporaryDirectory() as directory:
        made = make(runs, (told.kept or Path(directory)).absolute(), jobs=told.jobs)
    standings = {tool.name: stand(tool.name, made, holes) for tool in tools}
    bars = {"gatepost_alarms": 0.0, **{f"{name}_runs_without_report": 0.0 for name in chosen}}
    report = Report("attacks", bars=bars, floors={"gatepost_found": 1})
    fill(report, standings, holes)
    print(table(standings, holes))
    print(details(standings, holes))
    report.show()
    if told.apps is told.holes is told.tools is None:
        report.write()


if __name__ == "__main__":
    main()

"""What each tool found of what was planted, and what it found where nothing was."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.attacks.findings import Finding
from benchmarks.attacks.holes import Hole
from benchmarks.attacks.runs import Made
from benchmarks.attacks.target import Planted
from benchmarks.report import Report


@dataclass(frozen=True, slots=True)
class Found:
    """How far a tool got with one hole.

    Attributes:
        anywhere: something is reported that is not reported of the clean twin.
        at_route: and it is where the hole is.
    """

    at_route: bool
    anywhere: bool


def found(hole: Hole, planted: Iterable[Finding], clean: Iterable[Finding]) -> Found:
    """Compare what is reported of an app with a hole with what is reported of its clean twin.

    Whatever is new counts, also what has another name than the hole would have: no tool is asked to
    know why something is wrong.

    Args:
        hole: which was planted.
        planted: reported with it.
        clean: reported without it.
    """
    new = set(planted) - set(clean)
    return Found(at_route=any(one.route == hole.route for one in new), anywhere=bool(new))


@dataclass(slots=True)
class Standing:
    """How one tool did.

    Attributes:
        found: by hole.
        alarms: what it reported of clean twins, by app, each time.
        seconds: of each run.
        troubles: of runs without a report.
    """

    found: dict[Hole, Found] = field(default_factory=dict)
    alarms: dict[str, list[set[Finding]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def alarm_count(self) -> float:
        """How many different things are reported of all clean twins: the mean of the times."""
        return sum(statistics.mean(map(len, times)) for times in self.alarms.values())

    def count(self, holes: Iterable[Hole]) -> tuple[int, int]:
        """Return how many of some holes were found at the route, and anywhere."""
        how = [self.found[hole] for hole in holes]
        return sum(one.at_route for one in how), sum(one.anywhere for one in how)


def stand(tool: str, made: Iterable[Made], holes: Sequence[Hole]) -> Standing:
    """Say how a tool did by all of its runs.

    Args:
        tool: its name.
        made: runs, of others too.
        holes: those that were planted.
    """
    standing = Standing()
    reported: dict[Planted, list[set[Finding]]] = {}
    for one in made:
        if one.run.tool.name != tool:
            continue
        reported.setdefault(one.run.planted, []).append(one.findings)
        standing.seconds.append(one.outcome.seconds)
        if one.outcome.trouble:
            standing.troubles.append(f"{one.run.kept_as}: {one.outcome.trouble}")
    for hole in holes:
        clean = reported[Planted(hole.app, None)]
        standing.alarms[hole.app] = clean
        (planted,) = reported[Planted(hole.app, hole.name)]
        standing.found[hole] = found(hole, planted, set[Finding]().union(*clean))
    return standing


def fill(report: Report, standings: dict[str, Standing], holes: Sequence[Hole]) -> None:
    """Put what was counted into a report."""
    report.absolute["holes"] = len(holes)
    for name, standing in standings.items():
        at_route, anywhere = standing.count(holes)
        report.ratios[f"{name}_found"] = at_route / len(holes)
        report.ratios[f"{name}_found_anywhere"] = anywhere / len(holes)
        report.ratios[f"{name}_alarms"] = standing.alarm_count
        report.absolute[f"{name}_median_seconds"] = statistics.median(standing.seconds)
        report.absolute[f"{name}_runs_without_report"] = len(standing.troubles)


def table(standings: dict[str, Standing], holes: Sequence[Hole]) -> str:
    """Return a row for each family in Markdown: found by each tool at the route / anywhere."""
    families = Counter(hole.family for hole in holes)
    rows = [["family", "holes", *standings]]
    for family, count in families.items():
        of_family = [hole for hole in holes if hole.family == family]
        rows.append([family, str(count), *_cells(standings, of_family)])
    rows.append(["all", str(len(holes)), *_cells(standings, holes)])
    alarms = [f"{standing.alarm_count:g}" for standing in standings.values()]
    rows.append(["alarms on clean twins", f"{len({hole.app for hole in holes})} apps", *alarms])
    seconds = [f"{statistics.median(standing.seconds):.0f}" for standing in standings.values()]
    rows.append(["seconds for a run", "", *seconds])
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in rows)


def _cells(standings: dict[str, Standing], holes: Sequence[Hole]) -> list[str]:
    counted = (standing.count(holes) for standing in standings.values())
    return [f"{at_route} / {anywhere}" for at_route, anywhere in counted]


def details(standings: dict[str, Standing], holes: Sequence[Hole]) -> str:
    """Return which holes each tool did not find at the route, and its alarms by kind."""
    lines = []
    for name, standing in standings.items():
        missed = [hole.name for hole in holes if not standing.found[hole].at_route]
        alarms = (set[Finding]().union(*times) for times in standing.alarms.values())
        kinds = Counter(alarm.kind for of_app in alarms for alarm in of_app)
        lines.append(f"{name} missed: {', '.join(missed) or 'nothing'}")
        told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        lines.append(f"{name} alarms: {told or 'none'}")
        lines += [f"{name} without a report: {trouble}" for trouble in standing.troubles]
    return "\n".join(lines)

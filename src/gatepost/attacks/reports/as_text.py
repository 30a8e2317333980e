"""The report for a terminal: what got in by route, and then what is to be known of the rest."""

from collections.abc import Iterator
from itertools import groupby

from rich.console import Console, Group
from rich.text import Text

from gatepost.attacks.advice import Advice
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.report import Report, ShownTrial, remarks
from gatepost.attacks.reports.route_states import RouteReport

_MOST_ROUTES = 12


def print_report(report: Report, console: Console) -> None:
    """Print the report; Rich colours on a terminal only."""
    console.print(Group(*_lines(report)), soft_wrap=True)


def _lines(report: Report) -> Iterator[Text]:
    for heading, style, trials in (
        ("What got in", "bold red", report.new),
        ("Known before, of the baseline", "bold", report.known),
        ("Remarks: nothing got in, and the answer is not the one that is owed", "bold yellow",
         report.of(Outcome.REMARK)),
    ):  # fmt: skip
        if trials:
            yield Text()
            yield Text(heading, style)
            yield from _by_route(trials, in_full=trials is report.new or trials == report.new)
    if report.gone:
        yield Text("\nGone since the baseline; --update-baseline takes them out", "bold green")
        for each in report.gone:
            yield Text(f"  {each.attack}  {each.method} {each.path}")
    yield from _untried(report.untried)
    for warning in report.warnings:
        yield Text(f"\nThe attack file: {warning}", "yellow")
    yield from _closing(report)


def _by_route(trials: tuple[ShownTrial, ...], *, in_full: bool) -> Iterator[Text]:
    told: set[Advice] = set()
    for route, those in groupby(sorted(trials, key=_route), key=_route):
        of_route = list(those)
        place = of_route[0].place
        yield Text.assemble("\n  ", (route, "bold"), f"   {place}" if place else "")
        for trial in of_route:
            yield Text(f"    {trial.attack.id} {trial.attack.name}: {trial.says}")
            if in_full:
                for exchange in trial.exchanges:
                    by = exchange.by or "nobody"
                    sent = f"{exchange.method} {exchange.target[:100]}"
                    yield Text(f"        as {by}: {sent} is answered {exchange.status}", "dim")
                if trial.advice not in told:
                    told.add(trial.advice)
                    yield Text(f"        To mend it: {trial.advice.fix}", "dim")


def _route(trial: ShownTrial) -> str:
    return trial.route


def _untried(routes: tuple[RouteReport, ...]) -> Iterator[Text]:
    if not routes:
        return
    yield Text("\nOf these routes nothing can be said; each has an attack that could not be made",
        "bold yellow")  # fmt: skip
    for route in routes[:_MOST_ROUTES]:
        yield Text.assemble("  ", (str(route), "bold"), f"   {route.reason}")
    if len(routes) > _MOST_ROUTES:
        yield Text(f"  … and {len(routes) - _MOST_ROUTES} more, which the other reports list")


def _closing(report: Report) -> Iterator[Text]:
    counts = report.counts
    told = ", ".join(
        f"{counts[outcome]} {name}"
        for outcome, name in (
            (Outcome.REFUSED, "refused"),
            (Outcome.REMARK, remarks(counts[Outcome.REMARK])),
            (Outcome.INCONCLUSIVE, "inconclusive"),
            (Outcome.NOT_RUN, "not run"),
        )
        if counts[outcome] or outcome is Outcome.REFUSED
    )
    yield Text(
        f"\n{counts['trials']} attacks on {len(report.routes)} routes of {report.target}, by "
        f"{report.requests} requests in {report.seconds:.0f} s: {told}."
    )
    if report.stopped:
        yield Text(f"Not everything was tried: {report.stopped}.", "yellow")
    if report.left is not None and (report.left.rows_left or report.left.people_left):
        yield Text(
            "Still there, for the app has no way to delete them: "
            f"{report.left.people_left} accounts and {report.left.rows_left} rows of the attack."
        )
    new, known = len(report.new), len(report.known)
    before, newly = (f", {known} known before", "new ") if known else ("", "")
    if new:
        yield Text(f"{new} got in{before}.", "bold red")
    elif report.untried or report.stopped:
        yield Text(f"Nothing {newly}got in{before}, and not everything was tried.", "bold yellow")
    else:
        yield Text(f"Nothing {newly}got in{before}.", "bold green")

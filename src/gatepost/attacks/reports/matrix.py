"""The matrix of routes and families of attacks."""

from collections import defaultdict
from html import escape

from gatepost.attacks.catalogue.attack import Family
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.html_parts import trial_anchor
from gatepost.attacks.reports.report import Report, ShownTrial, remarks

_NOTHING = (Outcome.NOT_APPLICABLE,)

_Cells = defaultdict[tuple[str, Family], list[ShownTrial]]


def matrix(report: Report) -> str:
    """Return the table; a cell says the worst of its trials, and how many there are of it."""
    cells: _Cells = defaultdict(list)
    for trial in report.trials:
        if trial.outcome not in _NOTHING:
            cells[trial.route, trial.family].append(trial)
    families = [each for each in Family if any(family is each for _, family in cells)]
    attacked = dict.fromkeys(each.route for each in report.trials)
    routes = [str(each) for each in report.routes if str(each) in attacked]
    routes += [each for each in attacked if each not in routes]
    head = "".join(f"<th>{escape(each.value.capitalize())}</th>" for each in families)
    rows = "".join(_row(route, families, cells) for route in routes)
    return (
        "<div class='wide'><table>\n"
        f"<thead><tr><th>Route</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(route: str, families: list[Family], cells: _Cells) -> str:
    told = "".join(_cell(cells[route, family]) for family in families)
    return f"<tr><th><code>{escape(route)}</code></th>{told}</tr>\n"


def _cell(trials: list[ShownTrial]) -> str:
    new = [each for each in trials if each.is_new]
    if new:
        return f'<td class="cell bad">{_linked(new, "got in")}</td>'
    for outcome, text, style in (
        (Outcome.FINDING, "known", ""),
        (Outcome.INCONCLUSIVE, "inconclusive", "odd"),
        (Outcome.NOT_RUN, "not run", "odd"),
        (Outcome.REMARK, "", "odd"),
        (Outcome.REFUSED, "refused", "good"),
    ):
        those = [each for each in trials if each.outcome is outcome]
        if those:
            has_article = outcome in {Outcome.FINDING, Outcome.REMARK}
            told = (
                _linked(those, text or remarks(len(those)))
                if has_article
                else f"{len(those)} {text}"
            )
            return f'<td class="cell {style}">{told}</td>'
    return '<td class="cell"></td>'


def _linked(trials: list[ShownTrial], text: str) -> str:
    return f'<a href="#{trial_anchor(trials[0])}">{len(trials)} {text}</a>'

"""The report as one HTML page: nothing is loaded from elsewhere, and no script is in it.

There is no time in it, and no count of requests: where nothing has changed, no byte does, so that
it can be committed.
"""

from html import escape
from importlib.resources import files

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.html_parts import anchor, article, listed
from gatepost.attacks.reports.matrix import matrix
from gatepost.attacks.reports.report import Report, remarks
from gatepost.attacks.reports.route_states import RouteReport, RouteState

# What an app answers is hostile: should any of it be markup after all, nothing of it is run or
# fetched.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(report: Report) -> str:
    """Return the page."""
    style = files("gatepost.attacks.reports").joinpath("page.css").read_text("utf-8")
    title = f"Attack on {escape(report.target)}"
    parts = (
        _summary(report, title),
        _trials(report, "What got in", Outcome.FINDING, known=False),
        _trials(report, "Known before", Outcome.FINDING, known=True),
        _gone(report),
        _untried(report),
        f"<h2 id='matrix'>Routes and attacks</h2>{matrix(report)}",
        _trials(report, "Remarks", Outcome.REMARK, known=False),
        _inconclusive(report),
        _waived(report),
    )
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<style>\n{style}</style></head>\n<body>\n{''.join(parts)}</body></html>\n"
    )


def _summary(report: Report, title: str) -> str:
    counts = report.counts
    attacked = sum(each.state is RouteState.ATTACKED for each in report.routes)
    odd = counts[Outcome.REMARK]
    told = (
        (len(report.new), "got in", "bad" if report.new else "good"),
        (len(report.known), "known before", ""),
        (odd, remarks(odd), "odd" if odd else ""),
        (
            counts[Outcome.INCONCLUSIVE],
            "inconclusive",
            "odd" if counts[Outcome.INCONCLUSIVE] else "",
        ),
        (counts[Outcome.NOT_RUN], "not run", "odd" if counts[Outcome.NOT_RUN] else ""),
        (counts[Outcome.REFUSED], "refused", "good"),
        (attacked, f"of {len(report.routes)} routes attacked", ""),
    )
    boxes = "".join(
        f'<li class="{style}"><b>{number}</b> {text}</li>\n' for number, text, style in told
    )
    stopped = (
        f"<p>Not everything was tried: {escape(report.stopped)}.</p>" if report.stopped else ""
    )
    warnings = listed(escape(text) for text in report.warnings)
    return (
        f"<header><h1>{title}</h1>\n<p class='quiet'>Each attack is first made as the owner, who "
        "must be granted it; then as somebody else, who must not. Secrets stand as the names of "
        f"shell variables.</p></header>\n<ul class='counts'>\n{boxes}</ul>\n{stopped}{warnings}"
    )


def _trials(report: Report, heading: str, outcome: Outcome, *, known: bool) -> str:
    trials = [each for each in report.of(outcome) if each.known == known]
    if not trials:
        return ""
    articles = "".join(article(each) for each in trials)
    return f"<h2 id='{anchor(heading)}'>{heading}</h2>\n{articles}"


def _gone(report: Report) -> str:
    gone = [
        f"{each.attack} on <code>{escape(f'{each.method} {each.path}'.strip()) or 'the app'}</code>"
        for each in report.gone
    ]
    return f"<h2>Gone since the baseline</h2>\n{listed(gone)}" if gone else ""


def _untried(report: Report) -> str:
    return _routes("Of these nothing can be said", report.untried)


def _waived(report: Report) -> str:
    others = {RouteState.WAIVED, RouteState.LEFT_OUT}
    return _routes(
        "Not attacked, and why", tuple(each for each in report.routes if each.state in others)
    )


def _routes(heading: str, routes: tuple[RouteReport, ...]) -> str:
    if not routes:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(str(each))}</code></td><td>{each.state.value}</td>"
        f"<td>{escape(each.reason)}</td></tr>\n"
        for each in routes
    )
    return (
        f"<h2>{heading}</h2>\n<div class='wide'><table><thead><tr><th>Route</th><th>State</th>"
        f"<th>Reason</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )


def _inconclusive(report: Report) -> str:
    trials = report.of(Outcome.INCONCLUSIVE)
    if not trials:
        return ""
    said = listed(
        f"{escape(f'{each.attack.id} {each.attack.name}')} on "
        f"<code>{escape(each.route)}</code>: {escape(each.says)}"
        for each in trials
    )
    return (
        f"<h2>Inconclusive attacks</h2>\n<details><summary>{len(trials)}</summary>{said}"
        "</details>\n"
    )

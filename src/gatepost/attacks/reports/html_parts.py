"""The parts of the HTML page: what is said of one trial."""

import re
from collections.abc import Iterable
from html import escape

from gatepost.attacks.catalogue.top_ten import TOP_TEN
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.exchanges import ShownExchange
from gatepost.attacks.reports.report import ShownTrial

_CWE = "https://cwe.mitre.org/data/definitions/{}.html"


def anchor(*texts: str) -> str:
    """Return what a link within the page goes to."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(texts).lower()).strip("-")


def trial_anchor(trial: ShownTrial) -> str:
    """Return what a link to a trial goes to."""
    return anchor(trial.attack.id, trial.route)


def listed(items: Iterable[str]) -> str:
    """Return a list of texts that are escaped already; nothing where there are none."""
    told = "".join(f"<li>{each}</li>\n" for each in items)
    return f"<ul>\n{told}</ul>\n" if told else ""


def article(trial: ShownTrial) -> str:
    """Return what is said of one trial."""
    attack = trial.attack
    style = "is-known" if trial.known else "is-odd" if trial.outcome is Outcome.REMARK else ""
    facts = [
        ("Route", f"<code>{escape(trial.route)}</code>"),
        ("Why it matters", escape(trial.advice.why)),
        ("How to mend it", escape(trial.advice.fix)),
        ("Weakness", _weakness(trial)),
        ("Owed", f"{escape(attack.expected.value)} ({escape(attack.source)})"),
    ]
    if trial.place is not None:
        facts.insert(1, ("Code", f"<code>{escape(str(trial.place))}</code>"))
    if attack.does:
        facts.insert(0, ("Attack", escape(attack.does)))
    told = "".join(f"<dt>{name}</dt><dd>{text}</dd>\n" for name, text in facts)
    is_open = " open" if trial.is_new else ""
    # Requests differ from run to run; those of a remark are in the JSON report.
    shown = trial.exchanges if trial.outcome is Outcome.FINDING else ()
    exchanges = "".join(_exchange(each, is_open) for each in shown)
    code = f"<pre>{escape(trial.code)}</pre>\n" if trial.code else ""
    return (
        f'<article class="{style}" id="{trial_anchor(trial)}">\n'
        f"<h3>{escape(attack.id)} {escape(attack.name)}</h3>\n<p>{escape(trial.says)}</p>\n"
        f"<dl>\n{told}</dl>\n{code}{exchanges}</article>\n"
    )


def _weakness(trial: ShownTrial) -> str:
    texts = [f"{trial.top_ten} {TOP_TEN[trial.top_ten]}"]
    if trial.cwe:
        texts.insert(0, f'<a href="{_CWE.format(trial.cwe)}">CWE-{trial.cwe}</a>')
    if trial.attack.asvs:
        texts.append(f"OWASP ASVS 5.0, {escape(trial.attack.asvs)}")
    return ", ".join(texts)


def _exchange(exchange: ShownExchange, is_open: str) -> str:
    by = escape(exchange.by.capitalize() or "Nobody")
    return (
        f"<details{is_open}><summary>{by}: "
        f"<code>{escape(f'{exchange.method} {exchange.target[:200]}')}</code> is answered "
        f"{exchange.status}</summary>\n"
        f"<pre>{escape(exchange.request_text)}</pre>\n<pre>{escape(exchange.answer_text)}</pre>\n"
        f"</details>\n<pre class='wrapped'>{escape(exchange.curl)}</pre>\n"
    )

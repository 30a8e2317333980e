"""The report as JSON, for programs."""

import json

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.exchanges import ShownExchange
from gatepost.attacks.reports.places import ShownPlace
from gatepost.attacks.reports.report import VERSION, Report, ShownTrial
from gatepost.attacks.reports.route_states import RouteReport

_TOLD = (Outcome.FINDING, Outcome.INCONCLUSIVE, Outcome.REMARK)


def as_json(report: Report) -> str:
    """Return the report; what was refused is in its counts alone."""
    left = report.left
    return (
        json.dumps(
            {
                "version": VERSION,
                "target": report.target,
                "seconds": round(report.seconds, 3),
                "requests": report.requests,
                "stopped": report.stopped,
                "counts": report.counts,
                "routes": [_route(each) for each in report.routes],
                "findings": [_trial(each) for each in report.of(*_TOLD)],
                "gone": [
                    {"attack": each.attack, "method": each.method, "path": each.path}
                    for each in report.gone
                ],
                "warnings": report.warnings,
                "left": None
                if left is None
                else {"rows": left.rows_left, "people": left.people_left},
            },
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
    )


def _route(route: RouteReport) -> dict[str, object]:
    return {
        "method": route.method,
        "path": route.path,
        **_place(route.place),
        "in_schema": route.in_schema,
        "state": route.state.value,
        "reason": route.reason,
    }


def _trial(trial: ShownTrial) -> dict[str, object]:
    return {
        "attack": trial.attack.id,
        "name": trial.attack.name,
        "family": trial.family.value,
        "method": trial.method or None,
        "path": trial.path or None,
        "outcome": trial.outcome.value,
        "known": trial.known,
        "says": trial.says,
        "why": trial.advice.why,
        "fix": trial.advice.fix,
        "cwe": trial.cwe,
        "asvs": trial.attack.asvs or None,
        "api_top10": trial.top_ten,
        "source": trial.attack.source,
        **_place(trial.place),
        "exchanges": [_exchange(each) for each in trial.exchanges],
    }


def _place(place: ShownPlace | None) -> dict[str, object]:
    if place is None:
        return {"file": None, "line": None}
    return {"file": place.file, "line": place.line}


def _exchange(exchange: ShownExchange) -> dict[str, object]:
    return {
        "by": exchange.by or None,
        "request": {
            "method": exchange.method,
            "target": exchange.target,
            "headers": exchange.fields,
            "body": exchange.body,
        },
        "answer": {
            "status": exchange.status,
            "headers": exchange.answer_fields,
            "body": exchange.answer_body,
        },
        "curl": exchange.curl,
    }

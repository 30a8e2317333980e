"""The report as JUnit XML: each attack on each route is a test, in a suite for each route."""

import re
from collections import defaultdict
from xml.etree import ElementTree as ET

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.report import Report, ShownTrial

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot have, section 2.2."""

_SKIPPED = {Outcome.INCONCLUSIVE, Outcome.NOT_RUN, Outcome.NOT_APPLICABLE}


def as_junit(report: Report) -> str:
    """Return the report; what is known is skipped, and only what is new fails."""
    by_route: defaultdict[str, list[ShownTrial]] = defaultdict(list)
    for trial in report.trials:
        by_route[trial.route].append(trial)
    root = ET.Element("testsuites", {"name": "gatepost attack", **_totals(report.trials)})
    for route, trials in by_route.items():
        suite = ET.SubElement(root, "testsuite", {"name": _clean(route), **_totals(trials)})
        for trial in trials:
            suite.append(_case(trial))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _totals(trials: tuple[ShownTrial, ...] | list[ShownTrial]) -> dict[str, str]:
    return {
        "tests": str(len(trials)),
        "failures": str(sum(each.is_new for each in trials)),
        "errors": "0",
        "skipped": str(sum(_is_skipped(each) for each in trials)),
        "time": f"{sum(each.seconds for each in trials):.3f}",
    }


def _is_skipped(trial: ShownTrial) -> bool:
    return trial.known or trial.outcome in _SKIPPED


def _case(trial: ShownTrial) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": _clean(f"gatepost.{trial.family.value}.{trial.route}"),
            "name": _clean(f"{trial.attack.id} {trial.attack.name}"),
            "time": f"{trial.seconds:.3f}",
        },
    )
    if trial.place is not None:
        case.set("file", _clean(trial.place.file))
        case.set("line", str(trial.place.line))
    if trial.is_new:
        failure = ET.SubElement(
            case, "failure", {"message": _clean(trial.says), "type": _of(trial)}
        )
        failure.text = _clean(_details(trial))
    elif _is_skipped(trial):
        why = "known: " if trial.known else f"{trial.outcome.value}: "
        ET.SubElement(case, "skipped", {"message": _clean(why + trial.says)})
    elif trial.outcome is Outcome.REMARK:
        ET.SubElement(case, "system-out").text = _clean(f"remark: {trial.says}")
    return case


def _of(trial: ShownTrial) -> str:
    return f"CWE-{trial.cwe}"


def _details(trial: ShownTrial) -> str:
    sent = [f"{each.curl}\n{each.answer_text}" for each in trial.exchanges]
    return "\n\n".join([trial.says, trial.advice.why, f"To mend it: {trial.advice.fix}", *sent])


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)

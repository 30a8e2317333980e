"""The report as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change."""

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.reports.report import Report, ShownTrial

_SPECIFICATION = "https://docs.oasis-open.org/sarif/sarif/v2.1.0"
_SCHEMA = f"{_SPECIFICATION}/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Outcome.FINDING: "error", Outcome.REMARK: "note"}
_WORSE = {
    "API1:2023": "8.1",
    "API2:2023": "9.1",
    "API3:2023": "7.1",
    "API5:2023": "8.8",
    "API7:2023": "8.6",
}
"""Scores of CVSS 3.1, by which code hosts sort: over the network, by somebody signed in."""
_SCORE = "5.3"


def as_sarif(report: Report) -> str:
    """Return the report: what got in as errors, remarks as notes, by file and line."""
    told = report.of(*_LEVELS)
    rules = list({each.attack.id: each for each in told}.values())
    places = {each.attack.id: index for index, each in enumerate(rules)}
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "gatepost attack",
                "semanticVersion": _version(),
                "rules": [_rule(each) for each in rules],
            }
        },
        "automationDetails": {"id": f"gatepost-attack/{report.target}"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.stopped,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": text}}
                    for text in (*report.warnings, *filter(None, [report.stopped]))
                ],
            }
        ],
        "results": [_result(each, places[each.attack.id]) for each in told],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(trial: ShownTrial) -> dict[str, object]:
    attack, advice = trial.attack, trial.advice
    references = [f"CWE-{trial.cwe}", trial.top_ten, attack.source]
    if attack.asvs:
        references.append(f"OWASP ASVS 5.0, {attack.asvs}")
    return {
        "id": attack.id,
        "name": "".join(word.capitalize() for word in attack.name.split()),
        "shortDescription": {"text": f"{attack.name}: something got in"},
        "fullDescription": {"text": advice.why},
        "help": {
            "text": f"{advice.why}\n\nTo mend it: {advice.fix}\n\n{'; '.join(references)}",
            "markdown": f"{advice.why}\n\n**To mend it.** {advice.fix}\n\n{'; '.join(references)}",
        },
        "defaultConfiguration": {"level": _LEVELS[trial.outcome]},
        "properties": {
            "tags": ["security", f"external/cwe/cwe-{trial.cwe:03}", trial.top_ten],
            "security-severity": _WORSE.get(trial.top_ten, _SCORE),
        },
    }


def _result(trial: ShownTrial, index: int) -> dict[str, object]:
    location: dict[str, object] = {
        "logicalLocations": [{"fullyQualifiedName": trial.route, "kind": "function"}]
    }
    # A file of a library is no file of the repository, where a code host would look for it.
    if trial.place is not None and trial.place.is_ours:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": trial.place.file, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": trial.place.line},
        }
    known = f"{trial.attack.id}|{trial.method}|{trial.path}"
    return {
        "ruleId": trial.attack.id,
        "ruleIndex": index,
        "level": _LEVELS[trial.outcome],
        "message": {"text": f"{trial.route}: {trial.says}. {trial.advice.fix}"},
        "locations": [location],
        "partialFingerprints": {
            "gatepostAttack/v1": hashlib.sha256(known.encode()).hexdigest()[:32]
        },
        "baselineState": "unchanged" if trial.known else "new",
        "properties": {"curl": [each.curl for each in trial.exchanges]},
    }


def _version() -> str:
    try:
        return version("gatepost")
    except PackageNotFoundError:
        return "0.0.0"

"""Gatepost's own attack kit, in process, as `gatepost attack app:app` runs it."""

import sys
from pathlib import Path

from pydantic import BaseModel

from benchmarks.attacks.commands import run
from benchmarks.attacks.findings import Finding, Outcome, Tool
from benchmarks.attacks.holes import Route, attack_file, import_string
from benchmarks.attacks.target import Planted

_SECONDS = 600
_SOURCE = Path(__file__).parents[2] / "src" / "gatepost" / "attacks"


class _Finding(BaseModel):
    attack: str
    method: str | None
    path: str | None
    outcome: str


class _Report(BaseModel):
    findings: list[_Finding]


def _attack(planted: Planted, directory: Path) -> Outcome:
    written = directory / "out.json"
    command = [sys.executable, "-m", "gatepost", "attack"]
    command += [import_string(planted.app), "--file", str(attack_file(planted.app))]
    command += ["--json", str(written), "--no-input"]
    ended = run(command, directory, seconds=_SECONDS, environment=planted.environment)
    if not written.exists():
        return Outcome(seconds=ended.seconds, trouble=ended.trouble)
    return Outcome(report=written.read_text(), seconds=ended.seconds)


def read(report: str) -> set[Finding]:
    """Return what the kit says got in; remarks and what it could not tell are no findings.

    What is about no one route, such as a cookie's flags, is found anywhere and at none.

    Raises:
        pydantic.ValidationError: it is no report of the kit.
    """
    return {
        Finding(found.attack, Route.named(found.method or "", found.path or ""))
        for found in _Report.model_validate_json(report).findings
        if found.outcome == "finding"
    }


_VERSION = [path for kind in ("*.py", "*.toml", "*.json") for path in sorted(_SOURCE.rglob(kind))]
GATEPOST = Tool("gatepost", _attack, read, _VERSION)

"""Schemathesis: every check and every phase, with two people whose objects are to stay apart."""

import json
from pathlib import Path
from urllib.parse import urlencode

from pydantic import BaseModel, JsonValue

from benchmarks.attacks.attack_files import Asked
from benchmarks.attacks.commands import run
from benchmarks.attacks.environment import BIN, LOCK
from benchmarks.attacks.findings import Finding, Outcome, Tool
from benchmarks.attacks.holes import Route
from benchmarks.attacks.people import Person
from benchmarks.attacks.target import LEAVING, Planted, Target, serving

# A run is bounded by examples and not by `--max-time`, so that what it finds does not depend on how
# busy the machine is. 100 an operation is the tool's own choice; on these apps it takes 20 to 50 s.
_EXAMPLES = 100
_SEED = 8
# For a run that hangs.
_SECONDS = 600


class _Failure(BaseModel):
    type: str
    operations: list[str]


class _Report(BaseModel):
    stop_reason: str
    failures: list[_Failure]


def _attack(planted: Planted, directory: Path) -> Outcome:
    with serving(planted, directory) as target:
        command = [str(BIN / "schemathesis"), "run", str(target.openapi), *_options(target)]
        ended = run(command, directory, seconds=_SECONDS)
    written = directory / "report.json"
    if not written.exists() or not _finished(written):
        return Outcome(seconds=ended.seconds, trouble=ended.trouble)
    return Outcome(report=written.read_text(), seconds=ended.seconds)


def _finished(written: Path) -> bool:
    return _Report.model_validate_json(written.read_text()).stop_reason != "error"


def _options(target: Target) -> list[str]:
    """Say who signs in, and choose; what is written here beside the target is in its directory."""
    entries = [_entry(person) for person in target.people]
    (target.directory / "people.json").write_text(json.dumps({"auth": entries}))
    # It replays what one of these has read as the other: `object_level_authorization`.
    settings = '[auth.wfc]\npath = "people.json"\npeers = ["alice", "bob"]\n'
    (target.directory / "schemathesis.toml").write_text(settings)
    options = ["--url", target.url, "--checks", "all", "--seed", str(_SEED)]
    options += ["--max-examples", str(_EXAMPLES), "--continue-on-failure", "--no-color"]
    # A schema that is hard to generate for is no reason to leave an operation out.
    options += ["--suppress-health-check", "all", "--generation-database", "none"]
    options += ["--report", "json", "--report-json-path", "report.json"]
    # It signs in again after it has signed out; from having left there is no way back.
    for left_out in (LEAVING, *target.file.waived):
        options += ["--exclude-name", left_out]
    return options


def _entry(person: Person) -> dict[str, JsonValue]:
    """Tell how one person signs in: again when told 401, where there is a way, or once for all."""
    if person.sign_in is None:
        fixed: list[JsonValue] = [{"name": n, "value": v} for n, v in person.headers.items()]
        return {"name": person.name, "fixedHeaders": fixed}
    return {"name": person.name, "loginEndpointAuth": _login(person.sign_in)}


def _login(asked: Asked) -> dict[str, JsonValue]:
    kind = "application/x-www-form-urlencoded" if asked.form else "application/json"
    payload = urlencode(asked.body) if asked.form else json.dumps(asked.body)
    login: dict[str, JsonValue] = {"endpoint": asked.path, "verb": asked.method}
    login |= {"contentType": kind, "payloadRaw": payload}
    if asked.token is None:
        return {**login, "expectCookies": True}
    token: dict[str, JsonValue] = {
        "extractFrom": "body",
        "extractSelector": "/" + asked.token.replace(".", "/"),
        "sendIn": "header",
        "sendName": "Authorization",
        "sendTemplate": "Bearer {token}",
    }
    return {**login, "token": token}


def read(report: str) -> set[Finding]:
    """Return every failure of every check, security or not, at each operation that has it.

    Raises:
        pydantic.ValidationError: it is no report of Schemathesis.
    """
    return {
        Finding(failure.type, Route.named(*operation.split(" ", 1)))
        for failure in _Report.model_validate_json(report).failures
        for operation in failure.operations
    }


SCHEMATHESIS = Tool("schemathesis", _attack, read, [LOCK])

"""The comparison of the attack kit with other tools counts what they say, and only that."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from benchmarks.attacks import kit, offat, schemathesis
from benchmarks.attacks.commands import run
from benchmarks.attacks.comparison import Found, found, stand, table
from benchmarks.attacks.findings import Finding, Outcome, Tool, template_of
from benchmarks.attacks.holes import Hole, Route
from benchmarks.attacks.runs import Made, Run, all_runs, make
from benchmarks.attacks.target import Planted

_NOTE = Route("GET", "/notes/{note_id}")
_NOTES = Route("GET", "/notes")
_HOLE = Hole(name="read", app="blog", family="objects", number=105, method="GET", path=_NOTE.path)

_KIT = {
    "findings": [
        {"attack": "105", "method": "get", "path": "/notes/{note_id:int}", "outcome": "finding"},
        {"attack": "16", "method": "WEBSOCKET", "path": "/live", "outcome": "finding"},
        {"attack": "137", "method": None, "path": None, "outcome": "finding"},
        {"attack": "138", "method": "GET", "path": "/notes", "outcome": "remark"},
        {"attack": "106", "method": "PUT", "path": "/notes", "outcome": "inconclusive"},
    ],
    "waived": [],
}
_SCHEMATHESIS = {
    "stop_reason": "completed",
    "failures": [
        {
            "type": "ObjectLevelAuthorizationViolation",
            "code": "ST402",
            "operations": ["GET /notes/{note_id}"],
        },
        {"type": "UndefinedStatusCode", "operations": ["GET /notes", "GET /notes/{note_id}"]},
    ],
}


def _offat_result(name: str, endpoint: str, *, vulnerable: bool, leak: bool = False) -> object:
    told = {"email": ["a@example.com"]} if leak else {}
    result = {"test_name": name, "endpoint": endpoint, "method": "GET"}
    return {**result, "vulnerable": vulnerable, "data_leak": told}


_MISSING = "Missing Authentication Test with Fuzzed Params"
_OFFAT = {
    "paths": ["/notes", "/notes/{note_id}", "/drafts"],
    "runs": [
        {"person": None, "results": [_offat_result(_MISSING, "/notes/7", vulnerable=True)]},
        {
            "person": "alice",
            "results": [
                _offat_result("BOLA Path Trailing Slash Test", "/notes/8/", vulnerable=True),
                _offat_result("SQLi Test", "/notes", vulnerable=False),
                _offat_result("SSTI Test", "/notes", vulnerable=False, leak=True),
                _offat_result(_MISSING, "/drafts", vulnerable=True),
            ],
        },
    ],
}


@pytest.mark.parametrize(
    ("read", "report", "expected"),
    [
        (
            kit.read,
            _KIT,
            {
                Finding("105", _NOTE),
                Finding("16", Route("WS", "/live")),
                Finding("137", Route("", "")),
            },
        ),
        (
            schemathesis.read,
            _SCHEMATHESIS,
            {
                Finding("ObjectLevelAuthorizationViolation", _NOTE),
                Finding("UndefinedStatusCode", _NOTES),
                Finding("UndefinedStatusCode", _NOTE),
            },
        ),
        (
            offat.read,
            _OFFAT,
            {
                Finding(_MISSING, _NOTE),
                Finding("BOLA Path Trailing Slash Test", _NOTE),
                Finding("Data leak", _NOTES),
            },
        ),
    ],
)
def test_each_report_is_read_as_its_tool_means_it(
    read: Callable[[str], set[Finding]], report: object, expected: set[Finding]
) -> None:
    """What a tool reports is a finding at its method and path; what it only remarks on is none."""
    assert read(json.dumps(report)) == expected


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/notes", "/notes"),
        ("/notes/7", "/notes/{note_id}"),
        ("/notes/' OR 1=1 ;--", "/notes/{note_id}"),
        ("/notes/mine", "/notes/mine"),
        ("/notes/7/", "/notes/{note_id}"),
        ("/notes/7/parts/3.txt", "/notes/{note_id}/parts/{name}.txt"),
        ("/elsewhere/7", "/elsewhere/7"),
    ],
)
def test_values_in_a_path_lead_back_to_its_template(path: str, template: str) -> None:
    """A path with values belongs to the template that fits, a literal one before a parameter."""
    known = ["/notes/{note_id}", "/notes", "/notes/mine", "/notes/{note_id}/parts/{name}.txt"]
    assert template_of(path, known) == template


@pytest.mark.parametrize(
    ("planted", "clean", "expected"),
    [
        ([Finding("105", _NOTE)], [], Found(at_route=True, anywhere=True)),
        ([Finding("108", _NOTES)], [], Found(at_route=False, anywhere=True)),
        ([Finding("105", _NOTE)], [Finding("105", _NOTE)], Found(at_route=False, anywhere=False)),
        ([Finding("105", _NOTE)], [Finding("18", _NOTE)], Found(at_route=True, anywhere=True)),
        ([], [Finding("105", _NOTE)], Found(at_route=False, anywhere=False)),
    ],
)
def test_only_what_the_clean_twin_has_not_is_found(
    planted: Sequence[Finding], clean: Sequence[Finding], expected: Found
) -> None:
    """A hole is found by what is reported with it and not without it, at its route or elsewhere."""
    assert found(_HOLE, planted, clean) == expected


def _says(findings: Sequence[Finding]) -> str:
    return json.dumps([[one.kind, one.route.method, one.route.path] for one in findings])


def _heard(report: str) -> set[Finding]:
    return {Finding(kind, Route(method, path)) for kind, method, path in json.loads(report)}


def test_alarms_are_what_is_reported_of_clean_twins() -> None:
    """The mean of a clean twin's times is its alarms, and a hole hides behind none of them."""
    tool = Tool("some", lambda *_: Outcome(), _heard, [])
    alarm, sometimes, hit = Finding("1", _NOTES), Finding("2", _NOTE), Finding("3", _NOTE)
    clean, planted = Planted("blog", None), Planted("blog", "read")
    made = [
        Made(Run(tool, clean, 1), Outcome(report=_says([alarm]), seconds=1)),
        Made(Run(tool, clean, 2), Outcome(report=_says([alarm, sometimes]), seconds=3)),
        Made(Run(tool, planted), Outcome(report=_says([alarm, sometimes, hit]), seconds=2)),
    ]
    standing = stand("some", made, [_HOLE])
    assert standing.alarm_count == 1.5
    assert standing.count([_HOLE]) == (1, 1)
    assert "| objects               | 1      | 1 / 1 |" in table({"some": standing}, [_HOLE])


def test_a_run_without_a_report_finds_nothing_and_is_told() -> None:
    """A tool that did not get to an end has found nothing, and the comparison says so."""
    tool = Tool("some", lambda *_: Outcome(), _heard, [])
    made = [
        Made(Run(tool, Planted("blog", None)), Outcome(report="[]")),
        Made(Run(tool, Planted("blog", "read")), Outcome(trouble="stopped after 60 s")),
    ]
    standing = stand("some", made, [_HOLE])
    assert standing.count([_HOLE]) == (0, 0)
    assert standing.troubles == ["some/blog/read.json: stopped after 60 s"]


def test_a_comparison_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """What is kept is not run again, unless it went wrong or the tool is another one now."""
    version = tmp_path / "version"
    version.write_text("1")
    ran: list[str | None] = []

    def attack(planted: Planted, directory: Path) -> Outcome:
        assert not list(directory.iterdir())
        ran.append(planted.hole)
        if planted.hole == "bad" and ran.count("bad") == 1:
            raise RuntimeError("it did not start")
        return Outcome(report="[]", seconds=1)

    tool = Tool("some", attack, _heard, [version], clean_times=1)
    runs = all_runs([tool], ["blog"], [Planted("blog", "good"), Planted("blog", "bad")])
    first = make(runs, tmp_path / "kept", jobs=1)
    assert [one.outcome.trouble for one in first] == ["", "", "RuntimeError: it did not start"]
    assert ran == [None, "good", "bad"]
    assert all(not one.outcome.trouble for one in make(runs, tmp_path / "kept", jobs=2))
    assert ran == [None, "good", "bad", "bad"]
    version.write_text("2")
    make(runs, tmp_path / "kept", jobs=1)
    assert ran[4:] == [None, "good", "bad"]


def test_what_runs_too_long_is_stopped_and_what_it_started_too(tmp_path: Path) -> None:
    """A program that hangs ends at its limit, and the limit is told with what it printed."""
    child = "import subprocess, sys; print('on', flush=True); subprocess.run(['sleep', '600'])"
    ended = run([sys.executable, "-c", child], tmp_path, seconds=5)
    assert ended.code is None
    assert ended.trouble.startswith("stopped after")
    assert ended.output == "on\n"

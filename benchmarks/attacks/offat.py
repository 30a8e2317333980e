"""OWASP OFFAT: every test that it has, as nobody and as somebody who is signed in."""

import json
import re
from collections.abc import Iterator, Sequence
from fnmatch import translate
from pathlib import Path

from pydantic import BaseModel, Field, JsonValue

from benchmarks.attacks.commands import run
from benchmarks.attacks.environment import BIN, LOCK
from benchmarks.attacks.findings import Finding, Outcome, Tool, template_of
from benchmarks.attacks.holes import Route
from benchmarks.attacks.people import Person
from benchmarks.attacks.target import LEAVING, Planted, Target, serving

# It fills parameters at random and has no option for a seed.
_PROGRAM = "import random; random.seed(8); from offat.__main__ import start; start()"
# Its 60 requests a second are a kindness to strangers' servers; this one is ours.
_RATE = 1000
# It sends whatever headers it was given also where it looks for missing authentication: as somebody
# it would report every route there is.
_FOR_NOBODY = "Missing Authentication Test with Fuzzed Params"
# For a run that hangs.
_SECONDS = 300


class _Result(BaseModel):
    test_name: str
    endpoint: str
    method: str
    vulnerable: bool
    data_leak: dict[str, JsonValue] = Field(default_factory=dict)


class _Run(BaseModel):
    """One run of it.

    Attributes:
        person: who was signed in; None for nobody.
    """

    person: str | None
    results: list[_Result]


class _Report(BaseModel):
    """What all of its runs wrote, and what OpenAPI calls the paths."""

    paths: list[str]
    runs: list[_Run]


def _attack(planted: Planted, directory: Path) -> Outcome:
    runs: list[JsonValue] = []
    seconds = 0.0
    with serving(planted, directory) as target:
        for place, options, person in _runs(target):
            command = [str(BIN / "python"), "-c", _PROGRAM, *_options(target), *options]
            ended = run(command, place, seconds=_SECONDS)
            written = place / "report.json"
            seconds += ended.seconds
            if not written.exists():
                return Outcome(seconds=seconds, trouble=ended.trouble)
            runs.append({"person": person, **json.loads(written.read_text())})
        report = json.dumps({"paths": target.paths, "runs": runs})
    return Outcome(report=report, seconds=seconds)


def _runs(target: Target) -> Iterator[tuple[Path, list[str], str | None]]:
    """Give each run a directory, the options of its own and the name of who is signed in."""
    alice, bob, *_ = target.people
    people = target.file.people
    endings = [LEAVING.partition(" ")[2], *(asked.path for asked in [people.sign_out] if asked)]
    waived = [route.partition(" ")[2] for route in target.file.waived]
    # One session is all that it has, so that what may end it comes last, with another's.
    for name, person, other, paths in (
        ("nobody", None, None, _all_but(waived)),
        ("alice", alice, bob, _all_but([*waived, *endings])),
        ("bob", bob, alice, f"^({_one_of(endings)})"),
    ):
        place = target.directory / name
        place.mkdir()
        options = ["--path-regex", paths]
        if person is not None and other is not None:
            options += _signed_in(target, place, person, other)
        yield place, options, person.name if person else None


def _options(target: Target) -> list[str]:
    options = ["--file", str(target.openapi), "--server", target.url]
    return [*options, "--rate-limit", str(_RATE), "--output", "report.json", "--format", "json"]


def _all_but(paths: Sequence[str]) -> str:
    return f"^(?!{_one_of(paths)})" if paths else ""


def _one_of(paths: Sequence[str]) -> str:
    return "|".join(translate(path) for path in paths)


def _signed_in(target: Target, place: Path, person: Person, other: Person) -> list[str]:
    """Give it a credential, and what it takes from people who have two."""
    forbidden = [translate(route.partition(" ")[2]) for route in target.file.admin]
    first = {"request_headers": _listed(person), "unauthorized_endpoints": forbidden}
    actors = [{"actor1": first}, {"actor2": {"request_headers": _listed(other)}}]
    told = place / "actors.yaml"
    told.write_text(json.dumps({"actors": actors}))  # JSON is YAML
    options = ["--test-data-config", str(told)]
    for name, value in person.headers.items():
        options += ["--headers", f"{name}: {value}"]
    return options


def _listed(person: Person) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in person.headers.items()]


def read(report: str) -> set[Finding]:
    """Return what it calls vulnerable, and what it calls a leak of data.

    Raises:
        pydantic.ValidationError: it is no report of these runs.
    """
    told = _Report.model_validate_json(report)
    found = set()
    for person, result in ((one.person, result) for one in told.runs for result in one.results):
        path = template_of(re.sub("/+", "/", result.endpoint), told.paths)
        route = Route.named(result.method, path)
        if result.vulnerable and (person is None or result.test_name != _FOR_NOBODY):
            found.add(Finding(result.test_name, route))
        if result.data_leak:
            found.add(Finding("Data leak", route))
    return found


# Some of its patterns fit ids made at random, at one time in several.
OFFAT = Tool("offat", _attack, read, [LOCK], clean_times=6)

"""Three real FastAPI applications behind Gatepost, with nothing done to them but `protect`."""

import http.client
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.docs.snippets import ROOT
from tests.third_party.conftest import EVERY
from tests.third_party.found import Way
from tests.third_party.running import PYTHON, Application, settings_of

pytestmark = pytest.mark.service


@dataclass(frozen=True, slots=True)
class Kinds:
    """What an application is taken for: the least number of each."""

    mounts: int = 0
    routers: int = 0
    websockets: int = 0
    ways: int = 0


KINDS = {
    "glances": Kinds(mounts=2, routers=2, ways=50),
    "optimade": Kinds(routers=20, ways=40),
    "jupyverse": Kinds(mounts=3, routers=5, websockets=2, ways=70),
}
PAGES = {
    "glances": {
        "/": "<title>Glances</title>",
        "/api/4/mem": '"percent":',
        "/api/4/pluginslist": '"uptime"',
        "/static/glances.js": "function",
        "/docs": "swagger-ui",
        "/openapi.json": "/api/4/{plugin}/history",
    },
    "optimade": {
        "/v1/info": '"api_version":"1.',
        "/v1/structures?page_limit=1": '"type":"structures"',
        "/v1.2.0/references": '"type":"references"',
        "/versions": "version\n1",
        "/v1/extensions/docs": "swagger-ui",
        "/v1/extensions/openapi.json": '"/structures/{entry_id}"',
    },
    "jupyverse": {
        "/lab": "jupyter-config-data",
        "/api/contents": '"type":"directory"',
        "/api/kernelspecs": '"kernelspecs"',
        "/lab/api/settings": "@jupyterlab/",
        "/docs": "swagger-ui",
        "/openapi.json": "/api/terminals",
    },
}
"""What there is to read at each, and a part of it."""

OPEN_TO_PAGES = {"glances", "optimade"}
"""Which of them let the pages of every origin read what they answer."""

_ALLOWED = "Access-Control-Allow-Origin"


@EVERY
def test_each_is_what_it_is_taken_for(running: Application) -> None:
    """Each is a FastAPI object, with mounts, with many routers or with websockets."""
    found, least = running.found, KINDS[running.name]
    assert found.is_fastapi
    assert found.mounts >= least.mounts
    assert found.routers >= least.routers
    assert len(found.websockets) >= least.websockets
    assert len(found.ways) >= least.ways


@EVERY
def test_whoever_is_signed_in_gets_what_anybody_got(running: Application) -> None:
    """As it was written it answers strangers, and behind the gate the same to those signed in."""
    for path, part in PAGES[running.name].items():
        for client in (running.open, running.ada.http):
            answer = client.get(path)
            assert (answer.status_code, part in answer.text) == (200, True), (path, answer.text)
        assert running.anyone.get(path).status_code == 401


@EVERY
def test_a_stranger_gets_nothing(running: Application) -> None:
    """Every route, mount and file is 401 to a stranger, by each method and with the body unread."""
    asked = [
        (method, way.target)
        for way in running.found.ways
        for method in (*way.methods, "OPTIONS", "DELETE")
    ]
    assert len(asked) > len(running.found.ways)
    leaks = [
        (method, target, answer)
        for method, target in asked
        if (answer := _without_body(running.url, method, target)) != (401, _code(method))
    ]
    assert leaks == []


@EVERY
def test_all_else_is_as_it_was(running: Application) -> None:
    """What GET of a route, a mount or a file gave to a stranger, it gives to those signed in."""
    differences = {
        way.target: (before, after)
        for way in running.found.ways
        if "GET" in way.methods
        and (before := _kind(running.open, way)) != (after := _kind(running.ada.http, way))
        and not (before[0] == 307 and after[0] == 404)  # no redirect copies the Host header
    }
    assert differences == {}


@EVERY
def test_files_come_whole(running: Application) -> None:
    """A file of a mounted directory is the same, byte for byte, as it was."""
    for way in running.found.ways:
        if way.kind == "file":
            before, after = running.open.get(way.target), running.ada.http.get(way.target)
            assert before.content == after.content, way


@EVERY
def test_the_table_has_every_way_in(running: Application, tmp_path: Path) -> None:
    """`gatepost routes` lists every route and every mount that the application has, as closed."""
    command = "-m gatepost routes --json --factory tests.third_party.served:listed"
    done = subprocess.run(
        [PYTHON, *command.split()],
        cwd=ROOT,
        env=settings_of(running.name, tmp_path),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    closed = {
        (method, row["path"])
        for row in listed
        for method in row["method"].split()
        if row["policy"] == "signed in"
    }
    public = {row["path"] for row in listed if row["policy"] == "public"}
    assert public == {"/api/auth/*", "/api/auth"}
    assert {pair for way in running.found.ways for pair in _as_listed(way)} <= closed


@EVERY
def test_their_own_cors_opens_nothing(running: Application) -> None:
    """Where the application lets pages of every origin read, the gate lets those of none."""
    page = {"Origin": "https://elsewhere.example"}
    path = next(iter(PAGES[running.name]))
    as_it_was = running.open.get(path, headers=page).headers
    assert as_it_was.get(_ALLOWED) == ("*" if running.name in OPEN_TO_PAGES else None)
    preflight = {**page, "Access-Control-Request-Method": "GET"}
    refused = running.anyone.options(path, headers=preflight)
    assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
    for answer in (refused, *(who.get(path, headers=page) for who in _both(running))):
        assert _ALLOWED not in answer.headers


def _without_body(url: str, method: str, target: str) -> tuple[int, str | None]:
    """Ask with a body that never comes; return the status and the code of the answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.putrequest(method, target)
        connection.putheader("Content-Length", "1000")
        connection.putheader("Content-Type", "application/json")
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body)["code"] if body and answer.status == 401 else None
    finally:
        connection.close()


def _both(running: Application) -> tuple[httpx.Client, httpx.Client]:
    return running.anyone, running.ada.http


def _code(method: str) -> str | None:
    return None if method == "HEAD" else "UNAUTHORIZED"


def _kind(client: httpx.Client, way: Way) -> tuple[int, str | None]:
    # Its head alone: a stream of events has no end.
    with client.stream("GET", way.target) as answer:
        sort = answer.headers.get("Content-Type")
        return answer.status_code, None if answer.status_code == 500 else sort


def _as_listed(way: Way) -> set[tuple[str, str]]:
    if way.kind in ("mount", "file"):
        return {("ANY", way.path)}
    methods = ("WEBSOCKET",) if way.kind == "websocket" else way.methods
    return {(method, way.path) for method in methods}

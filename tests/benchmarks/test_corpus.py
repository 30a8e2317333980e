"""The corpus is what its manifest says: every hole is there, and only where planted."""

import importlib
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.routing import Match

from tests.benchmarks.stage import CORPUS, Stage, attack_file, load, staged
from tests.serving import serving

HOLES: list[dict[str, Any]] = tomllib.loads((CORPUS / "holes.toml").read_text())["hole"]
APPS = sorted({hole["app"] for hole in HOLES})
_FAMILIES = {
    "transport", "signature", "claims", "lifecycle", "objects", "functions", "browser",
    "websockets", "files", "answers", "errors",
}  # fmt: skip
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _exploit(hole: dict[str, Any]) -> Callable[[Stage], bool]:
    module = importlib.import_module(f"tests.benchmarks.exploits_{hole['app']}")
    exploit: Callable[[Stage], bool] = getattr(module, hole["name"])
    return exploit


@pytest.fixture(scope="module")
def clean() -> Iterator[Callable[[str], Stage]]:
    """Start each clean app once."""
    running: dict[str, tuple[Any, Stage]] = {}

    def start(name: str) -> Stage:
        if name not in running:
            context = staged(name)
            running[name] = (context, context.__enter__())
        return running[name][1]

    yield start
    for context, _ in running.values():
        context.__exit__(None, None, None)


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole["name"])
def test_a_hole_lets_in_what_the_clean_app_refuses(
    hole: dict[str, Any], clean: Callable[[str], Stage]
) -> None:
    """The exploit of a hole succeeds where it is planted and nowhere else."""
    exploit = _exploit(hole)
    with staged(hole["app"], hole["name"]) as planted:
        assert exploit(planted)
    assert not exploit(clean(hole["app"]))


@pytest.mark.parametrize("app", APPS)
def test_the_manifest_and_the_apps_name_the_same_holes(app: str) -> None:
    """Every planted hole is in the manifest, and every one there is planted."""
    code = "".join(path.read_text() for path in CORPUS.glob(f"{app}*.py"))
    planted = set(re.findall(r'planted\(\s*"(\w+)"', code))
    assert planted == {hole["name"] for hole in HOLES if hole["app"] == app}


def test_the_manifest_is_whole() -> None:
    """Names are used once, every family of the catalogue is there, and every app has its file."""
    names = [hole["name"] for hole in HOLES]
    assert len(set(names)) == len(names) >= 56
    assert {hole["family"] for hole in HOLES} == _FAMILIES
    for hole in HOLES:
        assert set(hole) == {"name", "app", "family", "number", "method", "path", "what"}
        assert 1 <= hole["number"] <= 138
    assert {path.stem for path in CORPUS.glob("*.toml")} == {*APPS, "holes", "ruff"}


@pytest.mark.parametrize("app", APPS)
def test_the_holes_are_on_routes_that_exist(app: str) -> None:
    """The route where a hole shows is one of the app with that hole."""
    clean = load(app)
    for hole in (hole for hole in HOLES if hole["app"] == app):
        where = hole["method"], hole["path"]
        assert _has(clean, *where) or _has(load(app, hole["name"]), *where), hole["name"]


@pytest.mark.parametrize("app", APPS)
def test_the_routes_of_an_attack_file_exist(app: str) -> None:
    """No attack file speaks of a route that the clean app does not have."""
    file, loaded = attack_file(app), load(app)
    tables = ("public", "shared", "waived", "bodies")
    named = [key for table in tables for key in file.get(table, {})]
    steps = [step for step in file["people"].values() if isinstance(step, dict)]
    named += [f"{step.get('method', 'POST')} {step['path']}" for step in steps if "path" in step]
    for key in named:
        method, _, path = key.partition(" ")
        assert _has(loaded, method, path), key


@pytest.mark.parametrize("app", APPS)
def test_people_can_use_a_clean_app(app: str) -> None:
    """Over real HTTP somebody signs up, signs in, makes a thing and reads it again."""
    walk = importlib.import_module(f"tests.benchmarks.exploits_{app}").walk
    with serving(load(app)) as url, httpx2.Client(base_url=url) as client:
        assert walk(Stage(app, client))


def _has(app: FastAPI, method: str, path: str) -> bool:
    scope = {"type": "http", "method": method, "path": re.sub(r"[{}*]", "x", path), "headers": []}
    if method == "WS":
        scope = {"type": "websocket", "path": scope["path"], "headers": []}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in app.router.routes)

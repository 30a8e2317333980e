"""The child of a sabotage: what it tells of an app, whether that starts or not."""

import os
from pathlib import Path

import pytest

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.sabotage.assignment import Aim, Assignment, Told
from gatepost.attacks.sabotage.child import attack

_MODULE = """
from contextlib import asynccontextmanager
from fastapi import FastAPI, Header, HTTPException
from gatepost.errors import ConfigurationError

starts = []


def raising(*errors):
    @asynccontextmanager
    async def lifespan(app):
        starts.append(app)
        if len(starts) <= len(errors):
            raise errors[len(starts) - 1]
        yield

    return FastAPI(lifespan=lifespan)


def refusing():
    return raising(ConfigurationError("no key is set"), ConfigurationError("no key is set"))


def broken():
    return raising(RuntimeError("the flux is off"), RuntimeError("the flux is off"))


def moody():
    return raising(RuntimeError("the flux is off"))  # the first time


def unmade():
    raise ConfigurationError("no issuer is named")


ready = raising(ConfigurationError("no key is set"), ConfigurationError("no key is set"))


def sound():
    app, rows = FastAPI(), {}

    @app.post("/notes")
    def create(sent: dict[str, str], x_who: str = Header()):
        rows[str(len(rows))] = sent
        return {"id": str(len(rows) - 1)}

    @app.get("/notes/{note_id}")
    def read(note_id: str, x_who: str = Header()):
        if note_id not in rows:
            raise HTTPException(404)
        return rows[note_id]

    @app.put("/notes/{note_id}")
    def change(note_id: str, sent: dict[str, str], x_who: str = Header()):
        if note_id not in rows:
            raise HTTPException(404)
        rows[note_id] = sent

    return app
"""
_PEOPLE = {"kind": "headers", **{name: {"X-Who": name} for name in ("alice", "bob")}}


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module with apps, under a name of its own."""
    name = f"attacked_by_child_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(_MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("GATEPOST_DATA_DIR", str(tmp_path))
    return name


def _told(target: str, *, factory: bool = True, to_the_end: bool = False, seconds: float = 30
          ) -> Told:  # fmt: skip
    file = AttackFile.model_validate({"people": _PEOPLE})
    aims = (Aim(attacks=("105",), at="GET *"), Aim(attacks=("106",), at="* /notes/*"))
    return attack(
        Assignment(target=target, factory=factory, file=file, aims=aims, known={},
                   to_the_end=to_the_end, seconds=seconds)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "factory", "refused", "says"),
    [
        ("refusing", True, True, "no key is set"),
        ("ready", False, True, "no key is set"),
        ("broken", True, False, "does not start: RuntimeError: the flux is off"),
        ("moody", True, False, "does not start: RuntimeError: the flux is off"),
        ("unmade", True, True, "ConfigurationError: no issuer is named"),
        ("nothing", True, False, "has no nothing."),
    ],
)
def test_an_app_that_refuses_is_told_from_one_that_is_broken(
    module: str,
    name: str,
    factory: bool,  # noqa: FBT001 - a table
    refused: bool,  # noqa: FBT001 - a table
    says: str,
) -> None:
    """What the house itself will not run with is its own word; every other error is a fault."""
    told = _told(f"{module}:{name}", factory=factory)
    assert told.tried == ()
    assert says in told.failed
    assert told.refused_to_start is refused


def test_the_first_news_ends_it(module: str) -> None:
    """The trials that are aimed are run until one tells, all of them where that is wanted."""
    first, all_of_them = _told(f"{module}:sound"), _told(f"{module}:sound", to_the_end=True)
    assert [each.attack for each in first.tried] == ["105"]
    assert {each.attack for each in all_of_them.tried} >= {"105", "106"}
    assert all_of_them.tried[0] == first.tried[0]
    assert (first.failed, all_of_them.failed) == ("", "")


def test_nothing_begins_when_the_time_is_over(module: str) -> None:
    """What has not been tried is not told of."""
    assert _told(f"{module}:sound", seconds=-1) == Told()
    assert os.environ["GATEPOST_DATA_DIR"] == str(Path.cwd())

"""`gatepost attack` where nothing can be attacked: what happened, where, and what to write."""

from pathlib import Path

import pytest

from tests.attacks.kit.leaky import write_leaky_app
from tests.cli.running import gatepost
from tests.programs import Ended

_COULD_NOT, _NOT_ALL = 2, 3


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a leaky app and its attack file."""
    write_leaky_app(tmp_path)
    return tmp_path


def _attack(directory: Path, *arguments: str, **more: str) -> Ended:
    """Run the command; what the app prints is kept in the directory."""
    return gatepost(directory, "attack", *arguments, TMPDIR=str(directory), **more)


_BROKEN = {
    "unset.py": 'import os\n\ndef read(name):\n    return os.environ[name]\n\nread("NOT_SET")\n',
    "missing.py": "import no_such_package\n",
    "exits.py": 'import sys\n\nsys.exit("no settings")\n',
    "starts.py": """
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app):
    raise RuntimeError("no database")
    yield


app = FastAPI(lifespan=lifespan)
""",
    "wrong.toml": '[peple]\nkind = "headers"\n',
}
_ERRORS: dict[str, tuple[tuple[str, ...], str]] = {
    "no app": ((), "Name the app, for instance main:app"),
    "no such module": (("mian:app",), "There is no module mian, as seen from"),
    "no app of that name": (("main:ap",), "The module main has no ap. It has main:app."),
    "no FastAPI app": (("main:notes",), "is of type dict, and not a FastAPI app"),
    "no module and name": (("main",), "is neither an app nor a URL"),
    "a file's name": (("main.py",), "For the app of that file, write main:app."),
    "an address": (("127.0.0.1:8000",), "write http://127.0.0.1:8000"),
    "a URL of nothing": (("https://",), "'https://' is no URL of an app"),
    "a setting that is not there": (
        ("unset:app",),
        "failed at unset.py:4, `return os.environ[name]`: KeyError: 'NOT_SET'.",
    ),
    "a package that is not there": (
        ("missing:app",),
        "No module named 'no_such_package'. Install it",
    ),
    "an app that exits": (("exits:app",), 'at exits.py:3, `sys.exit("no settings")`: SystemExit'),
    "an app that does not start": (
        ("starts:app",),
        "starts:app does not start: RuntimeError: no database",
    ),
    "a mistake in the attack file": (
        ("main:app", "--file", "wrong.toml"),
        "wrong.toml: The file has no 'peple'; write people.",
    ),
    "a mutant, and no sabotage": (("main:app", "--mutant", "x"), "--mutant needs --sabotage"),
    "a sample, and no sabotage": (("main:app", "--sample", "3"), "--sample needs --sabotage"),
    "an app, and sabotage": (("main:app", "--sabotage"), "--sabotage weakens Gatepost"),
    "a page, and no list": (("main:app", "--markdown"), "--markdown needs --list"),
    "no attack file": (("main:app", "--file", "no.toml"), "no.toml cannot be read"),
    "no such attack": (("main:app", "--only", "105,9999"), "--only '9999' names no attack"),
    "no such route": (("main:app", "--route", "GET /x"), "'GET /x' is about no route"),
    "no folder": (("main:app", "--html", "no/r.html"), "There is no folder no"),
    "nobody listens": (("http://127.0.0.1:1",), "Nothing listens at http://127.0.0.1:1. Start"),
    "somebody else's host": (("http://192.0.2.1",), "192.0.2.1 is not this machine"),
    "another host than said": (
        ("http://192.0.2.1", "--i-own-this-host", "192.0.2.2"),
        "--i-own-this-host names 192.0.2.2, and the URL 192.0.2.1",
    ),
    "no host": (("http://nobody.invalid",), "nobody.invalid has no address"),
    "a baseline of nothing": (("main:app", "--update-baseline"), "--baseline"),
}


@pytest.mark.parametrize("name", _ERRORS)
def test_what_cannot_be_attacked_ends_with_2(here: Path, name: str) -> None:
    """The output says what to write, and there is no traceback."""
    for file, text in _BROKEN.items():
        (here / file).write_text(text)
    arguments, said = _ERRORS[name]
    ended = _attack(here, *arguments, COLUMNS="200")
    assert ended.code == _COULD_NOT
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_who_cannot_sign_in_is_told_what_to_write(here: Path) -> None:
    """An app whose people sign in otherwise is not reported as sound."""
    (here / "attack.toml").write_text("")
    ended = _attack(here, "main:app")
    assert ended.code == _COULD_NOT
    assert "Signing up alice failed" in ended.err
    assert "Say below [people] of the attack file how people sign in." in ended.err
    assert 'kind = "password", "headers" and "plugin"' in ended.err


def test_whose_credential_is_not_taken_is_told_where_it_stands(here: Path) -> None:
    """A token that has run out since it was written down is no fault of the app, and no pass."""
    (here / "attack.toml").write_text(
        "[people]\nkind = 'headers'\nalice = { Authorization = 'Bearer old' }\n"
        "bob = { Authorization = 'Bearer older' }\n"
    )
    ended = _attack(here, "main:app", "--only", "105", "--route", "GET /notes/*", SOUND="yes")
    assert ended.code == _NOT_ALL, ended.out
    assert "The app does not take this credential: see [people] of the attack file" in ended.out

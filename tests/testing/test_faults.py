"""What the plugin says where an app cannot be tested, and what it leaves alone elsewhere."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gatepost.testing import plugin
from tests.testing.running import Outcome, run_pytest, start_pytest, write_app

_TEST = "def test_it(as_user): as_user('ada')\n"
_CONFTEST = """
from contextlib import asynccontextmanager
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute
from gatepost import Gatepost
from notes import create_app

pytest_plugins = ["gatepost.testing.plugin"]

@asynccontextmanager
async def never_starts(app):
    raise RuntimeError("no connection to the mail server")
    yield

def failing(settings):
    app = FastAPI(lifespan=never_starts)
    Gatepost(settings).protect(app)
    return app

def unclassifiable(settings):
    app = FastAPI()
    app.router.routes.append(BaseRoute())
    Gatepost(settings).protect(app)
    return app

@pytest.fixture
def gatepost_app(gatepost_settings):
    return {app}
"""
CANNOT_BE_TESTED = {
    "failing": "did not start: RuntimeError: no connection to the mail server",
    "unclassifiable": "is a BaseRoute, which Gatepost cannot classify",
    "create_app()": "has settings of its own",
}


@pytest.mark.parametrize("app", CANNOT_BE_TESTED)
def test_an_app_that_cannot_be_tested_is_an_error(app: str, tmp_path: Path) -> None:
    """The test errs with a sentence that says why, and no database but its own is made."""
    write_app(tmp_path)
    (tmp_path / "conftest.py").write_text(_CONFTEST.replace("{app}", app))
    (tmp_path / "test_it.py").write_text(_TEST)
    outcome = run_pytest(tmp_path, "test_it.py")
    assert outcome.counts == {"error": 1}, outcome.text
    assert CANNOT_BE_TESTED[app] in " ".join(outcome.text.split()), outcome.text
    assert not (tmp_path / ".gatepost").exists()


@pytest.mark.parametrize("run", [start_pytest, run_pytest], ids=["started", "prepared"])
def test_an_app_that_nobody_named_is_asked_for(
    tmp_path: Path, run: Callable[[Path], Outcome]
) -> None:
    """Without a fixture gatepost_app the error shows one to write, however pytest is started."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["gatepost.testing.plugin"]\n')
    (tmp_path / "test_it.py").write_text(_TEST)
    outcome = run(tmp_path)
    assert outcome.counts == {"error": 1}, outcome.text
    assert "def gatepost_app(gatepost_settings):" in outcome.text


def test_what_a_handler_raises_is_shown(tmp_path: Path) -> None:
    """A failed test has the traceback of the app's own handler beside it."""
    write_app(tmp_path)
    source = (tmp_path / "notes.py").read_text()
    broken = source.replace("rows.add(Note(text=note.text))", "raise KeyError('the cause')")
    assert broken != source
    (tmp_path / "notes.py").write_text(broken)
    outcome = run_pytest(tmp_path, "test_notes.py", "-k", "private")
    assert outcome.counts == {"failed": 1}, outcome.text
    assert "KeyError: 'the cause'" in outcome.text


_UNTOUCHED = """
import logging, signal, threading
from contextlib import suppress

def state():
    loggers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "uvicorn.access")]
    return (
        [(one.level, one.propagate, list(one.handlers)) for one in loggers],
        signal.getsignal(signal.SIGINT),
        signal.getsignal(signal.SIGTERM),
        threading.active_count(),
    )

BEFORE = state()

def test_somebody(as_user):
    as_user("ada")

def test_nothing_is_left():
    assert state() == BEFORE
"""


def test_a_test_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    """Loggers, signal handlers and threads are afterwards what they were."""
    write_app(tmp_path)
    (tmp_path / "test_it.py").write_text(_UNTOUCHED)
    outcome = run_pytest(tmp_path, "test_it.py")
    assert outcome.counts == {"passed": 2}, outcome.text


_BRINGS = """
import sys

def test_what_is_here():
    brought = {name.partition(".")[0] for name in sys.modules}
    assert not brought & {"gatepost", "fastapi", "starlette", "uvicorn", "websockets"}
"""


def test_those_who_do_not_use_it_do_not_load_it(tmp_path: Path) -> None:
    """A pytest run without the plugin imports nothing of Gatepost's, wherever it is installed."""
    (tmp_path / "test_it.py").write_text(_BRINGS)
    outcome = start_pytest(tmp_path)
    assert outcome.counts == {"passed": 1}, outcome.text


_LOADS = """
import runpy, sys
import pytest
before = set(sys.modules)
runpy.run_path(sys.argv[1])
print(sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


def test_the_plugins_own_file_brings_nothing() -> None:
    """Loading it, before a fixture is asked for, imports nothing beside pytest and Python's own."""
    found = subprocess.check_output([sys.executable, "-c", _LOADS, str(plugin.__file__)], text=True)
    brought = set(found.strip("[]\n").replace("'", "").split(", ")) - {""}
    assert brought <= sys.stdlib_module_names

"""docs/operations/backup-and-restore.md, followed: a backup while people work, and its restore."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gatepost.testing import sign_up
from tests.cli.running import gatepost
from tests.docs.leaks import eventually
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets
from tests.doctor.deployments import TASKS, findings
from tests.ports import free_port
from tests.programs import Ended

_PAGE = "docs/operations/backup-and-restore.md"
_COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)
_APP = "gatepost_tasks.app:create_app"


class _Home:
    """A directory in which the app runs on SQLite, at one address whenever it is started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._port = str(free_port())
        self.settings = {"GATEPOST_URL": f"http://127.0.0.1:{self._port}"}

    @contextmanager
    def running(self) -> Iterator[str]:
        """Run the app until the block ends."""
        with uvicorn(_APP, self.directory, "--factory", PORT=self._port) as url:
            yield url

    def run(self, command: str) -> Ended:
        """Run `gatepost` with the environment that the app has."""
        return gatepost(self.directory, *command.split(), **self.settings)

    def shell(self, command: str) -> None:
        """Run another command of the page."""
        program, *arguments = shlex.split(command)
        named = sys.executable if program == "python" else program
        subprocess.run([named, *arguments], cwd=self.directory, check=program != "rm")


@pytest.fixture
def home(tmp_path: Path) -> _Home:
    """An empty one, with the page's programs in it."""
    write_snippets(_PAGE, tmp_path)
    return _Home(tmp_path)


def _commands(section: str) -> list[str]:
    page = (ROOT / _PAGE).read_text()
    [text] = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return _COMMAND.findall(text)


def test_what_was_ended_comes_back_and_is_ended_again(home: _Home) -> None:
    """Backed up while the app runs, restored by the page's commands, and the keys fit the secret.

    A session that was ended after the backup is good again after the restore, as the page warns,
    until its last step has ended all; the rows are those of the backup.
    """
    back_up, *restore = _commands("SQLite")
    with home.running() as url, sign_up(url, "ada") as ada, sign_up(url, "bob") as bob:
        ada.http.post("/api/tasks", json={"title": "from yesterday"}).raise_for_status()
        stolen = dict(ada.browser.cookies)
        home.shell(back_up)
        [copy] = home.directory.glob("tasks-*.db")
        assert copy.stat().st_mode & 0o077 == 0
        ada.http.post("/api/tasks", json={"title": "from today"}).raise_for_status()
        assert home.run(f"sessions revoke --all-of {ada.email}").code == 0
        eventually(lambda: ada.http.get("/api/me").status_code == 401)
        assert _session_of(url, stolen) is None
        cookies, email, password = dict(bob.browser.cookies), ada.email, ada.password

    for command in restore:
        home.shell(command)
    with home.running() as url:
        assert _session_of(url, stolen) is not None
        [end] = _commands("After every restore")
        ended = home.run(end.removeprefix("gatepost "))
        assert ended.out == "Sessions of everybody that ended: 2.\n"
        assert _session_of(url, stolen) is None
        assert _session_of(url, cookies) is None
        with httpx.Client(base_url=url, headers={"Origin": url}, timeout=60) as browser:
            account = {"email": email, "password": password}
            browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
            eventually(lambda: _tasks(browser) == ["from yesterday"])


def test_another_secret_does_not_open_it(home: _Home) -> None:
    """The app does not start, and the doctor says of the keys that they do not fit."""
    with home.running():
        pass
    home.shell(_commands("SQLite")[0])
    [try_it] = _commands("Try it")
    assert try_it == "gatepost doctor main:app"
    restored = home.directory / "elsewhere"
    restored.mkdir()
    other = {
        "GATEPOST_SECRET": "jT5vN8wQ2zR7xK4mB9cH6dL3-of-another-app",
        "DATABASE_URL": f"sqlite:///{home.directory / 'tasks-yesterday.db'}",
    }
    found = findings(restored, *TASKS, **other, **home.settings)
    assert found["keys"]["status"] == "fail"
    assert found["migrations"]["status"] == "ok"
    secret = (home.directory / ".gatepost" / "secret").read_text().strip()
    found = findings(restored, *TASKS, **{**other, "GATEPOST_SECRET": secret}, **home.settings)
    assert found["keys"]["status"] == "ok"


def _session_of(url: str, cookies: dict[str, str]) -> object:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    asked = httpx.get(f"{url}/api/auth/get-session", headers={"Cookie": cookie}, timeout=60)
    return asked.raise_for_status().json()


def _tasks(browser: httpx.Client) -> list[str]:
    token = browser.get("/api/auth/token").raise_for_status().json()["token"]
    answer = browser.get("/api/tasks", headers={"Authorization": f"Bearer {token}"})
    return [task["title"] for task in answer.json().get("items", [])]

"""`make run-better-auth`: Tasks behind the real Better Auth, started by one program."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.issuers.reading import wait_until
from tests.ports import free_port
from tests.services.better_auth import EXAMPLE, Browser
from tests.services.node import ensure_installed

pytestmark = pytest.mark.usefixtures("node_modules")

_STOP_SECONDS = 60
_OWN = ("GATEPOST_", "BETTER_AUTH_", "DATABASE_URL", "PORT", "TASKS_", "NODE_ENV")


@contextmanager
def _run(directory: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Start the program in `directory`; yields it and the file that it writes to."""
    ensure_installed(EXAMPLE)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    log = directory / "log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, str(EXAMPLE / "run.py")],
            cwd=directory,
            env={**environment, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield process, log
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(_STOP_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_one_command_runs_both(tmp_path: Path) -> None:
    """People sign up at the real server, on one origin with page and API; Ctrl+C ends both."""
    port, tasks_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    with _run(tmp_path, PORT=str(port), TASKS_PORT=str(tasks_port)) as (process, log):
        wait_until(lambda: process.poll() is not None or f"is running at {url}" in log.read_text())
        assert process.poll() is None, log.read_text()
        secret = tmp_path / ".gatepost" / "secret"
        assert secret.stat().st_mode & 0o077 == 0
        assert str(secret.relative_to(tmp_path)) in log.read_text()
        assert secret.read_text() not in log.read_text()
        browser = Browser(url)
        with browser.http:
            browser.sign_up("ada")
            assert browser.http.get("/").headers["content-type"].startswith("text/html")
            assert browser.http.get("/api/tasks").status_code == 401
            bearer = {"Authorization": f"Bearer {browser.token()}"}
            answer = browser.http.get("/api/tasks", headers=bearer)
            assert (answer.status_code, answer.json()["items"]) == (200, [])
        process.send_signal(signal.SIGINT)
        assert process.wait(_STOP_SECONDS) == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    assert not _listens(port)
    assert not _listens(tasks_port)


@pytest.mark.parametrize(("taken", "name"), [("PORT", "Better Auth"), ("TASKS_PORT", "Tasks")])
def test_neither_runs_without_the_other(
    tmp_path: Path,
    taken: str,
    name: str,
) -> None:
    """When one of the two cannot go on, the other is stopped, and the reason is shown."""
    ports = {"PORT": str(free_port()), "TASKS_PORT": str(free_port())}
    with socket.create_server(("127.0.0.1", int(ports[taken]))):
        with _run(tmp_path, **ports) as (process, log):
            assert process.wait(_STOP_SECONDS) == 1
        said = log.read_text()
    assert "Nothing can listen on" in said
    assert f"{name} has ended with status 1" in said
    assert "Traceback" not in said
    assert not any(_listens(int(port)) for port in ports.values())


def test_a_bad_setting_is_one_line(tmp_path: Path) -> None:
    """A setting that cannot be used ends it before anything is started."""
    with _run(tmp_path, BETTER_AUTH_SECRET="too short") as (process, log):
        assert process.wait(_STOP_SECONDS) == 1
    (line,) = log.read_text().splitlines()
    assert line.startswith("run-better-auth: BETTER_AUTH_SECRET")


def test_the_secret_file_may_hold_several(tmp_path: Path) -> None:
    """After `gatepost secret` has rotated the file, Better Auth opens what the old one sealed."""
    settings = {"PORT": str(free_port())}
    browser = Browser(f"http://127.0.0.1:{settings['PORT']}")
    old, new = (secrets.token_urlsafe(32) for _ in range(2))
    with browser.http:
        for content in (old, f"2:{new},1:{old}"):
            (tmp_path / ".gatepost").mkdir(exist_ok=True)
            secret = tmp_path / ".gatepost" / "secret"
            secret.write_text(content)
            secret.chmod(0o600)
            with _run(tmp_path, **settings) as (process, log):
                wait_until(lambda: process.poll() is not None or "is running" in log.read_text())
                if browser.user_id:
                    browser.sign_in()
                else:
                    browser.sign_up("ada")
                assert browser.token()

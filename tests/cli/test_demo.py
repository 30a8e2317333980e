"""`gatepost demo`: what it says when it starts, and when it cannot."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gatepost.testing import sign_up
from tests.ports import free_port

_LONG = "a-secret-that-is-long-enough-to-be-one"


def _environment(**more: str) -> dict[str, str]:
    ours = ("GATEPOST_", "BETTER_AUTH_", "DATABASE_URL", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "NO_COLOR": "1", **more}


def _refused(directory: Path, *arguments: str, **environment: str) -> str:
    """Run a demo that must not start; returns its standard error."""
    ended = subprocess.run(
        [sys.executable, "-m", "gatepost", "demo", *arguments],
        cwd=directory,
        env=_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    return ended.stderr


@contextmanager
def _running(directory: Path, port: int) -> Iterator[list[str]]:
    """Run a demo until the block ends; yields what it said when it had started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gatepost", "demo"],
        cwd=directory,
        env=_environment(PORT=str(port), PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    with process.stdout:
        for line in process.stdout:
            said.append(line)
            if "Ctrl+C" in line:
                break
        try:
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0


def test_the_second_start_takes_up_what_the_first_one_made(tmp_path: Path) -> None:
    """The secret is made once, readable by its owner only; a session outlives a restart."""
    port = free_port()
    with _running(tmp_path, port) as said:
        assert any("made just now" in line for line in said)
        url = f"http://127.0.0.1:{port}"
        assert any(url in line for line in said)
        with sign_up(url) as ada:
            ada.http.post("/api/tasks", json={"title": "kept"}).raise_for_status()
            cookies = dict(ada.browser.cookies)
    secret = tmp_path / ".gatepost" / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    before = secret.read_text()
    with _running(tmp_path, port) as said:
        assert not any("made just now" in line for line in said)
        with httpx.Client(base_url=url, cookies=cookies) as browser:
            token = browser.get("/api/auth/token").raise_for_status().json()["token"]
            tasks = browser.get("/api/tasks", headers={"Authorization": f"Bearer {token}"})
            assert [task["title"] for task in tasks.json()["items"]] == ["kept"]
    assert secret.read_text() == before
    assert before not in "".join(said)


def test_what_would_be_mailed_is_in_the_outbox(tmp_path: Path) -> None:
    """The demo says where its outbox is; the link in it works, and the app itself shows none."""
    port = free_port()
    with _running(tmp_path, port) as said:
        [outbox] = re.findall(r"Mail +(http://127\.0\.0\.1:\d+)/", "".join(said))
        url = f"http://127.0.0.1:{port}"
        assert not outbox.endswith(f":{port}")
        with sign_up(url) as ada:
            email = ada.browser.get("/api/auth/get-session").json()["user"]["email"]
            [mail] = _mails(outbox)
            assert mail["to"] == email
            [link] = re.findall(rf"{url}/api/auth/verify-email\S+", mail["text"])
            assert ada.browser.get(link).status_code == 302
            user = ada.browser.get("/api/auth/get-session").json()["user"]
            assert user["emailVerified"] is True
        assert httpx.get(f"{outbox}/mails", headers={"host": "evil.example"}).status_code == 421
        assert httpx.get(f"{url}/mails").status_code == 401


def _mails(outbox: str) -> list[dict[str, str]]:
    """Wait for a mail: it is written after the answer."""
    mails: list[dict[str, str]] = []
    end = time.monotonic() + 20
    while not mails and time.monotonic() < end:
        mails = httpx.get(f"{outbox}/mails").raise_for_status().json()["mails"]
    return mails


def test_the_limits_are_on(tmp_path: Path) -> None:
    """In development as well, a fourth attempt to sign in within ten seconds is refused."""
    port = free_port()
    with _running(tmp_path, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        answers = [http.post("/api/auth/sign-in/email", json={}).status_code for _ in range(4)]
    assert answers == [400] * 3 + [429]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GATEPOST_URL": "https://tasks.example"}, ["GATEPOST_SECRET", "not set"]),
        ({"GATEPOST_ENV": "production"}, ["GATEPOST_SECRET", "not set"]),
        ({"GATEPOST_ENV": "production", "GATEPOST_SECRET": "short"}, ["GATEPOST_SECRET", "32"]),
        ({"GATEPOST_SECRET": "short"}, ["GATEPOST_SECRET", "32"]),
        ({"GATEPOST_ENV": "staging"}, ["GATEPOST_ENV"]),
        ({"GATEPOST_URL": "tasks.example"}, ["GATEPOST_URL"]),
        ({"DATABASE_URL": "mysql://x/y"}, ["DATABASE_URL", "SQLite", "PostgreSQL"]),
        (
            {"DATABASE_URL": "postgresql://ada:hush@127.0.0.1:1/none", "GATEPOST_SECRET": _LONG},
            ["127.0.0.1:1", "cannot be opened"],
        ),
        (
            {"DATABASE_URL": "sqlite:////dev/null/x/tasks.db", "GATEPOST_SECRET": _LONG},
            ["/dev/null/x/tasks.db", "cannot be opened"],
        ),
        ({"GATEPOST_DATA_DIR": "/dev/null/data"}, ["/dev/null/data", "GATEPOST_DATA_DIR"]),
    ],
)
def test_what_stops_the_start_is_one_clear_line(
    tmp_path: Path, environment: dict[str, str], words: list[str]
) -> None:
    """A deployment that cannot start says why in one line, without a traceback or a secret."""
    said = _refused(tmp_path, "--port", str(free_port()), **environment)
    assert len(said.splitlines()) == 1, said
    assert said.startswith("gatepost: ")
    for word in words:
        assert word in said
    assert "hush" not in said


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    """Where another program has the port, the line names it and says how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = _refused(tmp_path, "--port", str(port))
    assert len(said.splitlines()) == 1, said
    assert f"127.0.0.1:{port}" in said
    assert f"PORT={port + 1}" in said


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A secret file with loose permissions stops the start, and says which command mends it."""
    directory = tmp_path / ".gatepost"
    directory.mkdir()
    (directory / "secret").write_text(_LONG)
    (directory / "secret").chmod(0o644)
    said = _refused(tmp_path, "--port", str(free_port()))
    assert "chmod 600" in said
    assert _LONG not in said


def test_another_secret_is_recognised(tmp_path: Path) -> None:
    """Started with a secret that does not open the stored key, the demo says so and stops."""
    port = free_port()
    with _running(tmp_path, port):
        pass
    said = _refused(tmp_path, "--port", str(port), GATEPOST_SECRET=_LONG)
    assert "another secret" in said
    assert len(said.splitlines()) == 1, said

"""The capture that every run is under finds what it is there to find, and fails the run for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT
from tests.secrets_capture import CAPTURED, Captured

_SECRET = "a-password-of-nobody-7391"
_LEAKING = f"""
import logging
import sys

import httpx

transport = httpx.MockTransport(lambda request: httpx.Response(200, json={{}}))


def test_that_leaks():
    with httpx.Client(transport=transport) as client:
        client.post("http://127.0.0.1/sign-in", json={{"password": "{_SECRET}"}})
    LEAK
"""


def test_a_secret_is_found_wherever_it_stands() -> None:
    """Within another word too, and what is told of it does not have it."""
    captured = Captured()
    captured.hear(f"POST /x?y={_SECRET}&z and {_SECRET[:-1]}")
    captured.hear("nothing of interest")
    assert captured.leaks() == []
    captured.learn("password", _SECRET)
    [leak] = captured.leaks()
    assert _SECRET not in leak
    assert "y=<password>&z" in leak


@pytest.mark.parametrize("plain", ["password", "x" * 40, "authn_login_fail", "short", None, 7])
def test_a_plain_word_is_no_secret(plain: object) -> None:
    """What stands in every log is not looked for, and neither is what is no text."""
    captured = Captured()
    captured.learn("password", plain)
    assert captured.size == (0, 0)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f'logging.getLogger("x").error("%s", "{_SECRET}")', 1),
        (f'print("{_SECRET}", file=sys.stderr)', 1),
        (f'print("{_SECRET}")', 0),
    ],
    ids=["log", "stderr", "stdout"],
)
@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_run_that_leaks_fails(statement: str, code: int, workers: str, tmp_path: Path) -> None:
    """Though its test passes, in this process or in a worker; what a person reads is no log."""
    (tmp_path / "test_leaking.py").write_text(_LEAKING.replace("LEAK", statement))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.secrets_capture", "-n", workers]
    ran = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "test_leaking.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == code, ran.stdout
    assert "1 passed" in ran.stdout
    assert ("SECRET password in:" in ran.stdout) is bool(code)
    assert _SECRET not in ran.stdout


def test_this_very_run_is_under_it() -> None:
    """An event made here is captured."""
    from gatepost.events import EventName, SecurityEvent  # noqa: PLC0415 - made under the capture

    before = CAPTURED.size[1]
    SecurityEvent(EventName.LOGIN_SUCCESS)
    assert CAPTURED.size[1] > before

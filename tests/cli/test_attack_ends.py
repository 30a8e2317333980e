"""`gatepost attack` where it ends early, cannot write, or has only to list."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gatepost.rates import HIGHEST_RATES
from tests.attacks.kit.leaky import APP, write_leaky_app
from tests.cli.running import environment, gatepost, heeding_interrupts, on_a_terminal

_COULD_NOT = 2
_PATIENCE_SECONDS = 240


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with a leaky app and its attack file."""
    write_leaky_app(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("option", "file", "said"),
    [
        ("--list", "no/l.json", "There is no folder no"),
        ("--sabotage", "no/s.json", "There is no folder no"),
    ],
)
def test_what_cannot_be_written_is_told_at_once(
    tmp_path: Path, option: str, file: str, said: str
) -> None:
    """Nothing is listed or tried for a file that cannot be."""
    ended = gatepost(tmp_path, "attack", option, "--json", file)
    assert ended.code == _COULD_NOT
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_report_that_cannot_be_written_is_told(here: Path) -> None:
    """A folder where the report should be is an error, and not an attack that passed."""
    (here / "taken").mkdir()
    few = ("--only", "1", "--route", "GET /notes/*", "--html", "taken")
    ended = gatepost(here, "attack", "main:app", *few, SOUND="yes", TMPDIR=str(here))
    assert ended.code == _COULD_NOT
    assert "taken cannot be written: Is a directory." in ended.err


def test_an_app_behind_gatepost_limits_the_attack_as_little_as_it_can(here: Path) -> None:
    """Everybody in an attack has one address; the limits go up where nothing else is said."""
    told = 'open("limits", "w").write(__import__("os").environ.get("GATEPOST_RATE_LIMITS", ""))'
    (here / "main.py").write_text(f"{APP}\n{told}\n")
    chosen = ("attack", "main:app", "--only", "1", "--route", "GET /health")
    known = environment({"SOUND": "yes", "TMPDIR": str(here)})
    known.pop("GATEPOST_RATE_LIMITS")
    command = [sys.executable, "-m", "gatepost", *chosen]
    subprocess.run(command, cwd=here, env=known, capture_output=True, check=False)
    assert (here / "limits").read_text() == HIGHEST_RATES
    gatepost(here, *chosen, GATEPOST_RATE_LIMITS="as said", TMPDIR=str(here))
    assert (here / "limits").read_text() == "as said"


def test_it_can_be_stopped_before_it_has_begun(here: Path) -> None:
    """Ctrl-C while the app is being imported ends without a traceback, and as no success."""
    (here / "main.py").write_text('open("begun", "w").close()\n__import__("time").sleep(600)\n')
    with heeding_interrupts():
        process = subprocess.Popen(
            [sys.executable, "-m", "gatepost", "attack", "main:app"],
            cwd=here,
            env=environment({"TMPDIR": str(here)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    until = time.monotonic() + _PATIENCE_SECONDS
    while not (here / "begun").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=_PATIENCE_SECONDS)
    assert process.returncode == _COULD_NOT
    assert "Stopped before anything was tried." in err
    assert "Traceback" not in err


def test_the_catalogue_fits_a_terminal(tmp_path: Path) -> None:
    """On a terminal the table is as wide as that is, and every attack is in it."""
    ended = on_a_terminal(tmp_path, "attack", "--list", COLUMNS="100")
    assert ended.code == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", ended.out).splitlines()
    assert max(map(len, lines)) <= 100
    listed = {line.split()[0] for line in lines if line.split()}
    assert {"Attack", "105", "106", "107", "135"} <= {each.capitalize() for each in listed}

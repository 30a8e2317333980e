"""What is started from a prepared process is there until it is stopped, and no longer."""

import os
import signal
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.programs import Program

_SERVER = Program("http.server", ("http.server",), 60)


def test_a_program_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    """After the time that it is given, and the test that waits for it fails."""
    arguments = ["--bind", "127.0.0.1", str(free_port())]
    running = _SERVER.start(tmp_path, arguments, os.environ)
    with pytest.raises(TimeoutError, match="SIGCONT"):
        running.stop(signal.SIGCONT, 0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(running.process, 0)


def test_a_program_that_has_ended_is_told(tmp_path: Path) -> None:
    """Its process id stays its own until somebody has asked for its exit status."""
    running = _SERVER.start(tmp_path, ["--no-such-option"], os.environ)
    while not running.has_ended():
        os.kill(running.process, 0)
    assert running.has_ended()
    assert running.stop(signal.SIGTERM, 10) == 2

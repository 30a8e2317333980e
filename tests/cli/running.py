"""Gatepost's command line and its demo as processes, as people start them."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from gatepost.rates import HIGHEST_RATES
from tests.programs import Ended, Program

_OURS = ("GATEPOST_", "BETTER_AUTH_", "DATABASE_URL", "PORT")
_SECONDS = 240  # what only a command that hangs takes
_STOP_SECONDS = 20
_GATEPOST = Program("gatepost", ("gatepost.cli", "gatepost.cli.attacking"), _SECONDS)


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what would configure Gatepost, and with `more`.

    The limits are as high as they can be: everybody in the tests has one address.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "NO_COLOR": "1", "GATEPOST_RATE_LIMITS": HIGHEST_RATES, **more}


def started(directory: Path, *arguments: str, **more: str) -> Ended:
    """Start `python -m gatepost` and run it to its end."""
    ended = subprocess.run(
        [sys.executable, "-m", "gatepost", *arguments],
        cwd=directory,
        env=environment(more),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def gatepost(directory: Path, *arguments: str, **more: str) -> Ended:
    """Run `gatepost` to its end, in a process that a prepared one becomes.

    `test_running.py` holds that it says what one that is started anew says.
    """
    return _GATEPOST.run(directory, arguments, environment(more))


def on_a_terminal(
    directory: Path, *arguments: str, answer: tuple[str, str] | None = None, **more: str
) -> Ended:
    """Run `python -m gatepost` on a terminal, to its end; all that is drawn there is its output.

    Args:
        directory: where it is run.
        arguments: what follows its name.
        answer: what it asks, and what is typed then, once.
        more: variables of its environment.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gatepost", *arguments],
        cwd=directory,
        env=environment({"TERM": "xterm", **more}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    with suppress(OSError):  # how Linux says that the other end has closed
        while part := os.read(ours, 4096):
            said += part
            if answer is not None and answer[0].encode() in said:
                os.write(ours, f"{answer[1]}\n".encode())
                answer = None
    os.close(ours)
    return Ended(process.wait(timeout=_SECONDS), said.decode(), "")


@contextmanager
def heeding_interrupts() -> Iterator[None]:
    """Let what is started in the block heed SIGINT, also where these tests run in the background.

    A shell lets its background jobs ignore it, and what they start inherits that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def demo(directory: Path, **more: str) -> Iterator[str]:
    """Run a demo until the block ends, and stop it in order; yields what it said at its start."""
    ours, its = os.pipe()
    with os.fdopen(ours) as output:
        with Path(os.devnull).open("w") as nowhere:
            files = (its, nowhere.fileno())
            running = _GATEPOST.start(directory, ["demo"], environment(more), files)
        os.close(its)
        said = ""
        for line in output:
            said += line
            if "Ctrl+C" in line:
                break
        try:
            yield said
        finally:
            assert running.stop(signal.SIGINT, _STOP_SECONDS) == 0

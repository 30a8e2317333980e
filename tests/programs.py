"""Running Python programs, in processes that a prepared one becomes."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests import prepared

_LONGEST_ANSWER = 32


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Running:
    """A program that has been started; somebody has to wait for its end, once."""

    process: int
    _door: socket.socket

    def has_ended(self) -> bool:
        """Whether it has. It still is to be waited for."""
        return self._status(waiting=False) != ""

    def stop(self, number: signal.Signals, seconds: float) -> int:
        """Send it a signal, and return the exit status that it ends with.

        Raises:
            TimeoutError: it has not ended after so many seconds, and was killed.
        """
        os.kill(self.process, number)
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > deadline:
                os.kill(self.process, signal.SIGKILL)
                self.wait()
                raise TimeoutError(f"still running {seconds} s after {number.name}")
            time.sleep(0.01)
        return self.wait()

    def wait(self) -> int:
        """Return its exit status, once there is one."""
        return int(self._status(waiting=True))

    def _status(self, *, waiting: bool) -> str:
        return _answer(self._door, {"process": self.process, "waiting": waiting}, [])


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is run often.

    Attributes:
        module: what `python -m` runs.
        imports: modules that it is known to import, which are imported once for all its runs.
        seconds: how long a run may take.
    """

    module: str
    imports: tuple[str, ...]
    seconds: float

    def run(
        self, directory: Path, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Ended:
        """Run it to its end."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            files = (out.fileno(), err.fileno())
            code = self.start(directory, arguments, environment, files).wait()
            said = [os.pread(file, os.fstat(file).st_size, 0).decode() for file in files]
        return Ended(code, *said)

    def start(
        self,
        directory: Path,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        files: tuple[int, int] = (1, 2),
    ) -> Running:
        """Start it.

        Args:
            directory: where it runs.
            arguments: what follows its name.
            environment: all of its variables.
            files: its standard output and its standard error; this process's where left out.
        """
        asked = {
            "module": self.module,
            "directory": str(directory),
            "arguments": list(arguments),
            "environment": dict(environment),
        }
        door = _prepared(self)
        return Running(int(_answer(door, asked, files)), door)


def _answer(door: socket.socket, asked: Mapping[str, object], files: Sequence[int]) -> str:
    socket.send_fds(door, [json.dumps(asked).encode()], files)
    return door.recv(_LONGEST_ANSWER).decode().strip()


@cache
def _prepared(program: Program) -> socket.socket:
    """Start the process that a program's runs are forked from; it ends with this one."""
    ours, theirs = socket.socketpair()
    ours.settimeout(program.seconds)
    process = subprocess.Popen(
        [sys.executable, prepared.__file__, *program.imports], stdin=theirs.fileno()
    )
    theirs.close()
    atexit.register(process.wait, program.seconds)
    atexit.register(ours.close)
    return ours

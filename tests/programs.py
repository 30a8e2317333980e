"""Running Python programs to their end, in processes that a prepared one becomes."""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests import prepared

_LONGEST_STATUS = 16


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


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
        asked = {
            "module": self.module,
            "directory": str(directory),
            "arguments": list(arguments),
            "environment": dict(environment),
        }
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            files = [out.fileno(), err.fileno()]
            door = _prepared(self)
            socket.send_fds(door, [json.dumps(asked).encode()], files)
            code = int(door.recv(_LONGEST_STATUS))
            said = [os.pread(file, os.fstat(file).st_size, 0).decode() for file in files]
        return Ended(code, *said)


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

"""Running another program for as long as it may take."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.attacks.target import stop

_TAIL = 4000


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended.

    Attributes:
        code: None where it had to be stopped.
        output: the last of what it printed.
    """

    code: int | None
    output: str
    seconds: float

    @property
    def trouble(self) -> str:
        """How it ended, in words, for a run that left no report."""
        how = "stopped" if self.code is None else f"ended with {self.code}"
        return f"{how} after {self.seconds:.0f} s: {self.output}"


def run(
    command: Sequence[str],
    directory: Path,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Run a program in a process group of its own.

    Args:
        command: and its arguments.
        directory: where it runs, and where `output` with all that it prints goes.
        seconds: after which it is stopped, and all that it has started.
        environment: this process's where there is none.
    """
    started = time.monotonic()
    log = directory / "output"
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=os.environ if environment is None else environment,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            stop(process)
    output = log.read_text(errors="replace")[-_TAIL:]
    return Ended(code, output, time.monotonic() - started)

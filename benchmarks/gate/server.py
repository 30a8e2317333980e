"""Servers under measure: uvicorn with one worker, each in a process and on a core of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from benchmarks.gate.apps.answer import PATH
from benchmarks.gate.machine import starting_on

_ROOT = Path(__file__).parents[2]
_SETTINGS = ("GATEPOST_", "BETTER_AUTH_", "DATABASE_URL", "UVICORN_", "WEB_CONCURRENCY")
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


class Server:
    """A running server.

    Args:
        process: its own.
        port: on loopback.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port

    @property
    def process_id(self) -> int:
        """The process that is measured."""
        return self._process.pid

    def at(self, port: int) -> "Server":
        """Return what the same process serves at another port."""
        return Server(self._process, port)

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Return what its process has used of a core so far; NaN where the system does not say."""
        try:
            # The clock of another process, as clock_getcpuclockid(3) makes it on Linux.
            return time.clock_gettime((~self._process.pid << 3) | 2)
        except (AttributeError, OSError):
            return float("nan")


@contextmanager
def serving(  # noqa: PLR0913 - what one benchmark needs, most of it with a default
    app: str,
    directory: Path,
    *,
    python: Path = Path(sys.executable),
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
    cores: Sequence[int] = (0,),
) -> Iterator[Server]:
    """Serve an app until the block ends.

    Args:
        app: the name of its module among `benchmarks.gate.apps`.
        directory: takes its log.
        python: of the environment that it runs in.
        port: a free one where none is given.
        environment: beside that of this process.
        cores: where it may run.

    Raises:
        RuntimeError: it does not start; the message has its log.
    """
    port = port or free_port()
    command = [str(python), "-m", "uvicorn", f"benchmarks.gate.apps.{app}:app"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--lifespan", "on"]
    command += ["--no-access-log", "--log-level", "warning"]
    command += ["--timeout-keep-alive", "60"]  # a connection waits while the others have their turn
    with running(app, command, directory, port, environment=environment, cores=cores) as server:
        yield server


@contextmanager
def running(  # noqa: PLR0913 - as above
    name: str,
    command: Sequence[str],
    directory: Path,
    port: int,
    *,
    environment: Mapping[str, str] | None = None,
    cores: Sequence[int] = (0,),
) -> Iterator[Server]:
    """Run a server on cores of its own until the block ends.

    Args:
        name: of its log.
        command: starts it.
        directory: takes its log.
        port: where it will listen.
        environment: beside that of this process.
        cores: where it may run.

    Raises:
        RuntimeError: it does not start; the message has its log.
    """
    log = directory / f"{name}.log"
    with log.open("wb") as written, starting_on(*cores):
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**_without_settings(os.environ), **(environment or {})},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, log)
        yield Server(process, port)
    finally:
        _stop(process)


def check_closed(server: Server) -> None:
    """Make sure that whatever guards the route is awake.

    Raises:
        RuntimeError: a stranger is let in.
    """
    status = httpx.get(server.url + PATH).status_code
    if status != HTTPStatus.UNAUTHORIZED:
        raise RuntimeError(f"a stranger was answered with {status}")


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what somebody has set for a deployment of their own, above all its database."""
    return {name: value for name, value in environment.items() if not name.startswith(_SETTINGS)}


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{log.stem} did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

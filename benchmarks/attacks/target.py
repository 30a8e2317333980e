"""An app of the corpus, served for one tool with one hole in it, or with none."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.attacks.attack_files import AttackFile, read_attack_file
from benchmarks.attacks.holes import attack_file, import_string
from benchmarks.attacks.people import Person, make_people
from benchmarks.gate.server import free_port

_ROOT = Path(__file__).parents[2]
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
# Ends the account that a tool was given, and with it all that it could find from then on.
LEAVING = "DELETE /me"
# Nothing that somebody has set for a deployment of their own, above all its database.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Planted:
    """An app, and the hole in it.

    Attributes:
        hole: its name; None in the clean twin.
    """

    app: str
    hole: str | None

    @property
    def environment(self) -> dict[str, str]:
        """What it is started with, and all of it."""
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        told = read_attack_file(attack_file(self.app)).app.environment
        hole = {"HOLE": self.hole} if self.hole is not None else {}
        return {**kept, "PYTHONPATH": os.pathsep.join(paths), **told, **hole}


@dataclass(frozen=True, slots=True)
class Target:
    """What a tool is told of a running app.

    Attributes:
        url: its origin.
        openapi: a file with the document that it has of itself, whether or not it serves it.
        people: Alice and Bob, and an administrator where there is one, signed in.
        directory: the tool's own, and empty but for that file.
    """

    url: str
    openapi: Path
    people: Sequence[Person]
    file: AttackFile
    directory: Path

    @property
    def paths(self) -> list[str]:
        """The paths that the document has."""
        return list(json.loads(self.openapi.read_text())["paths"])


@contextmanager
def serving(planted: Planted, directory: Path) -> Iterator[Target]:
    """Serve an app until the block ends.

    Args:
        planted: which one.
        directory: takes its log, and what it writes.

    Raises:
        RuntimeError: it does not start; the message has its log.
        httpx.HTTPError: it lets nobody in.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", import_string(planted.app), "--lifespan", "on"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    home = directory / "app"
    home.mkdir()
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=planted.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, url, home / "log")
        file = read_attack_file(attack_file(planted.app))
        openapi = directory / "openapi.json"
        openapi.write_text(_document(planted, home))
        yield Target(url, openapi, make_people(file.people, url), file, directory)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a group of its own, and what it has started."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
            process.wait(_STOP_SECONDS)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        try:
            httpx.get(url, timeout=_START_SECONDS, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _document(planted: Planted, home: Path) -> str:
    module, _, name = import_string(planted.app).partition(":")
    program = f"import json; from {module} import {name} as app; print(json.dumps(app.openapi()))"
    environment: Mapping[str, str] = planted.environment
    return subprocess.check_output(
        [sys.executable, "-c", program], cwd=home, env=environment, text=True
    )

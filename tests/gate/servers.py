"""uvicorn, granian and hypercorn: each a process of its own, which stops when its block ends."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from gatepost.testing import Somebody, anonymous, sign_up
from tests.cli.running import environment
from tests.conftest import TEST_SECRET
from tests.ports import held_port
from tests.services import keeper
from tests.services.errors import ServiceError

_START_SECONDS = 30
_STOP_SECONDS = 20
_PATIENCE_SECONDS = 60
_TREE = Path(__file__).parents[2]
_MADE_BY = "tests.gate.served:create"

SERVERS = {
    "uvicorn": ["--factory", _MADE_BY, "--host", "127.0.0.1", "--port", "{port}"],
    "granian": [
        *("--interface", "asgi", "--workers", "1", "--factory", _MADE_BY),
        *("--host", "127.0.0.1", "--port", "{port}"),
    ],
    "hypercorn": [f"{_MADE_BY}()", "--worker-class", "asyncio", "--bind", "127.0.0.1:{port}"],
}
"""The command line of each, run as `python -m NAME`."""


def _paths() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def _is_mark(event: dict[str, str]) -> bool:
    return event.get("method") == "DELETE"


@dataclass(frozen=True, slots=True)
class Served:
    """The app of `served.py` behind one server, nobody and somebody.

    Attributes:
        log: the file with everything that the server's processes have written.
    """

    url: str
    anyone: httpx.Client
    ada: Somebody
    log: Path

    @property
    def live_url(self) -> str:
        """The origin, as websockets write it."""
        return self.url.replace("http", "ws", 1)

    def events(self) -> list[dict[str, str]]:
        """Return the security events so far; each is a line of JSON in the log.

        They are written one after another, after the answers: once that of a last request is there,
        all before it are.
        """
        before = sum(map(_is_mark, self._written()))
        self.anyone.delete("/closed")
        end = time.monotonic() + _PATIENCE_SECONDS
        while sum(map(_is_mark, self._written())) == before:
            assert time.monotonic() < end
            time.sleep(0.01)
        return [event for event in self._written() if not _is_mark(event)]

    def _written(self) -> list[dict[str, str]]:
        lines = self.log.read_text("utf-8", "replace").splitlines(keepends=True)
        whole = [line for line in lines if line.startswith('{"time"') and line.endswith("\n")]
        return [json.loads(line) for line in whole]

    def logs(self, text: str) -> bool:
        """Wait until a text is in the log; a server may write it after it has answered."""
        end = time.monotonic() + _STOP_SECONDS
        while text not in self.log.read_text("utf-8", "replace"):
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True


@contextmanager
def served_by(name: str, *arguments: str, **settings: str) -> Iterator[Served]:
    """Run the app of `served.py` behind a server until the block ends.

    Args:
        name: a key of `SERVERS`.
        arguments: added to its command line.
        settings: added to the environment of its process.

    Raises:
        ServiceError: it did not start.
    """
    directory = tempfile.mkdtemp(prefix="gatepost-server-")
    with held_port() as port, tempfile.NamedTemporaryFile(prefix="gatepost-server-log-") as log:
        url = f"http://127.0.0.1:{port}"
        names = {
            "PYTHONPATH": os.pathsep.join([os.fspath(_TREE), *_paths()]),
            "KEEPER_DIRECTORY": directory,
            "GATEPOST_DATA_DIR": directory,
            "GATEPOST_URL": url,
            "GATEPOST_SECRET": TEST_SECRET,
            **settings,
        }
        server = [argument.format(port=port) for argument in SERVERS[name]]
        with subprocess.Popen(
            [
                *(sys.executable, "-I", keeper.__file__),
                *(sys.executable, "-m", name, *server, *arguments),
            ],
            env=environment(names),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                _wait_until_it_answers(name, process, url, Path(log.name))
                with anonymous(url) as anyone, sign_up(url) as ada:
                    yield Served(url, anyone, ada, Path(log.name))
            finally:
                if process.stdin is not None:
                    process.stdin.close()  # the keeper stops the server, by its process id
                process.wait(_STOP_SECONDS)


def _wait_until_it_answers(
    name: str, process: subprocess.Popen[bytes], url: str, log: Path
) -> None:
    end = time.monotonic() + _START_SECONDS
    with httpx.Client(base_url=url, trust_env=False) as client:
        while process.poll() is None and time.monotonic() < end:
            with suppress(httpx.TransportError):
                if client.get("/api/auth/ok").is_success:
                    return
            time.sleep(0.02)
    raise ServiceError(name, "did not start", log.read_text("utf-8", "replace"))

"""The applications as processes in an environment of their own, open and behind Gatepost."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gatepost.testing import Somebody, anonymous, sign_up
from tests.cli.running import environment
from tests.conftest import TEST_SECRET
from tests.docs.snippets import ROOT
from tests.ports import free_port
from tests.services import keeper
from tests.services.errors import ServiceError
from tests.services.node import locked
from tests.third_party.found import Found
from tests.third_party.served import FOUND, SOCKET

PYTHON = ROOT / ".venv-third-party" / "bin" / "python"

_MAKE_SECONDS = 900
_START_SECONDS = 180
_STOP_SECONDS = 30
_NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


@dataclass(frozen=True, slots=True)
class Application:
    """One application, twice: as it was written, and behind Gatepost.

    Attributes:
        open: a stranger's client of the one that is as it was written.
        socket: the Unix socket that it is served on.
        url: the origin of the other.
        anyone: a stranger's client of the other.
        ada: somebody who has signed up there.
    """

    name: str
    found: Found
    open: httpx.Client
    socket: Path
    url: str
    anyone: httpx.Client
    ada: Somebody


def ensure_made() -> None:
    """Make the environment, unless it is there as the lock says."""
    ours = ("MAKE", "SSL_CERT_FILE")  # what this run was made with, and whom its clients believe
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = ["make", "--no-print-directory", f"PYTHON={sys.executable}"]
    with locked(Path(__file__).parent):
        done = subprocess.run(
            [*command, ".venv-third-party/.made"],
            cwd=ROOT,
            env=quiet,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_MAKE_SECONDS,
            check=False,
        )
    if done.returncode != 0:
        raise ServiceError("third-party", "the environment cannot be made", done.stdout)


def settings_of(name: str, home: Path, port: int = 1) -> dict[str, str]:
    """Return the environment of a process of an application, which can reach nobody outside."""
    return environment(
        {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "HOME": str(home),
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), _NOBODY),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
            "THIRD_PARTY_APP": name,
            "GATEPOST_URL": f"http://127.0.0.1:{port}",
            "GATEPOST_SECRET": TEST_SECRET,
            "GATEPOST_DATA_DIR": str(home / "data"),
        }
    )


@contextmanager
def application(name: str) -> Iterator[Application]:
    """Run an application until the block ends.

    Raises:
        ServiceError: it did not start, or did not stop in order.
    """
    ensure_made()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        _process(name) as as_written,
        _process(name, port) as behind,
        # A port in its Host header, as anybody's browser writes one that is not 80.
        httpx.Client(
            base_url="http://127.0.0.1:1",
            transport=httpx.HTTPTransport(uds=str(as_written.home / SOCKET)),
        ) as stranger,
        anonymous(url) as anyone,
    ):
        as_written.wait_until_it_listens()
        behind.wait_until_it_listens()
        found = Found.read(as_written.home / FOUND)
        with sign_up(url, "ada") as ada:
            yield Application(name, found, stranger, as_written.home / SOCKET, url, anyone, ada)


@dataclass(frozen=True, slots=True)
class _Process:
    name: str
    running: subprocess.Popen[bytes]
    home: Path
    port: int | None
    log: Path

    def wait_until_it_listens(self) -> None:
        """Wait until it is served, at its port or on its Unix socket."""
        end = time.monotonic() + _START_SECONDS
        while not self._listens():
            if self.running.poll() is not None:
                raise self.error(f"exited with {self.running.returncode}")
            if time.monotonic() > end:
                raise self.error(f"does not listen after {_START_SECONDS} s")
            time.sleep(0.05)

    def _listens(self) -> bool:
        family = socket.AF_INET if self.port else socket.AF_UNIX
        with socket.socket(family) as probe:
            there = ("127.0.0.1", self.port) if self.port else str(self.home / SOCKET)
            return probe.connect_ex(there) == 0

    def error(self, why: str) -> ServiceError:
        """Say what is wrong with it, and what it wrote."""
        return ServiceError(self.name, why, self.log.read_text("utf-8", errors="replace"))


@contextmanager
def _process(name: str, port: int | None = None) -> Iterator[_Process]:
    home = Path(tempfile.mkdtemp(prefix="gatepost-third-party-"))
    command = [str(PYTHON), "-m", "tests.third_party.served", name, *([str(port)] if port else [])]
    settings = settings_of(name, home, port or 1)
    with (
        tempfile.NamedTemporaryFile(prefix="gatepost-third-party-log-") as log,
        subprocess.Popen(
            [sys.executable, "-I", keeper.__file__, *command],
            env={**settings, "KEEPER_DIRECTORY": str(home)},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as running,
    ):
        process = _Process(name, running, home, port, Path(log.name))
        try:
            yield process
        finally:
            if running.stdin is not None:
                running.stdin.close()
            running.wait(_STOP_SECONDS)
        if running.returncode != 0:
            raise process.error(f"stopped with status {running.returncode}")

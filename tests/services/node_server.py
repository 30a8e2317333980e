"""A server of ours on Node, which stops when its block ends or when the tests are killed."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.services import keeper
from tests.services.errors import ServiceError
from tests.services.node import NODE, environment

_START_SECONDS = 60
_STOP_SECONDS = 30


class NodeServer:
    """A running server, and what it has written so far."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self._name = name
        self._process = process
        self._log = log

    def said(self) -> str:
        """Read what it has written to its standard output and standard error."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_until_it_answers(self, url: str) -> None:
        """Wait until GET of `url` is answered with success."""
        end = time.monotonic() + _START_SECONDS
        with httpx.Client(trust_env=False) as client:
            while True:
                try:
                    if client.get(url).is_success:
                        return
                except httpx.TransportError:
                    pass
                if self._process.poll() is not None:
                    why = f"exited with {self._process.returncode}"
                    raise ServiceError(self._name, why, self.said())
                if time.monotonic() > end:
                    why = f"does not answer after {_START_SECONDS} s"
                    raise ServiceError(self._name, why, self.said())
                time.sleep(0.02)


@contextmanager
def node_server(
    name: str, script: Path, settings: Mapping[str, str], ready_url: str
) -> Iterator[NodeServer]:
    """Run a script with Node, and these settings in its environment, until the block ends.

    Raises:
        ServiceError: it did not start, or did not stop in order.
    """
    directory = tempfile.mkdtemp(prefix="gatepost-node-")
    lent = {"KEEPER_DIRECTORY": directory, **settings}
    with (
        tempfile.NamedTemporaryFile(prefix="gatepost-node-log-") as log,
        subprocess.Popen(
            [*(sys.executable, "-I", keeper.__file__), str(NODE), str(script)],
            env=environment(lent),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        server = NodeServer(name, process, Path(log.name))
        try:
            server.wait_until_it_answers(ready_url)
            yield server
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_STOP_SECONDS)
        if process.returncode != 0:
            raise ServiceError(name, f"stopped with status {process.returncode}", server.said())

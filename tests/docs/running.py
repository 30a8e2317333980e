"""Running an app of the documentation as its reader would: with uvicorn, in an empty directory."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from gatepost.rates import HIGHEST_RATES
from tests.ports import free_port
from tests.programs import Program, Running

_START_SECONDS = 60
# What apps of the documentation import, and the server before them.
_UVICORN = Program("uvicorn", ("uvicorn", "gatepost", "gatepost.rows"), _START_SECONDS)


@contextmanager
def uvicorn(app: str, directory: Path, *options: str, **environment: str) -> Iterator[str]:
    """Run `uvicorn app` in `directory` until the block ends; yields its origin.

    PORT in `environment` chooses where it listens.
    """
    port = environment.get("PORT") or str(free_port())
    url = f"http://127.0.0.1:{port}"
    settings = {"GATEPOST_URL": url, "GATEPOST_RATE_LIMITS": HIGHEST_RATES}
    running = _UVICORN.start(
        directory,
        [app, *options, "--port", port, "--log-level", "warning"],
        {**os.environ, **settings, **environment},
    )
    try:
        _wait(running, url)
        yield url
    finally:
        running.stop(signal.SIGTERM, _START_SECONDS)


def _wait(running: Running, url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client() as client:  # one: each reads the machine's certificates
        while time.monotonic() < deadline:
            try:
                client.get(f"{url}/")
            except httpx.TransportError:
                assert not running.has_ended(), "the app has ended; its log says why"
                time.sleep(0.05)
            else:
                return
    raise TimeoutError(f"{url} did not answer")

"""Running an app of the documentation as its reader would: with uvicorn, in an empty directory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from gatepost.rates import HIGHEST_RATES
from tests.ports import free_port

_START_SECONDS = 60


@contextmanager
def uvicorn(app: str, directory: Path, *options: str, **environment: str) -> Iterator[str]:
    """Run `uvicorn app` in `directory` until the block ends; yields its origin.

    PORT in `environment` chooses where it listens.
    """
    port = environment.get("PORT") or str(free_port())
    url = f"http://127.0.0.1:{port}"
    settings = {"GATEPOST_URL": url, "GATEPOST_RATE_LIMITS": HIGHEST_RATES}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", app, *options),
            *("--port", port, "--log-level", "warning"),
        ],
        cwd=directory,
        env={**os.environ, **settings, **environment},
    )
    try:
        _wait(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=_START_SECONDS)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client() as client:  # one: each reads the machine's certificates
        while time.monotonic() < deadline:
            try:
                client.get(f"{url}/")
            except httpx.TransportError:
                assert process.poll() is None, "the app has ended; its log says why"
                time.sleep(0.05)
            else:
                return
    raise TimeoutError(f"{url} did not answer")

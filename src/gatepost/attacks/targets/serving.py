"""An app of this process, served on loopback so that it is attacked over real HTTP."""

import logging
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from gatepost.attacks.errors import AttackError
from gatepost.attacks.targets.importing import imported_app

_PATIENCE_SECONDS = 30.0
_LOOPBACK = "127.0.0.1"
_BACKLOG = 512
_FAREWELL_SECONDS = 3
"""For what still runs at the end, as a stream that never ends by itself."""


def own_environment(url: str, directory: str) -> dict[str, str]:
    """Return what an app behind Gatepost is told, so that the attack touches nobody's data."""
    return {
        "GATEPOST_URL": url,
        "GATEPOST_SECRET": secrets.token_urlsafe(32),
        "GATEPOST_DATA_DIR": directory,
    }


@contextmanager
def serving_app(
    target: str, environment: Mapping[str, str], *, factory: bool = False
) -> Iterator[tuple[FastAPI, str]]:
    """Import an app and serve it until the block ends; yields it and its origin.

    Args:
        target: `module:name`.
        environment: set before the import; `{url}` in a value is the origin. A variable that is set
            already stays, but for what the attack file says.
        factory: whether the name is that of a function which makes the app.

    Raises:
        AttackError: there is no such app, or it does not start.
    """
    listening = socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG)
    url = f"http://{_LOOPBACK}:{listening.getsockname()[1]}"
    said = {name: text.replace("{url}", url) for name, text in environment.items()}
    with (
        listening,
        tempfile.TemporaryDirectory(prefix="gatepost-attack-") as directory,
        _environment({**own_environment(url, directory), **os.environ, **said}),
    ):
        app = imported_app(target, factory=factory)
        with _served(app, listening, target):
            yield app, url


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _served(app: FastAPI, listening: socket.socket, target: str) -> Iterator[None]:
    # Its logging is the app's own: uvicorn configures none.
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=_FAREWELL_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=_run, args=(server, listening), daemon=True)
    with _last_errors() as errors:
        thread.start()
        try:
            _wait_for(server, thread, target, errors)
            yield
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_SECONDS)


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    with suppress(SystemExit):  # how it says that the app did not start
        server.run([listening])


def _wait_for(
    server: uvicorn.Server, thread: threading.Thread, target: str, errors: list[str]
) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if server.started:
            return
        if not thread.is_alive():
            why = f": {errors[0]}" if errors else ". Start it with uvicorn to see why."
            raise AttackError(f"{target} does not start{why}")
        thread.join(0.01)
    raise AttackError(f"{target} has not started after {_PATIENCE_SECONDS:.0f} seconds.")


class _LastErrors(logging.Handler):
    """Keeps the last line of what the server says of a start that failed: the error itself."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        lines = record.getMessage().strip().splitlines()
        self._kept.extend(lines[-1:])


@contextmanager
def _last_errors() -> Iterator[list[str]]:
    kept: list[str] = []
    handler, logger = _LastErrors(kept), logging.getLogger("uvicorn.error")
    logger.addHandler(handler)
    try:
        yield kept
    finally:
        logger.removeHandler(handler)

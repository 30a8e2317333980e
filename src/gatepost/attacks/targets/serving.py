"""An app of this process, served on loopback so that it is attacked over real HTTP."""

import importlib
import os
import secrets
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from gatepost.attacks.errors import AttackError

_PATIENCE_SECONDS = 30.0
_GOODBYE_SECONDS = 5
_LOOPBACK = "127.0.0.1"


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
    listening = socket.create_server((_LOOPBACK, 0))
    url = f"http://{_LOOPBACK}:{listening.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="gatepost-attack-") as directory:
        for name, value in own_environment(url, directory).items():
            os.environ.setdefault(name, value)
        os.environ.update({name: text.replace("{url}", url) for name, text in environment.items()})
        app = _imported(target, factory=factory)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="critical",
                proxy_headers=False,
                lifespan="on",
                # A handler that tells somebody of events does not see that they have gone.
                timeout_graceful_shutdown=_GOODBYE_SECONDS,
            )
        )
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            _wait_for(server, thread, target)
            yield app, url
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_SECONDS)
            listening.close()


def _wait_for(server: uvicorn.Server, thread: threading.Thread, target: str) -> None:
    for _ in range(int(_PATIENCE_SECONDS * 100)):
        if server.started:
            return
        if not thread.is_alive():
            break
        thread.join(0.01)
    raise AttackError(f"{target} does not start. Start it with uvicorn to see why.")


def _imported(target: str, *, factory: bool) -> FastAPI:
    module, _, name = target.partition(":")
    if not name:
        raise AttackError(
            f"{target!r} is neither an app nor a URL. Write MODULE:APP, for instance main:app, or "
            "http://127.0.0.1:8000."
        )
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        with redirect_stdout(sys.stderr):
            found: object = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            app = found() if factory and callable(found) else found
    except Exception as error:
        raise AttackError(f"Importing {target} failed: {type(error).__name__}: {error}") from error
    if not isinstance(app, FastAPI):
        raise AttackError(
            f"{target} is of type {type(app).__name__}, and not a FastAPI app. Where it is a "
            "function that makes the app, add --factory."
        )
    return app

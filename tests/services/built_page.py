"""Pages for the browser tests, built as any page of a user's is."""

import subprocess
from pathlib import Path

from tests.services.errors import ServiceError
from tests.services.node import DIRECTORY, NODE, environment

_SERVICE = "page"
_WEB = DIRECTORY.parents[1] / "web"
_VITE = _WEB / "node_modules" / "vite" / "bin" / "vite.js"
_BUILD_SECONDS = 120

USE_SESSION = "app/test/use-session"
"""Renders the official client's React hook."""

CLIENT = "packages/client/test/page"
"""Has our client in cookie mode, as `gatepost`, and what that has told it in `heard`."""


def build_page(source: str, directory: Path) -> None:
    """Build a page into a directory, with the React and the `better-auth` that Tasks' page has."""
    if not _VITE.is_file():
        raise ServiceError(_SERVICE, "what it is built with is not installed; `make page` does it")
    done = subprocess.run(
        [str(NODE), str(_VITE), "build", str(_WEB / source), "--outDir", str(directory)],
        env=environment(),
        cwd=_WEB,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_BUILD_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise ServiceError(_SERVICE, "cannot be built", done.stdout)

"""Serves one of the applications: `python -m tests.third_party.served NAME [PORT]`.

With a port it is behind Gatepost, and nothing but `protect` has been done to it. Without one it is
as it was written, on a Unix socket: an open Jupyter server must be within nobody's reach but the
tests'. What was found in it is written beside its working directory.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from gatepost import Gatepost
from tests.third_party.apps import APPS
from tests.third_party.found import Found

FOUND, SOCKET = "found.json", "app.socket"


async def _serve(name: str, port: int | None) -> None:
    async with APPS[name]() as app:
        Found.of(app).write(Path("..", FOUND))
        if port is None:
            config = uvicorn.Config(app, uds=f"../{SOCKET}", lifespan="on", log_level="warning")
        else:
            Gatepost().protect(app)
            config = uvicorn.Config(app, port=port, lifespan="on", log_level="warning")
        await uvicorn.Server(config).serve()


def listed() -> FastAPI:
    """Make the application that THIRD_PARTY_APP names, for `gatepost routes --factory`."""

    async def make() -> FastAPI:
        async with APPS[os.environ["THIRD_PARTY_APP"]]() as app:
            Gatepost().protect(app)
            return app

    return asyncio.run(make())


if __name__ == "__main__":
    # uvicorn stops at it, and raises it once more: what the application has to stop comes after.
    signal.signal(signal.SIGINT, lambda *_: None)
    Path("work").mkdir()
    os.chdir("work")  # a Jupyter server shows what is in it
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]) if sys.argv[2:] else None))

"""The outbox of `gatepost demo`, beside the app on a loopback port of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from gatepost.mail import Outbox
from gatepost.mail.outbox_page import outbox_page


class _Beside(uvicorn.Server):
    """A server that leaves the signals to the one that it stands beside."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


@asynccontextmanager
async def showing(outbox: Outbox, listener: socket.socket) -> AsyncIterator[str]:
    """Show an outbox until the block ends; yields its URL.

    Args:
        outbox: what is shown.
        listener: bound to 127.0.0.1.
    """
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        outbox_page(outbox, port),
        lifespan="off",
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
    server = _Beside(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="gatepost-outbox")
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        await serving

"""Real HTTP for tests: an ASGI app behind uvicorn on a free loopback port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from tests.ports import free_port

_START_SECONDS = 20
# A test may be slow to ask again, and then must not meet a connection that is just being closed.
_KEEP_ALIVE_SECONDS = 120


@contextmanager
def serving(app: ASGIApp, *, port: int | None = None) -> Iterator[str]:
    """Serve `app` until the block ends; yields its base URL."""
    chosen = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=chosen,
            log_level="warning",
            lifespan="on",
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(_START_SECONDS * 100):
        if server.started or not thread.is_alive():
            break
        thread.join(0.01)
    if not server.started:
        raise RuntimeError("the server under test did not start; its log says why")
    try:
        yield f"http://127.0.0.1:{chosen}"
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)

"""The app under test behind a real server, in a thread of the test's own process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from logging import getLogger

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.errors import ConfigurationError
from gatepost.testing.people import PATIENCE_SECONDS

# What a test leaves open, a stream or a websocket, is cancelled after it.
_GRACE_SECONDS = 2

_log = getLogger("gatepost")


@contextmanager
def serve(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Serve `app` on a bound socket, its lifespan included, until the block ends.

    Raises:
        ConfigurationError: the app did not start, or did not end; its own error is the cause.
    """
    watched = _Watched(app)
    server = _Server(
        uvicorn.Config(
            watched,
            lifespan="on",
            proxy_headers=False,
            # pytest has set logging up, and shows what is logged beside the test that fails.
            log_config=None,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    thread = threading.Thread(
        target=server.run_until_told, args=(listener,), name="gatepost.testing", daemon=True
    )
    thread.start()
    server.settled.wait(PATIENCE_SECONDS)
    if not server.started:
        server.should_exit = True
        raise _failure("start", watched.fault) from watched.fault
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
    if watched.fault is not None or thread.is_alive():
        raise _failure("end", watched.fault) from watched.fault


def _failure(verb: str, fault: BaseException | None) -> ConfigurationError:
    if fault is None:
        return ConfigurationError(
            f"The app under test did not {verb} within {PATIENCE_SECONDS:g} s: something in its "
            "lifespan or in a handler blocks the event loop, or waits for ever."
        )
    return ConfigurationError(f"The app under test did not {verb}: {type(fault).__name__}: {fault}")


class _Watched:
    """Keeps what the app's lifespan raises, and logs in time what its handlers raise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.fault: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except (Exception, SystemExit) as fault:
            if scope["type"] == "lifespan":
                self.fault = fault
            raise

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Starlette answers 500 first and raises then. A test that has its answer may be over before
        # the server logs why, so such an answer waits for the end of its request.
        held: list[Message] = []

        async def send_or_hold(message: Message) -> None:
            if held or message.get("status", 0) >= HTTPStatus.INTERNAL_SERVER_ERROR:
                held.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, send_or_hold)
        except Exception as fault:
            if not held:
                raise
            _log.error("a handler of the app under test has failed", exc_info=fault)
        for message in held:
            await send(message)


class _Server(uvicorn.Server):
    """Says when it has started, or when it never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()

    def run_until_told(self, listener: socket.socket) -> None:
        try:
            self.run([listener])
        except SystemExit:
            # Its way to say that the app did not start; the thread that waits says why.
            _log.debug("the server under test has ended")
        finally:
            self.settled.set()

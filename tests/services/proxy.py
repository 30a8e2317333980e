"""A small reverse proxy, as one stands in front of an app: TLS outside, plain HTTP inside.

It appends whom it sees to `X-Forwarded-For`, as nginx does, and passes everything else on in both
directions, websockets included.
"""

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

_MOST_BYTES_OF_A_HEAD = 64 * 1024
_LENGTH = re.compile(rb"^content-length: *([0-9]+)", re.IGNORECASE | re.MULTILINE)
_PATIENCE_SECONDS = 60


class Proxy:
    """One that listens on a port of this machine's, and has one app behind it.

    Args:
        app_port: where the app listens.
        tls: the certificate that callers see; None where they speak http.

    Attributes:
        sees: the address that it says callers have. Those of the tests all have this machine's.
    """

    def __init__(self, app_port: int, tls: ssl.SSLContext | None) -> None:
        self._app_port = app_port
        self._tls = tls
        self.sees = "198.51.100.7"

    async def listen(self, port: int) -> asyncio.Server:
        """Take connections, until the server is closed."""
        return await asyncio.start_server(
            self._pass, "127.0.0.1", port, ssl=self._tls, limit=_MOST_BYTES_OF_A_HEAD
        )

    async def _pass(self, caller: asyncio.StreamReader, to_caller: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await caller.readuntil(b"\r\n\r\n")
            # Together: an app that answers without having read it all resets the connection, and
            # its answer is lost.
            length = _LENGTH.search(head)
            body = await caller.readexactly(int(length[1])) if length else b""
            app, to_app = await asyncio.open_connection("127.0.0.1", self._app_port)
            try:
                to_app.write(self._passed_on(head) + body)
                await _first_of(_copy(caller, to_app), _copy(app, to_caller))
            finally:
                to_app.close()
        to_caller.close()

    def _passed_on(self, head: bytes) -> bytes:
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        fields = [tuple(line.split(":", 1)) for line in lines]
        upgrades = any(name.lower() == "upgrade" for name, _ in fields)
        seen = [value.strip() for name, value in fields if name.lower() == "x-forwarded-for"]
        # One request a connection: what came behind it would be passed on as it is.
        dropped = {"x-forwarded-for"} | (set() if upgrades else {"connection"})
        kept = [f"{name}:{value}" for name, value in fields if name.lower() not in dropped]
        added = [f"X-Forwarded-For: {', '.join([*seen, self.sees])}"]
        if not upgrades:
            added.append("Connection: close")
        return "\r\n".join([first, *kept, *added, "", ""]).encode("latin-1")


@contextmanager
def proxying(app_port: int, port: int, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """Run a proxy on `port`, in a thread, until the block ends."""
    proxy = Proxy(app_port, tls)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def finish(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(_PATIENCE_SECONDS)

    server = finish(proxy.listen(port))
    try:
        yield proxy
    finally:
        finish(_close(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_SECONDS)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(_MOST_BYTES_OF_A_HEAD):
        target.write(data)
        await target.drain()


async def _first_of(*copies: Coroutine[Any, Any, None]) -> None:
    """Run both directions until the first of them is over."""
    tasks = [asyncio.ensure_future(copy) for copy in copies]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

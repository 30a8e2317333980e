"""A TCP connection that can be frozen, cut and tampered with, as networks do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_CHUNK = 65_536


class Wire:
    """Stands between a driver and its server.

    Attributes:
        replaced: what of the client's bytes arrives as something else of the same length.
    """

    def __init__(self, host: str, port: int) -> None:
        self.replaced: tuple[bytes, bytes] = (b"", b"")
        self._target = (host, port)
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self._open: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where the driver connects to."""
        return self._port

    def freeze(self) -> None:
        """Carry nothing any more, and say nothing of it: connections stay open."""
        self._flows.clear()

    def thaw(self) -> None:
        """Carry everything that was held back."""
        self._flows.set()

    async def restore(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Close every connection, and refuse new ones."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            back, there = await asyncio.open_connection(*self._target)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, there, *self.replaced))
                both.create_task(self._carry(back, writer, b"", b""))
        except (asyncio.CancelledError, ExceptionGroup, OSError):
            pass
        finally:
            self._open.discard(task)
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, old: bytes, new: bytes
    ) -> None:
        while True:
            some = await source.read(_CHUNK)
            await self._flows.wait()
            if not some:
                raise ConnectionResetError
            sink.write(some.replace(old, new) if old else some)
            await sink.drain()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """Put a wire before a database; give it, and the URL of its other end."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    wire = Wire(parts.hostname, parts.port)
    await wire.restore()
    try:
        # Else the driver asks for TLS first, and the bytes could not be read.
        yield wire, url.replace(f":{parts.port}/", f":{wire.port}/") + "?sslmode=disable"
    finally:
        wire.thaw()
        with contextlib.suppress(asyncio.CancelledError):
            await wire.cut()

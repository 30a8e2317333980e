"""A server of the attacker's, which counts its callers: the outbound oracle."""

import secrets
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_POLL_SECONDS = 0.05
_HEAD = 65_536
ONWARD, WITHIN = "/onward", "/within"
"""Who asks for the first is redirected to the second."""


class Listener:
    """Listens on loopback for as long as the block lasts.

    Attributes:
        callers: how many connections came.
        asked: the paths that were asked for, in order.
        page: a text which is in every answer, and nowhere else: who repeats it has read one.
    """

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(_POLL_SECONDS)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self.callers = 0
        self.asked: list[str] = []
        self.page = f"page-{secrets.token_hex(16)}"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port on which it listens."""
        port: int = self._socket.getsockname()[1]
        return port

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self._over.set()
        self._thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.callers += 1
            # Whatever the caller does, the next one is heard as well.
            with suppress(OSError), connection:
                connection.settimeout(1)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        asked = connection.recv(_HEAD).decode("latin-1")
        path = asked.split(" ", 2)[1] if asked.count(" ") > 1 else ""
        self.asked.append(path)
        body = self.page.encode()
        goes_on = path.startswith(ONWARD)
        head = f"302 Found\r\nLocation: {self.url}{WITHIN}" if goes_on else "200 OK"
        connection.sendall(
            f"HTTP/1.1 {head}\r\nContent-Type: text/plain\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

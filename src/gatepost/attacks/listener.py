"""A server of the attacker's, which counts its callers: the outbound oracle."""

import socket
import threading
from types import TracebackType
from typing import Self

_POLL_SECONDS = 0.05


class Listener:
    """Listens on loopback for as long as the block lasts."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(_POLL_SECONDS)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self.callers = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

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
            connection.close()

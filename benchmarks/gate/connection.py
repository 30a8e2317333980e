"""One keep-alive connection to a server under measure: HTTP/1.1, and no more of it than is needed.

A client library would spend more on each request than the gate does, and so hide what is measured.
"""

import json
import re
import socket
from collections.abc import Mapping

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
# JSON on one line holds nothing that could be taken for it (RFC 9112, section 7.1).
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_END_OF_HEAD = b"\r\n\r\n"
_STATUS = slice(9, 12)
_BUFFER_BYTES = 65536
_PATIENCE_SECONDS = 10.0


class WrongAnswer(RuntimeError):
    """A server answered something else than it should, so that its speed means nothing."""


class Connection:
    """A connection on which one request at a time is on its way.

    Args:
        port: on loopback.
        status: the three digits that every answer on this connection must have.
        source: the loopback address that the server sees.

    Attributes:
        since: the time from which the latency of the request at hand is counted.
    """

    __slots__ = ("_received", "_socket", "_status", "since")

    def __init__(self, port: int, status: bytes, source: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=_PATIENCE_SECONDS, source_address=(source, 0)
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._status = status
        self._received = b""
        self.since = 0.0

    def fileno(self) -> int:
        """Return the descriptor, for `select`."""
        return self._socket.fileno()

    def send(self, request: bytes) -> None:
        """Send a whole request, head and body."""
        self._socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; return whether the answer is complete.

        Raises:
            WrongAnswer: it is not the expected one, or the server has hung up.
        """
        arrived = self._socket.recv(_BUFFER_BYTES)
        if not arrived:
            raise WrongAnswer(f"the server hung up after {self._received[:500]!r}")
        received = self._received = self._received + arrived
        end = received.find(_END_OF_HEAD)
        if end < 0:
            return False
        if received[_STATUS] != self._status:
            raise WrongAnswer(f"expected {self._status!r}, got {received[:500]!r}")
        if not _is_whole(received, end):
            return False
        self._received = b""
        return True

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _is_whole(received: bytes, end: int) -> bool:
    """Whether a body has come to its end, after a head that ends at `end`."""
    length = _LENGTH.search(received, 0, end)
    if length is not None:
        missing = end + len(_END_OF_HEAD) + int(length[1]) - len(received)
        if missing < 0:
            raise WrongAnswer(f"an answer is longer than its length: {received[:500]!r}")
        return missing == 0
    if _CHUNKED.search(received, 0, end) is None:
        raise WrongAnswer(f"an answer without a length: {received[:500]!r}")
    return received.endswith(_LAST_CHUNK)


def get(path: str, headers: Mapping[str, str]) -> bytes:
    """Write a GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def post(path: str, headers: Mapping[str, str], body: Mapping[str, object]) -> bytes:
    """Write a POST request with JSON in it."""
    content = json.dumps(body).encode("utf-8")
    described = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    head = get(path, {**described, **headers}).replace(b"GET", b"POST", 1)
    return head + content

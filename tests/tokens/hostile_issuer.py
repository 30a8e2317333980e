"""An issuer on a raw socket that answers as it likes, and counts what it is asked."""

import contextlib
import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from tests.ports import free_port

_HEAD_LIMIT = 64 * 1024
_TEN_MEGABYTES = 10 * 1024 * 1024

Answer = Callable[[socket.socket, "HostileIssuer"], None]


class HostileIssuer:
    """Serves one `answer` for every path that has none of its own; both can be changed at any time.

    Attributes:
        answer: writes to the socket whatever it likes.
        answers: by path, before `answer`.
        heads: what was asked, request by request.
        stopping: set when the issuer closes, for those who stall.
    """

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.answers: dict[str, Answer] = {}
        self.heads: list[bytes] = []
        self.stopping = threading.Event()
        self._tls = tls
        self._threads: list[threading.Thread] = []
        self.port = free_port()
        self.open()

    @property
    def origin(self) -> str:
        """Where it is."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where its keys are."""
        return f"{self.origin}/jwks"

    @property
    def asked(self) -> int:
        """How many requests have come."""
        return len(self.heads)

    def open(self) -> None:
        """Listen, on the port of before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.settimeout(0.05)
        self._closed = threading.Event()
        self._start(self._accept, self._listener, self._closed)

    def close_port(self) -> None:
        """Refuse connections."""
        self._closed.set()
        self._threads[-1].join()

    def close(self) -> None:
        """Let go of everybody."""
        self.stopping.set()
        self._closed.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        if target == self._accept:
            self._threads.append(thread)
        else:
            self._threads.insert(0, thread)
        thread.start()

    def _accept(self, listener: socket.socket, closed: threading.Event) -> None:
        with listener:
            while not closed.is_set():
                with contextlib.suppress(TimeoutError):
                    self._start(self._serve, listener.accept()[0])

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            if self._tls is None:
                self._answer(connection)
            else:
                with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                    self._answer(wrapped)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_LIMIT:
            part = connection.recv(4096)
            if not part:
                return
            head += part
            if not b"GET ".startswith(head[:4]):
                return  # TLS, where none is spoken
        self.heads.append(head)
        path = head.split(b" ", 2)[1].decode()
        self.answers.get(path, self.answer)(connection, self)


@contextmanager
def hostile_issuer(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[HostileIssuer]:
    """Run an issuer until the block ends."""
    issuer = HostileIssuer(answer, tls)
    try:
        yield issuer
    finally:
        issuer.close()


def sends(
    body: bytes,
    *,
    status: str = "200 OK",
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> Answer:
    """Answer in one go.

    Args:
        body: the body.
        status: the status line's end.
        headers: more headers, or others.
        length: what Content-Length says, where it lies.
    """
    fields = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body) if length is None else length),
        **(headers or {}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return raw(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body)


def sends_json(document: object) -> Answer:
    """Answer with a document."""
    return sends(json.dumps(document).encode())


def raw(octets: bytes) -> Answer:
    """Write bytes, and nothing else."""

    def answer(connection: socket.socket, _issuer: HostileIssuer) -> None:
        connection.sendall(octets)

    return answer


def stalls_before_the_head(_connection: socket.socket, issuer: HostileIssuer) -> None:
    """Say nothing."""
    issuer.stopping.wait()


def stalls_in_the_body(connection: socket.socket, issuer: HostileIssuer) -> None:
    """Begin, and say no more."""
    sends(b'{"keys":[', length=1000)(connection, issuer)
    issuer.stopping.wait()


def drips(connection: socket.socket, issuer: HostileIssuer) -> None:
    """Send a byte a second, for ever: no read of a socket takes long."""
    sends(b"", length=1000)(connection, issuer)
    while not issuer.stopping.wait(1):
        connection.sendall(b" ")


def endless(prefix: bytes, part: bytes) -> Answer:
    """Send the prefix, and then the part again and again."""

    def answer(connection: socket.socket, issuer: HostileIssuer) -> None:
        connection.sendall(prefix)
        while not issuer.stopping.is_set():
            connection.sendall(part)

    return answer


def slowly_endless(part: bytes) -> Answer:
    """Send the part again and again, with time for the reader to take it."""

    def answer(connection: socket.socket, issuer: HostileIssuer) -> None:
        while not issuer.stopping.wait(0.01):
            connection.sendall(part)

    return answer


def redirects(location: str, status: str = "302 Found") -> Answer:
    """Point elsewhere."""
    return sends(b"{}", status=status, headers={"Location": location})


def ten_megabytes() -> bytes:
    """Return a large and otherwise faultless document."""
    return b'{"keys":[' + b" " * _TEN_MEGABYTES + b"]}"


def gzip_bomb() -> Answer:
    """Send ten megabytes in ten kilobytes, unasked."""
    return sends(gzip.compress(ten_megabytes()), headers={"Content-Encoding": "gzip"})

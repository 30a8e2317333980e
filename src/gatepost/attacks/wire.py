"""Raw HTTP/1.1 over a socket: what a client library would tidy up is what is to be sent.

`httpx` joins two headers, resolves `..`, encodes what must stay raw and reads a body before it
shows an answer; an attacker does none of it.
"""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http.client import HTTPResponse
from ssl import SSLSocket, create_default_context
from urllib.parse import urlsplit

from gatepost.attacks.answers import Answered

DEFAULT_SECONDS = 10.0
_CONTINUE = b"HTTP/1.1 100"
_ENDLESS = frozenset({"text/event-stream", "multipart/x-mixed-replace"})
_SILENCE_SECONDS = 0.5
_LONGEST_SECONDS = 3.0
_PART = 65_536

Fields = Sequence[tuple[str, str | bytes]]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RawRequest:
    """One request, spelled as it will be sent.

    Attributes:
        target: the request target, sent as it stands, without any encoding.
        fields: headers besides Host and Connection; a name may come twice.
        body: what is really sent after the head.
        announced: the Content-Length; that of the body where None. A larger one leaves the server
            waiting, so that an answer shows that it did not wait.
    """

    method: str
    target: str
    fields: Fields = ()
    body: bytes = b""
    announced: int | None = None

    def encode(self, host: str) -> bytes:
        """Return the bytes of the request."""
        fields: list[tuple[str, str | bytes]] = [("Host", host), ("Connection", "close")]
        named = {name.lower() for name, _ in self.fields}
        fields = [(name, value) for name, value in fields if name.lower() not in named]
        fields += self.fields
        length = len(self.body) if self.announced is None else self.announced
        if length and "transfer-encoding" not in named:
            fields.append(("Content-Length", str(length)))
        lines = [_octets(f"{self.method} {self.target} HTTP/1.1")]
        lines += [_octets(name) + b": " + _octets(value) for name, value in fields]
        return b"\r\n".join([*lines, b"", b""]) + self.body


def send(base_url: str, request: RawRequest, *, seconds: float = DEFAULT_SECONDS) -> Answered:
    """Send one request and return its answer.

    An interim `100 Continue` is returned as the answer, because it asks for the body.

    Raises:
        TimeoutError: no answer came in time.
        ConnectionError: the server closed the connection without one.
        ssl.SSLError: it is not who it says that it is.
        http.client.HTTPException: what came is not HTTP.
    """
    parts = urlsplit(base_url)
    if parts.hostname is None or parts.scheme not in _PORTS:
        raise ValueError(f"a base URL names http or https and a host, unlike {base_url!r}")
    address = (parts.hostname, parts.port or _PORTS[parts.scheme])
    opened = socket.create_connection(address, timeout=seconds)
    with _secured(opened, parts.hostname) if parts.scheme == "https" else opened as connection:
        connection.sendall(request.encode(parts.netloc))
        if _asks_for_the_body(connection):
            return Answered(100, (), b"")
        # HTTPResponse knows that HEAD has no body; the other methods do not matter to it.
        response = HTTPResponse(connection, method=request.method)
        response.begin()
        with response:
            body = _heard(response, connection) if _is_endless(response) else response.read()
            return Answered(response.status, tuple(response.getheaders()), body)


def _is_endless(response: HTTPResponse) -> bool:
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return kind in _ENDLESS


def _heard(response: HTTPResponse, connection: socket.socket) -> bytes:
    """Read a stream that need not end, until nothing has come for a while."""
    connection.settimeout(_SILENCE_SECONDS)
    until = time.monotonic() + _LONGEST_SECONDS
    heard = b""
    try:
        while time.monotonic() < until and (part := response.read1(_PART)):
            heard += part
    except TimeoutError:
        pass
    return heard


def with_fields(request: RawRequest, *fields: tuple[str, str | bytes]) -> RawRequest:
    """Return a request with headers in the place of those of the same name."""
    named = {name.lower() for name, _ in fields}
    kept = tuple(each for each in request.fields if each[0].lower() not in named)
    return replace(request, fields=(*kept, *fields))


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _secured(opened: socket.socket, host: str) -> SSLSocket:
    try:
        return create_default_context().wrap_socket(opened, server_hostname=host)
    except OSError:
        opened.close()
        raise


def _asks_for_the_body(connection: socket.socket) -> bool:
    """Look ahead for an interim answer; over TLS nobody can, and it is passed over later."""
    if isinstance(connection, SSLSocket):
        return False
    return connection.recv(len(_CONTINUE), socket.MSG_PEEK) == _CONTINUE

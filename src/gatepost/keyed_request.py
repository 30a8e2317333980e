"""A request that carries an Idempotency-Key: what it asks, and its answer until that is whole.

An answer that is to be kept with the work goes into the same transaction, so it is held back until
its last byte is known. Requests without the header never come by here.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from starlette.types import Message, Receive, Scope, Send

from gatepost.errors import ConfigurationError

KEYED_KEY = "gatepost.keyed_request"
MOST_KEPT_BYTES = 256 * 1024

_HEADER = b"idempotency-key"


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """A successful answer, to its last byte."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


Keep: TypeAlias = Callable[[WholeAnswer], Awaitable[None]]


class KeyedRequest:
    """One request with a key, between its unit of work and the app.

    Args:
        scope: of the request.
        receive: from the server.
        send: commits when an answer starts, and hands it on.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._digest = hashlib.sha256()
        self._is_read = False
        self._keep: Keep | None = None
        self._start: Message | None = None
        self._body = bytearray()

    @classmethod
    def of(cls, scope: Scope, receive: Receive, send: Send) -> "KeyedRequest | None":
        """Return the request where it carries a key, and let dependencies find it."""
        if not any(name == _HEADER for name, _ in scope["headers"]):
            return None
        keyed = scope[KEYED_KEY] = cls(scope, receive, send)
        return keyed

    @property
    def values(self) -> tuple[bytes, ...]:
        """Every value of the header, as it came."""
        return tuple(value for name, value in self._scope["headers"] if name == _HEADER)

    @property
    def is_read(self) -> bool:
        """Whether its body has come in to the last byte."""
        return self._is_read

    @property
    def is_unfinished(self) -> bool:
        """Whether an answer has begun, and is still held."""
        return self._start is not None

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its method, path, query and body, as hexadecimal digits.

        Raises:
            RuntimeError: the body has not been read.
        """
        if not self._is_read:
            raise RuntimeError("the body of a request is part of what it asks; read it first")
        whole = hashlib.sha256()
        path = self._scope["path"].encode("utf-8", "surrogatepass")
        for part in (self._scope["method"].encode(), path, self._scope["query_string"]):
            whole.update(b"%d:%s" % (len(part), part))  # so that no two requests read alike
        whole.update(self._digest.digest())
        return whole.hexdigest()

    def keep_with(self, keep: Keep) -> None:
        """Hold the answer, should it be a success, and hand it to `keep` before the commit."""
        self._keep = keep

    async def receive(self) -> Message:
        """Receive what the app receives, and read along."""
        message = await self._receive()
        if message["type"] == "http.request" and not self._is_read:
            self._digest.update(message.get("body", b""))
            self._is_read = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send what the app sends; an answer that is to be kept, when it is whole."""
        if self._keep is None:
            await self._send(message)
        elif self._start is not None:
            await self._hold(message, self._keep)
        elif message["type"] != "http.response.start":
            await self._send(message)
        elif message["status"] >= HTTPStatus.BAD_REQUEST:
            self._keep = None  # nothing was done, so the key is free again
            await self._send(message)
        else:
            self._start = message

    async def _hold(self, message: Message, keep: Keep) -> None:
        if message["type"] != "http.response.body":
            raise self._cannot_be_kept(f"it uses the extension {message['type']}")
        self._body += message.get("body", b"")
        if len(self._body) > MOST_KEPT_BYTES:
            raise self._cannot_be_kept(f"it is longer than {MOST_KEPT_BYTES} bytes")
        if self._start is None or message.get("more_body", False):
            return
        start, body = self._start, bytes(self._body)
        await keep(WholeAnswer(start["status"], list(start.get("headers", ())), body))
        self._keep = self._start = None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    def _cannot_be_kept(self, why: str) -> ConfigurationError:
        # The work without its answer would be done again by the retry: so it is not done at all.
        return ConfigurationError(
            f"The answer of {self._scope['method']} {self._scope['path']} cannot be kept for its "
            f"Idempotency-Key: {why}. Nothing was done. Answer with less, as with the id of what "
            "was made, or take Idempotent off the route."
        )

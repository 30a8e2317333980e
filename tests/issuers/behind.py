"""An app to stand behind the real Better Auth's server: it says what reached it."""

import asyncio
import json
from collections.abc import MutableMapping

from starlette.types import Receive, Scope, Send

HEADERS = [(b"content-type", b"application/json"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]


class Behind:
    """An ASGI app; its streams go on when a test says so."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.left = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def go_on(self) -> None:
        """Let the streams that wait send what they still have."""
        assert self._loop is not None, "nothing streams"
        self._loop.call_soon_threadsafe(self.gate.set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the path."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await _converse(scope, receive, send)
        elif scope["path"] == "/stream":
            await self._stream(receive, send)
        elif scope["path"] == "/breaks-off":
            await _answer(send, 200, [(b"content-length", b"1000")])
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            raise ConnectionAbortedError
        elif scope["path"] == "/empty":
            await _answer(send, 204, [])
            await send({"type": "http.response.body"})
        else:
            await _echo(scope, receive, send)

    async def _stream(self, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        await _answer(send, 200, [(b"content-type", b"text/event-stream")])
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await receive()  # the request's own end
        gone = asyncio.ensure_future(receive())
        on = asyncio.ensure_future(self.gate.wait())
        await asyncio.wait({gone, on}, return_when=asyncio.FIRST_COMPLETED)
        for each in (gone, on):
            each.cancel()
        if gone.done() and not gone.cancelled():
            self.left += 1
            return
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})


async def _live(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def _seen(scope: Scope, body: bytes = b"") -> str:
    seen: MutableMapping[str, object] = {
        "method": scope.get("method"),
        "path": scope["raw_path"].decode("latin-1"),
        "query": scope["query_string"].decode("latin-1"),
        "headers": [
            [name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]
        ],
        "body": body.decode("latin-1"),
    }
    return json.dumps(seen)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    said = _seen(scope, body).encode()
    await _answer(send, 200, [*HEADERS, (b"content-length", str(len(said)).encode())])
    await send({"type": "http.response.body", "body": said})


async def _converse(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()  # websocket.connect
    if scope["path"] == "/refused":
        await send({"type": "websocket.http.response.start", "status": 401, "headers": HEADERS})
        await send({"type": "websocket.http.response.body", "body": b'{"code":"UNAUTHORIZED"}'})
        return
    chosen = scope["subprotocols"][0] if scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": chosen})
    await send({"type": "websocket.send", "text": _seen(scope)})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "bye":
            await send({"type": "websocket.close", "code": 4001, "reason": "as you wish"})
            return
        await send({**message, "type": "websocket.send"})

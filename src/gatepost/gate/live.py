"""Websockets and event streams that end when their caller is nobody any more."""

import asyncio
import time
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from gatepost.gate.standing import CHECK_SECONDS, Standing

_POLICY_VIOLATION = 1008
_SUBPROTOCOL = "gatepost"


class LiveStream:
    """One stream of server-sent events, which lives for as long as its caller is somebody.

    Any other answer, however long it takes to send, was owed when it began. Made in the task of
    its request, which it ends.
    """

    def __init__(self, standing: Standing, task: asyncio.Task[Any]) -> None:
        self._standing = standing
        self._task = task
        self.has_ended = False

    async def send(self, message: Message, send: Send) -> None:
        """Send the next event; where the caller is nobody any more, end the stream instead.

        The request is cancelled then, as it is when a server goes down: what makes the events
        meets that where it waits for the next one, and cleans up; no handler of errors takes it
        for one.

        Raises:
            CancelledError: the stream has ended, and somebody goes on sending.
        """
        if self.has_ended:
            raise asyncio.CancelledError
        if not await self._standing.ask_again():
            await send(message)
            return
        self.has_ended = True
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        if asyncio.current_task() is self._task and not message.get("more_body"):
            raise asyncio.CancelledError  # what is over waits for nothing more, and would commit
        self._task.cancel()


class LiveConnection:
    """Stands between the app and the server on one websocket.

    Args:
        standing: says whether the caller who opened it still may.
    """

    def __init__(self, scope: Scope, standing: Standing, receive: Receive, send: Send) -> None:
        self._standing = standing
        self._receive = receive
        self._send = send
        self._closed = False
        self._closing = asyncio.Lock()
        self._next: asyncio.Future[Message] | None = None
        offered: list[str] = scope.get("subprotocols", [])
        self._offers_ours = _SUBPROTOCOL in offered
        # The app sees which protocols were offered, and never the token among them.
        scope["subprotocols"] = [name for name in offered if not name.startswith("bearer.")]

    async def receive(self) -> Message:
        """Wait for the next message for as long as the caller is somebody."""
        while not await self._standing.ask_again():
            if self._next is None:
                self._next = asyncio.ensure_future(self._receive())
            # The server is asked once and waited for in parts: what is cancelled loses a message.
            waiting = self._next
            await asyncio.wait({waiting}, timeout=self._patience())
            if waiting.done() and not waiting.cancelled():
                message, self._next = waiting.result(), None
                # Asked again: the session may have ended while nothing came.
                if message["type"] == "websocket.disconnect" or not self._standing.is_over:
                    return message
        await self._close()
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    async def leave(self) -> None:
        """Wait for nothing more: the app has returned, or nothing more is to reach it."""
        waiting, self._next = self._next, None
        if waiting is not None and waiting.cancel():
            await asyncio.wait({waiting})

    async def send(self, message: Message) -> None:
        """Send a message, unless the caller has become nobody."""
        if self._closed:
            return
        if await self._standing.ask_again() and message["type"] != "websocket.close":
            await self._close()
            return
        if message["type"] == "websocket.accept" and self._offers_ours:
            # A browser that offered subprotocols drops the connection unless one is chosen.
            message.setdefault("subprotocol", None)
            message["subprotocol"] = message["subprotocol"] or _SUBPROTOCOL
        await self._send(message)

    def _patience(self) -> float | None:
        claims = self._standing.claims
        if claims is None:
            return None
        return min(CHECK_SECONDS, max(0.0, claims.expires_at - time.time()))

    async def _close(self) -> None:
        async with self._closing:  # whoever comes second waits until it is closed
            if self._closed:
                return
            self._closed = True
            # granian drops the connection without a word where it is still asked for a message.
            await self.leave()
            await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})

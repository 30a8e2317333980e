"""Websockets and event streams that end when their caller is nobody any more."""

import time

import anyio
from starlette.types import Message, Receive, Scope, Send

from gatepost.tokens import VerifiedClaims, Verifier

# How long a silent connection may outlive a sign-out. One that sends is checked at each message.
_CHECK_SECONDS = 0.5
_POLICY_VIOLATION = 1008
_SUBPROTOCOL = "gatepost"


class EndOfStream(Exception):
    """An event stream whose caller has become nobody; its answer has been ended."""


class LiveStream:
    """One stream of server-sent events, which lives for as long as its caller is somebody.

    Any other answer, however long it takes to send, was owed when it began.
    """

    def __init__(self, claims: VerifiedClaims, verifier: Verifier) -> None:
        self._claims = claims
        self._verifier = verifier

    async def check(self, send: Send) -> None:
        """Before the next event: end the stream where the caller is nobody any more.

        Raises:
            EndOfStream: so that what makes the events ends as well.
        """
        if not self._verifier.still_holds(self._claims):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            raise EndOfStream


class LiveConnection:
    """Stands between the app and the server on one websocket.

    Args:
        claims: what is known of the caller who opened it, or None on a public route.
        verifier: says whether it still holds.
    """

    def __init__(
        self,
        scope: Scope,
        claims: VerifiedClaims | None,
        verifier: Verifier,
        receive: Receive,
        send: Send,
    ) -> None:
        self._claims = claims
        self._verifier = verifier
        self._receive = receive
        self._send = send
        self._closed = False
        offered: list[str] = scope.get("subprotocols", [])
        self._offers_ours = _SUBPROTOCOL in offered
        # The app sees which protocols were offered, and never the token among them.
        scope["subprotocols"] = [name for name in offered if not name.startswith("bearer.")]

    async def receive(self) -> Message:
        """Wait for the next message for as long as the caller is somebody."""
        while not self._is_over():
            with anyio.move_on_after(self._patience()):
                message = await self._receive()
                # Asked again: the session may have ended while nothing came.
                if message["type"] == "websocket.disconnect" or not self._is_over():
                    return message
        await self._close()
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    async def send(self, message: Message) -> None:
        """Send a message, unless the caller has become nobody."""
        if self._closed:
            return
        if self._is_over() and message["type"] != "websocket.close":
            await self._close()
            return
        if message["type"] == "websocket.accept" and self._offers_ours:
            # A browser that offered subprotocols drops the connection unless one is chosen.
            message.setdefault("subprotocol", None)
            message["subprotocol"] = message["subprotocol"] or _SUBPROTOCOL
        await self._send(message)

    def _is_over(self) -> bool:
        return self._claims is not None and not self._verifier.still_holds(self._claims)

    def _patience(self) -> float:
        if self._claims is None:
            return float("inf")
        return min(_CHECK_SECONDS, max(0.0, self._claims.expires_at - time.time()))

    async def _close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})

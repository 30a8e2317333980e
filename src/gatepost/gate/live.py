"""A websocket that ends when its caller is nobody any more."""

import time

import anyio
from starlette.types import Message, Receive, Scope, Send

from gatepost.principal import Principal
from gatepost.tokens import RevocationFeed

# How long a silent connection may outlive a sign-out. One that sends is checked at each message.
_CHECK_SECONDS = 2.0
_POLICY_VIOLATION = 1008
_SUBPROTOCOL = "gatepost"


class LiveConnection:
    """Stands between the app and the server on one websocket.

    Args:
        principal: the caller who opened it, or None on a public route.
        revocations: which sessions have ended.
    """

    def __init__(
        self,
        scope: Scope,
        principal: Principal | None,
        revocations: RevocationFeed,
        receive: Receive,
        send: Send,
    ) -> None:
        self._principal = principal
        self._revocations = revocations
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
                return await self._receive()
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
        who = self._principal
        if who is None:
            return False
        if who.expires_at <= time.time():
            return True
        return who.session_id is not None and self._revocations.is_revoked(who.session_id)

    def _patience(self) -> float:
        if self._principal is None:
            return float("inf")
        return min(_CHECK_SECONDS, max(0.0, self._principal.expires_at - time.time()))

    async def _close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})

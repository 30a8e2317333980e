"""The way of a request that has been let in, and of its answer back out."""

import asyncio

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gatepost.gate import responses
from gatepost.gate.cors import Cors, RawHeaders
from gatepost.gate.decision import GateRules
from gatepost.gate.live import LiveConnection, LiveStream
from gatepost.gate.policy import Policy, Public, is_for_everyone
from gatepost.gate.standing import Standing
from gatepost.tokens import VerifiedClaims

_HTTP_START = "http.response.start"
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_NO_STORE = (b"cache-control", b"no-store")
# RFC 6797, section 6.1. Not for subdomains: they may be somebody else's.
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
_EVENT_STREAM = b"text/event-stream"
_STARTS = (_HTTP_START, "websocket.accept", "websocket.http.response.start")


class Passage:
    """One request that has been let in, until its answer has ended.

    Args:
        rules: what was decided by.
        claims: what is known of the caller, or None on a public route.
        cors: what the browser is to be told.
        policy: of the route.
        send: to the server.
    """

    __slots__ = (
        "_claims",
        "_cors",
        "_is_for_everyone",
        "_is_public",
        "_policy",
        "_rules",
        "_send",
        "_started",
        "_stream",
        "_task",
    )

    def __init__(
        self,
        rules: GateRules,
        claims: VerifiedClaims | None,
        cors: Cors,
        send: Send,
        *,
        policy: Policy,
    ) -> None:
        self._rules = rules
        self._claims = claims
        self._cors = cors
        self._send = send
        self._task = asyncio.current_task()
        self._policy = policy
        self._is_public = isinstance(policy, Public)
        self._is_for_everyone = is_for_everyone(policy)
        self._started = False
        self._stream: LiveStream | None = None

    async def send(self, message: Message) -> None:
        """Send what the app sends, with what the gate has to say to it."""
        if message["type"] in _STARTS:
            self._begin(message)
        elif self._stream is not None:
            await self._stream.send(message, self._send)
            return
        await self._send(message)

    def websocket(self, scope: Scope, receive: Receive) -> LiveConnection:
        """Return the connection that a websocket's app is to have."""
        standing = Standing(self._claims, self._policy, self._rules)
        return LiveConnection(scope, standing, receive, self.send)

    @property
    def has_ended(self) -> bool:
        """Whether it was an event stream, and has been ended because its caller is nobody."""
        return self._stream is not None and self._stream.has_ended

    def answer_to_failure(self, scope: Scope) -> Response | None:
        """Return what a stranger sees of an exception; None where something has been sent.

        Whatever it was, they see one sentence, or what the app has prepared for it; the server's
        log gets the rest.
        """
        if self._started or self._rules.app_answers_errors or scope["type"] == "websocket":
            return None
        answer = responses.internal_error(scope.get("http_version", "1.1"))
        self._cors.add_to_own(answer)
        return answer

    def _begin(self, message: Message) -> None:
        self._started = True
        headers: RawHeaders = list(message.get("headers", ()))
        message["headers"] = headers
        named = {name.lower(): value for name, value in headers}
        if b"x-content-type-options" not in named:
            headers.append(_NO_SNIFFING)
        if self._rules.https_only and _HTTPS_ONLY[0] not in named:
            headers.append(_HTTPS_ONLY)
        is_kept_by_nobody = not self._is_public and b"cache-control" not in named
        if is_kept_by_nobody:
            # What belongs to a person is kept by no cache on the way (RFC 9111, section 5.2.2.5).
            headers.append(_NO_STORE)
        self._cors.add_to(
            headers, named, is_public=self._is_for_everyone, may_be_kept=not is_kept_by_nobody
        )
        media_type = named.get(b"content-type")
        if media_type is None or self._claims is None or message["type"] != _HTTP_START:
            return
        if media_type.lower().startswith(_EVENT_STREAM) and self._task is not None:
            standing = Standing(self._claims, self._policy, self._rules)
            self._stream = LiveStream(standing, self._task)

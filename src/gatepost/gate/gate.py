"""The gate: decides on every request before anything of the app runs, with the body unread."""

import secrets
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.events.catalogue import SecurityEvent
from gatepost.events.port import current_request, request_facts
from gatepost.gate import responses
from gatepost.gate.decision import Denied, GateRules, decide
from gatepost.gate.live import LiveConnection
from gatepost.gate.policy import Public
from gatepost.gate.routes import Resolution
from gatepost.gate.seal import mark_decided
from gatepost.tokens import VerifiedClaims, principal_from

PRINCIPAL_KEY = "gatepost.principal"
MAX_BODY_BYTES = 1024 * 1024
_LONGEST_LENGTH = 15
_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


class Gate:
    """Pure ASGI middleware, the outermost of the app.

    Args:
        app: what is behind the gate.
        rules: returns the rules; raises `NotStarted` before the app's lifespan has run.
    """

    def __init__(self, app: ASGIApp, rules: Callable[[], GateRules]) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] not in ("http", "websocket"):
            raise ValueError(f"an ASGI scope of the unknown type {scope['type']!r} is refused")
        rules = self._rules()
        resolution = rules.table.resolve(scope)
        request = request_facts(scope, request_id=secrets.token_hex(8), route=resolution.template)
        remembered = current_request.set(request)
        try:
            claims = await decide(scope, resolution, rules)
            refusal = _refuse_request(scope, resolution)
            if refusal is not None:
                await _answer(refusal, scope, receive, send)
                return
            scope[PRINCIPAL_KEY] = principal_from(claims) if claims is not None else None
            mark_decided(scope, resolution)
            passage = _Passage(self._app, rules, resolution, claims)
            await passage.run(scope, receive, send)
        except Denied as denied:
            rules.events.emit(
                SecurityEvent(denied.event_name, reason=denied.reason, request=request)
            )
            await _answer(denied.response, scope, receive, send)
        finally:
            current_request.reset(remembered)


class _Passage:
    """One request that has been let in, until its answer has started."""

    def __init__(
        self,
        app: ASGIApp,
        rules: GateRules,
        resolution: Resolution,
        claims: VerifiedClaims | None,
    ) -> None:
        self._app = app
        self._rules = rules
        self._resolution = resolution
        self._claims = claims
        self._started = False

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app as the caller."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                self._started = True
                self._add_headers(message)
            await send(message)

        if scope["type"] == "websocket":
            verifier = self._rules.verifier
            live = LiveConnection(scope, self._claims, verifier, receive, send_with_headers)
            await self._app(scope, live.receive, live.send)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            # Whatever it was, a stranger sees one sentence, or what the app has prepared for it;
            # the server's log gets the rest.
            if not self._started and not self._rules.app_answers_errors:
                answer = responses.internal_error(scope.get("http_version", "1.1"))
                await answer(scope, receive, send)
            raise

    def _add_headers(self, message: Message) -> None:
        message["headers"] = list(message.get("headers", ()))
        headers = MutableHeaders(raw=message["headers"])
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if not isinstance(self._resolution.policy, Public):
            # What belongs to a person is kept by no cache on the way (RFC 9111, section 5.2.2.5).
            headers.setdefault("Cache-Control", "no-store")


def _refuse_request(scope: Scope, resolution: Resolution) -> Response | None:
    """Refuse, now that the caller is known, what no route takes."""
    if not resolution.readable:
        return responses.not_found()
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                return responses.unreadable_length()
            # By its digits first: Python refuses to read a number of more than 4,300 of them.
            if len(value) > _LONGEST_LENGTH or int(value) > MAX_BODY_BYTES:
                return responses.too_large()
    return None


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await responses.refuse_websocket(response, scope, receive, send)
    else:
        await response(scope, receive, send)

"""The gate: decides on every request before anything of the app runs, with the body unread."""

import secrets
from collections.abc import Callable
from enum import StrEnum

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost.events.catalogue import EventName, RequestFacts, SecurityEvent
from gatepost.events.port import current_request, request_facts
from gatepost.gate import responses
from gatepost.gate.decision import Denied, GateRules, decide
from gatepost.gate.live import LiveConnection
from gatepost.gate.policy import Public
from gatepost.gate.routes import Resolution
from gatepost.principal import Principal

PRINCIPAL_KEY = "gatepost.principal"
MAX_BODY_BYTES = 1024 * 1024
_LONGEST_LENGTH = 16


class SealFault(StrEnum):
    """Why an answer was withheld; private, for the event log."""

    ANOTHER_ENDPOINT = "ran_what_was_not_decided_on"


class SealBroken(RuntimeError):
    """What ran is not what was decided on, so its answer was withheld."""


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
        try:
            resolution, readable = rules.table.resolve(scope), True
        except ValueError:
            resolution, readable = Resolution.nowhere(), False
        request = request_facts(scope, request_id=secrets.token_hex(8), route=resolution.template)
        remembered = current_request.set(request)
        try:
            principal = await decide(scope, resolution, rules)
            refusal = _refuse_request(scope, readable=readable)
            if refusal is not None:
                await _answer(refusal, scope, receive, send)
                return
            passage = _Passage(self._app, rules, resolution, principal, request)
            await passage.run(scope, receive, send)
        except Denied as denied:
            rules.events.emit(
                SecurityEvent(denied.event_name, reason=denied.reason, request=request)
            )
            await _answer(denied.response, scope, receive, send)
        finally:
            current_request.reset(remembered)


class _Passage:
    """One request that has been let in, watched until its answer has started."""

    def __init__(
        self,
        app: ASGIApp,
        rules: GateRules,
        resolution: Resolution,
        principal: Principal | None,
        request: RequestFacts,
    ) -> None:
        self._app = app
        self._rules = rules
        self._resolution = resolution
        self._principal = principal
        self._request = request
        self._started = False

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app as the principal, and seal what comes back."""
        scope[PRINCIPAL_KEY] = self._principal

        async def send_sealed(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                self._check_seal(scope, int(message.get("status", 101)))
                self._started = True
                self._add_headers(message)
            await send(message)

        if scope["type"] == "websocket":
            revocations = self._rules.trust.revocations
            live = LiveConnection(scope, self._principal, revocations, receive, send_sealed)
            await self._app(scope, live.receive, live.send)
            return
        try:
            await self._app(scope, receive, send_sealed)
        except Exception:
            # Whatever it was, a stranger sees one sentence; the server's log gets the rest.
            if not self._started:
                answer = responses.internal_error(scope.get("http_version", "1.1"))
                await answer(scope, receive, send)
            raise

    def _check_seal(self, scope: Scope, status: int) -> None:
        if self._rules.table.is_sealed(self._resolution, scope.get("endpoint"), status):
            return
        self._rules.events.emit(
            SecurityEvent(
                EventName.SEAL_BROKEN,
                reason=SealFault.ANOTHER_ENDPOINT,
                user_id=self._principal.user_id if self._principal else None,
                request=self._request,
            )
        )
        raise SealBroken(
            f"{scope.get('endpoint')!r} ran where {self._resolution.template} was decided on. "
            "Something between the gate and the router changed the path, or a route was added "
            "after the app started."
        )

    def _add_headers(self, message: Message) -> None:
        message["headers"] = list(message.get("headers", ()))
        headers = MutableHeaders(raw=message["headers"])
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if not isinstance(self._resolution.policy, Public):
            # What belongs to a person is kept by no cache on the way (RFC 9111, section 5.2.2.5).
            headers.setdefault("Cache-Control", "no-store")


def _refuse_request(scope: Scope, *, readable: bool) -> Response | None:
    """Refuse, now that the caller is known, what the app could only stumble over."""
    if not readable:
        return responses.not_found()
    for name, value in scope["headers"]:
        if name == b"content-length" and not _is_within_limit(value):
            return responses.too_large()
    return None


def _is_within_limit(content_length: bytes) -> bool:
    # Compared by length first: Python refuses to read a number of more than 4,300 digits.
    return len(content_length) < _LONGEST_LENGTH and int(content_length) <= MAX_BODY_BYTES


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await responses.refuse_websocket(response, scope, receive, send)
    else:
        await response(scope, receive, send)

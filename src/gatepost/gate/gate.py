"""The gate: decides on every request before anything of the app runs, with the body unread."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost.events.catalogue import EventName
from gatepost.events.port import CurrentRequest, current_request
from gatepost.gate import responses
from gatepost.gate.cors import Cors
from gatepost.gate.cross_origin import is_foreign
from gatepost.gate.decision import Denied, GateRules, OriginFault, decide
from gatepost.gate.passage import Passage
from gatepost.gate.policy import is_for_everyone
from gatepost.gate.request_headers import RequestHeaders
from gatepost.gate.routes import Resolution
from gatepost.gate.seal import mark_decided
from gatepost.tokens import principal_from

PRINCIPAL_KEY = "gatepost.principal"
ROLES_KEY = "gatepost.roles"
_LONGEST_LENGTH = 15
_NOT_TAKEN = "request_not_taken"


class Gate:
    """Pure ASGI middleware, the outermost of the app.

    Args:
        app: what is behind the gate.
        rules: returns the rules; raises `NotStarted` before the app's lifespan has run.
        max_body_bytes: the longest body that is taken.
    """

    def __init__(self, app: ASGIApp, rules: Callable[[], GateRules], max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._limited = RequestBodyLimitMiddleware(app, max_body_size=max_body_bytes)
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] not in ("http", "websocket"):
            raise ValueError(f"an ASGI scope of the unknown type {scope['type']!r} is refused")
        rules = self._rules()
        headers = RequestHeaders(scope)
        cors = Cors.of(scope, headers, rules.origins)
        if cors.is_answered_here:
            answer = responses.no_content(**cors.preflight_headers(headers))
            await _answer(answer, cors, scope, receive, send)
            return
        resolution = _resolve(scope, cors, rules)
        request = CurrentRequest(scope, resolution.template, rules.proxies)
        remembered = current_request.set(request)
        try:
            claims = await decide(scope, headers, resolution, rules)
            refusal = _refuse_request(headers, resolution, self._max_body_bytes)
            if refusal is not None:
                rules.metrics.refused(_NOT_TAKEN)
                await _answer(refusal, cors, scope, receive, send)
                return
            if claims is None:
                rules.metrics.public += 1
            else:
                rules.metrics.signed_in += 1
            scope[PRINCIPAL_KEY] = None if claims is None else principal_from(claims)
            scope[ROLES_KEY] = None if claims is None else partial(rules.roles.roles_of, claims)
            mark_decided(scope, resolution, rules)
            passage = Passage(rules, claims, cors, send, policy=resolution.policy)
            app = self._limited if _may_have_a_body(scope, headers) else self._app
            if scope["type"] == "websocket":
                live = passage.websocket(scope, receive)
                try:
                    await app(scope, live.receive, live.send)
                finally:
                    await live.leave()
            else:
                await _run(app, scope, receive, passage)
        except Denied as denied:
            rules.metrics.refused(denied.reason.value)
            event = denied.event(request.facts)
            if cors.requested_method is not None and is_foreign(headers, rules.origins):
                name, reason = EventName.FOREIGN_CORS, OriginFault.NOT_TRUSTED
                event = replace(event, name=name, reason=reason)
            rules.events.emit(event)
            await _answer(denied.response, cors, scope, receive, send)
        finally:
            current_request.reset(remembered)


async def _run(app: ASGIApp, scope: Scope, receive: Receive, passage: Passage) -> None:
    """Call the app as the caller."""
    try:
        await app(scope, receive, passage.send)
        if passage.has_ended:
            await asyncio.sleep(0)  # here the cancellation is met by what waited for nothing
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if not passage.has_ended or task is None:
            raise
        if task.cancelling():
            task.uncancel()
    except Exception:
        answer = passage.answer_to_failure(scope)
        if answer is not None:
            await answer(scope, receive, passage.send)
        raise


def _may_have_a_body(scope: Scope, headers: RequestHeaders) -> bool:
    # RFC 9112, section 6.3: over HTTP/1 a request that announces no body has none.
    return (
        b"content-length" in headers
        or b"transfer-encoding" in headers
        or scope.get("http_version") not in ("1.1", "1.0")
    )


def _resolve(scope: Scope, cors: Cors, rules: GateRules) -> Resolution:
    resolution = rules.table.resolve(scope)
    if cors.requested_method is None or not rules.app_has_cors:
        return resolution
    if resolution.route is not None and not resolution.route.is_mount:
        return resolution  # an OPTIONS route of the app's own, which has a policy
    # Of a page that is not trusted. What it asks for is public: then the app's own CORS answers.
    wanted = rules.table.resolve({**scope, "method": cors.requested_method})
    if is_for_everyone(wanted.policy):
        return replace(resolution, policy=wanted.policy)
    return resolution


def _refuse_request(
    headers: RequestHeaders, resolution: Resolution, max_body_bytes: int
) -> Response | None:
    """Refuse, now that the caller is known, what no route takes."""
    if not resolution.readable:
        return responses.not_found()
    for value in headers.every(b"content-length"):
        if not value.isdigit():
            return responses.unreadable_length()
        # By its digits first: Python refuses to read a number of more than 4,300 of them.
        if len(value) > _LONGEST_LENGTH or int(value) > max_body_bytes:
            return responses.too_large()
    return None


async def _answer(
    response: Response, cors: Cors, scope: Scope, receive: Receive, send: Send
) -> None:
    cors.add_to_own(response)
    if scope["type"] == "websocket":
        await responses.refuse_websocket(response, scope, receive, send)
    else:
        await response(scope, receive, send)

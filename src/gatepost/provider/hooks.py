"""Where the app has its say: before a body is validated, and after it is known what came of it."""

import copy
import json
from collections.abc import Mapping
from types import MappingProxyType

from gatepost.errors import Refusal
from gatepost.events.catalogue import EventName
from gatepost.hooks import AuthOutcome, AuthRequest, NewSession
from gatepost.provider import bodies
from gatepost.provider.cookies import percent_encoded
from gatepost.provider.ending import end_sessions
from gatepost.provider.exchange import Exchange
from gatepost.provider.faults import HookFault
from gatepost.provider.origin_check import check_request
from gatepost.provider.outcomes import Page, Redirect
from gatepost.provider.services import Services
from gatepost.provider.session_cookies import withhold_session


async def run_before(services: Services, exchange: Exchange, path: str) -> None:
    """Ask the app about a request, and take the body that it gives.

    Where that body sends the browser is checked again: the app may have it from the caller.

    Raises:
        Refusal: the app's.
        CrossSite: that place is not trusted.
    """
    hook = services.config.before
    if hook is None:
        return
    try:
        body = await hook(_request_of(exchange, path))
    except Refusal:
        services.reporter.report(EventName.ACCESS_REFUSED, reason=HookFault.BEFORE)
        raise
    if body is not None:
        exchange.body = bodies.json_of(json.dumps(dict(body), allow_nan=False).encode())
        check_request(exchange, services.trusted_origins)


async def run_after(
    services: Services, exchange: Exchange, path: str, *, answer: object, refusal: Refusal | None
) -> None:
    """Tell the app what has come of a request, and send what it adds.

    Where it raises, nobody leaves with a session that this request has made; what else has been
    written stays, as in the original.

    Raises:
        Refusal: the app's.
        Unavailable: the session that was made could not be ended.
    """
    hook = services.config.after
    if hook is None:
        return
    outcome = AuthOutcome(
        _request_of(exchange, path),
        None if isinstance(answer, Redirect | Page) else copy.deepcopy(answer),
        refusal,
        _new_session(exchange),
    )
    try:
        await hook(outcome)
    except Refusal:
        _add(services, exchange, outcome)
        await _take_back(services, exchange)
        raise
    except Exception:
        await _take_back(services, exchange)
        raise
    _add(services, exchange, outcome)


def _request_of(exchange: Exchange, path: str) -> AuthRequest:
    body = exchange.body if isinstance(exchange.body, Mapping) else {}
    return AuthRequest(path, exchange.method, exchange.headers, MappingProxyType(body))


def _new_session(exchange: Exchange) -> NewSession | None:
    if exchange.begun is None:
        return None
    session, user = exchange.begun
    return NewSession(session.id, user.id, user.shown())


async def _take_back(services: Services, exchange: Exchange) -> None:
    withhold_session(services, exchange)
    user_id = None if exchange.begun is None else exchange.begun[1].id
    services.reporter.report(EventName.ACCESS_REFUSED, reason=HookFault.AFTER, user_id=user_id)
    if exchange.begun is not None:
        await end_sessions(services, [exchange.begun[0]], EventName.SESSION_REVOKED)


def _add(services: Services, exchange: Exchange, outcome: AuthOutcome) -> None:
    for name, value in outcome.headers.items():
        exchange.set_header(name, value)
    secure = services.cookie_names.secure
    for name, (value, max_age) in outcome.cookies.items():
        exchange.set_cookies.add(name, percent_encoded(value), secure=secure, max_age=max_age)

"""The decision: who calls, and whether that is enough for what will run."""

import logging
import time
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response
from starlette.types import Scope

from gatepost.errors import TokenError
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.facts import RequestFacts
from gatepost.events.metrics import Metrics
from gatepost.events.port import EventSink
from gatepost.gate import responses
from gatepost.gate.authorization import AuthorizationFault, RoleSource, fault_of
from gatepost.gate.credentials import (
    CredentialFault,
    MalformedCredential,
    bearer_token,
    cookie_token,
    websocket_token,
)
from gatepost.gate.cross_origin import is_foreign, is_forged
from gatepost.gate.policy import PLAIN, Public, SignedIn
from gatepost.gate.request_headers import RequestHeaders
from gatepost.gate.routes import Resolution, RouteTable
from gatepost.origins import TrustedOrigins
from gatepost.proxies import TrustedProxies
from gatepost.tokens import (
    UNVERIFIABLE_NOW,
    TokenTakenBack,
    UnverifiedToken,
    VerifiedClaims,
    Verifier,
)

_log = logging.getLogger("gatepost")


@dataclass(frozen=True, slots=True)
class GateRules:
    """What the gate decides by; made when the app starts.

    Attributes:
        roles: knows who has which role.
        proxies: who may say where a request comes from, for the event log.
        app_answers_errors: whether the app has an answer of its own for an unexpected exception.
        app_has_cors: whether the app has a CORS middleware of its own, for its public routes.
        cookie_setter: the endpoint that sets the access cookie, and takes a bearer token only; None
            where no cookie is a credential.
        https_only: whether browsers are told to come over https alone.
        metrics: count what is decided.
    """

    table: RouteTable
    verifier: Verifier
    roles: RoleSource
    origins: TrustedOrigins
    proxies: TrustedProxies
    events: EventSink
    app_answers_errors: bool
    app_has_cors: bool
    cookie_setter: object | None
    https_only: bool
    metrics: Metrics


class OriginFault(StrEnum):
    """Why the page that sent a request may not; private, for the event log."""

    NOT_TRUSTED = "origin_not_trusted"
    CROSS_SITE = "cross_site_with_cookie"


class RoleFault(StrEnum):
    """Why nothing can be said of somebody's roles; private, for the event log."""

    UNAVAILABLE = "roles_unavailable"


class Denied(Exception):
    """A denial: the answer for the caller, and the event with its private reason.

    Attributes:
        claims: what a token has said of the caller, where its signature is good.
    """

    def __init__(
        self,
        response: Response,
        event_name: EventName,
        reason: StrEnum,
        claims: VerifiedClaims | None = None,
    ) -> None:
        super().__init__(reason.value)
        self.response = response
        self.event_name = event_name
        self.reason = reason
        self.claims = claims

    def event(self, request: RequestFacts) -> SecurityEvent:
        """Return what is reported of it."""
        claims = self.claims
        if claims is None:
            return SecurityEvent(self.event_name, reason=self.reason, request=request)
        return SecurityEvent(
            self.event_name,
            reason=self.reason,
            user_id=claims.user_id,
            session_id=claims.session_id,
            key_id=claims.key_id,
            token_id=claims.token_id,
            request=request,
        )


async def decide(
    scope: Scope, headers: RequestHeaders, resolution: Resolution, rules: GateRules
) -> VerifiedClaims | None:
    """Decide on one request; the body is not read.

    Returns:
        what is known of the caller, or None on a public route, where nobody is asked who they are.

    Raises:
        Denied: the request goes no further.
    """
    policy = resolution.policy
    if isinstance(policy, Public):
        return None
    # Browsers let any page open a websocket to any host, and CORS does not apply to it; only the
    # Origin header tells (RFC 6455, section 10.2). Other clients send none.
    if scope["type"] == "websocket" and is_foreign(headers, rules.origins):
        raise _foreign(OriginFault.NOT_TRUSTED)
    unverified = _shown(scope, headers, resolution, rules)
    claims = await _verify_measured(unverified, rules)
    if policy is not PLAIN:
        await _authorize(claims, policy, rules)
    return claims


def _shown(
    scope: Scope, headers: RequestHeaders, resolution: Resolution, rules: GateRules
) -> UnverifiedToken:
    """Return the one credential of a request."""
    try:
        unverified = _credential(scope, headers, resolution, rules)
    except MalformedCredential as malformed:
        answer = responses.malformed_credential()
        raise Denied(answer, EventName.TOKEN_REFUSED, malformed.fault) from None
    if unverified is None:
        answer = responses.no_credential()
        raise Denied(answer, EventName.ACCESS_REFUSED, CredentialFault.NONE)
    return unverified


async def _verify_measured(unverified: UnverifiedToken, rules: GateRules) -> VerifiedClaims:
    metrics = rules.metrics
    if metrics.observers:
        with metrics.verification():
            return await _verify(unverified, rules.verifier)
    # Without a context manager, which costs more than all that it would measure.
    began = time.perf_counter()
    try:
        return await _verify(unverified, rules.verifier)
    finally:
        metrics.verified(time.perf_counter() - began)


async def _verify(unverified: UnverifiedToken, verifier: Verifier) -> VerifiedClaims:
    refused: StrEnum
    try:
        return verifier.verify(unverified)
    except TokenTakenBack as error:
        raise _reused(error) from None
    except TokenError as error:
        refused = error.reason
    return await _ask_again(unverified, refused, verifier)


async def _ask_again(
    unverified: UnverifiedToken, reason: StrEnum, verifier: Verifier
) -> VerifiedClaims:
    """Verify once more where news may help, or refuse."""
    try:
        return await verifier.ask_again(unverified, reason)
    except TokenTakenBack as error:
        raise _reused(error) from None
    except TokenError as refused:
        # Where we cannot tell, the token may be good: a client that hears 401 would throw it away.
        cannot_tell = refused.reason in UNVERIFIABLE_NOW
        answer = responses.unavailable() if cannot_tell else responses.invalid_token()
        raise Denied(answer, EventName.TOKEN_REFUSED, refused.reason) from None


def _credential(
    scope: Scope, headers: RequestHeaders, resolution: Resolution, rules: GateRules
) -> UnverifiedToken | None:
    take = websocket_token if scope["type"] == "websocket" else bearer_token
    shown = take(headers)
    if rules.cookie_setter is None:
        return shown
    if resolution.route is not None and resolution.route.endpoint is rules.cookie_setter:
        return shown
    in_cookie = cookie_token(headers)
    if in_cookie is None:
        return shown
    if shown is not None:
        raise MalformedCredential(CredentialFault.REPEATED)
    # A browser adds the cookie to whatever any page makes it send.
    if is_forged(scope, headers, rules.origins):
        raise _foreign(OriginFault.CROSS_SITE)
    return in_cookie


async def _authorize(claims: VerifiedClaims, policy: SignedIn, rules: GateRules) -> None:
    try:
        fault = await fault_of(claims, policy, rules.roles)
    except Exception as error:
        # Whatever it was, who may do what cannot be told now, and nobody is let in on a guess.
        _log.error("roles cannot be read: %s", type(error).__name__)
        answer = responses.unavailable()
        raise Denied(answer, EventName.ACCESS_REFUSED, RoleFault.UNAVAILABLE, claims) from error
    if fault is None:
        return
    if fault is AuthorizationFault.SIGN_IN_TOO_OLD:
        answer = responses.stale_sign_in(policy.max_age_seconds or 0)
    else:
        lacks_scope = fault is AuthorizationFault.SCOPE_MISSING
        answer = responses.insufficient_scope(policy.scopes if lacks_scope else ())
    raise Denied(answer, EventName.ACCESS_REFUSED, fault, claims)


def _reused(error: TokenTakenBack) -> Denied:
    answer = responses.invalid_token()
    return Denied(answer, EventName.TOKEN_REUSED, error.reason, error.claims)


def _foreign(fault: OriginFault) -> Denied:
    return Denied(responses.foreign_origin(), EventName.FOREIGN_ORIGIN, fault)

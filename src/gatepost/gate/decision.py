"""The decision: who calls, and whether that is enough for what will run."""

from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response
from starlette.types import Scope

from gatepost.errors import TokenError
from gatepost.events.catalogue import EventName
from gatepost.events.port import EventSink
from gatepost.gate import responses
from gatepost.gate.credentials import (
    CredentialFault,
    MalformedCredential,
    bearer_token,
    websocket_token,
)
from gatepost.gate.policy import Public
from gatepost.gate.routes import Resolution, RouteTable
from gatepost.origins import TrustedOrigins
from gatepost.tokens import UNVERIFIABLE_NOW, VerifiedClaims, Verifier


@dataclass(frozen=True, slots=True)
class GateRules:
    """What the gate decides by; made when the app starts.

    Attributes:
        app_answers_errors: whether the app has an answer of its own for an unexpected exception.
    """

    table: RouteTable
    verifier: Verifier
    origins: TrustedOrigins
    events: EventSink
    app_answers_errors: bool


class OriginFault(StrEnum):
    """Why the page that sent a request may not; private, for the event log."""

    NOT_TRUSTED = "origin_not_trusted"


class Denied(Exception):
    """A denial: the answer for the caller, and the event with its private reason."""

    def __init__(self, response: Response, event_name: EventName, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.response = response
        self.event_name = event_name
        self.reason = reason


async def decide(scope: Scope, resolution: Resolution, rules: GateRules) -> VerifiedClaims | None:
    """Decide on one request; the body is not read.

    Returns:
        what is known of the caller, or None on a public route, where nobody is asked who they are.

    Raises:
        Denied: the request goes no further.
    """
    if isinstance(resolution.policy, Public):
        return None
    if scope["type"] == "websocket":
        _check_origin(scope, rules.origins)
    try:
        take = websocket_token if scope["type"] == "websocket" else bearer_token
        unverified = take(scope["headers"])
    except MalformedCredential as malformed:
        answer = responses.malformed_credential()
        raise Denied(answer, EventName.TOKEN_REFUSED, malformed.fault) from None
    if unverified is None:
        answer = responses.no_credential()
        raise Denied(answer, EventName.ACCESS_REFUSED, CredentialFault.NONE)
    try:
        return await rules.verifier.authenticate(unverified)
    except TokenError as error:
        # Where we cannot tell, the token may be good: a client that hears 401 would throw it away.
        cannot_tell = error.reason in UNVERIFIABLE_NOW
        answer = responses.unavailable() if cannot_tell else responses.invalid_token()
        raise Denied(answer, EventName.TOKEN_REFUSED, error.reason) from None


def _check_origin(scope: Scope, origins: TrustedOrigins) -> None:
    # Browsers let any page open a websocket to any host, and CORS does not apply to it; only the
    # Origin header tells (RFC 6455, section 10.2). Other clients send none.
    for name, value in scope["headers"]:
        if name == b"origin" and not origins.trusts(value.decode("latin-1")):
            raise Denied(
                responses.foreign_origin(), EventName.FOREIGN_ORIGIN, OriginFault.NOT_TRUSTED
            )

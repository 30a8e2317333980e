"""The claims of a token whose signature holds, checked one by one against a `Trust`.

The checks are data: a claim, what must be true of it, and the reason when it is not. They run
in the order of the table, and the first that fails is the one that is reported.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gatepost.errors import TokenError
from gatepost.principal import Principal, SessionId, UserId
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.strict_json import JsonObject
from gatepost.tokens.trust import Trust

_MAX_ID_LENGTH = 255


@dataclass(frozen=True, slots=True)
class VerifiedClaims:
    """What an issuer says of a caller, with nothing left to check.

    Attributes:
        issued_at: seconds since the epoch.
        expires_at: seconds since the epoch.
        session_id: the `sid` claim, or None where the issuer sends none.
        key_id: the `kid` of the key that signed.
    """

    issuer: str
    subject: str
    audience: str
    issued_at: int
    expires_at: int
    session_id: str | None
    key_id: str


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """One sentence about one claim."""

    claim: str
    holds: Callable[[object, Trust, float], bool]
    fault: TokenFault


def _is_time(value: object, _trust: Trust, _now: float) -> bool:
    return type(value) is int and value >= 0


def _is_id(value: object, _trust: Trust, _now: float) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_ID_LENGTH and value.isprintable()


def _is_only_audience(value: object, trust: Trust, _now: float) -> bool:
    # RFC 7519, section 4.1.3 allows a list; a list with a stranger in it is not for us alone.
    return value in (trust.audience, [trust.audience])


def _is_still_ahead(value: object, trust: Trust, now: float) -> bool:
    # RFC 7519, section 4.1.4: on or after `exp` it is over.
    return isinstance(value, int) and value + trust.clock_skew_seconds > now


def _has_come(value: object, trust: Trust, now: float) -> bool:
    return isinstance(value, int) and value - trust.clock_skew_seconds <= now


_CHECKS = (
    ClaimCheck("iss", lambda value, trust, _: value == trust.issuer, TokenFault.WRONG_ISSUER),
    ClaimCheck("aud", _is_only_audience, TokenFault.WRONG_AUDIENCE),
    ClaimCheck("sub", _is_id, TokenFault.BAD_SUBJECT),
    ClaimCheck("sid", _is_id, TokenFault.BAD_SESSION),
    ClaimCheck("exp", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("iat", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("nbf", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("exp", _is_still_ahead, TokenFault.EXPIRED),
    ClaimCheck("nbf", _has_come, TokenFault.NOT_YET_VALID),
    ClaimCheck("iat", _has_come, TokenFault.ISSUED_AHEAD),
)


def check_claims(claims: JsonObject, key_id: str, trust: Trust, now: float) -> VerifiedClaims:
    """Check every claim of a token whose signature holds.

    Args:
        claims: the payload.
        key_id: the `kid` of the key that signed it.
        trust: the terms.
        now: seconds since the epoch.

    Raises:
        TokenError: a claim is missing or does not hold.
    """
    if not trust.every_required_claim <= claims.keys():
        raise TokenError(TokenFault.MISSING_CLAIM)
    for check in _CHECKS:
        if check.claim in claims and not check.holds(claims[check.claim], trust, now):
            raise TokenError(check.fault)
    issued_at, expires_at, session_id = claims["iat"], claims["exp"], claims.get("sid")
    if not isinstance(issued_at, int) or not isinstance(expires_at, int):
        raise TokenError(TokenFault.BAD_TIME)
    if not 0 < expires_at - issued_at <= trust.max_lifetime_seconds:
        raise TokenError(TokenFault.LIVES_TOO_LONG)
    return VerifiedClaims(
        issuer=trust.issuer,
        subject=str(claims["sub"]),
        audience=trust.audience,
        issued_at=issued_at,
        expires_at=expires_at,
        session_id=str(session_id) if session_id is not None else None,
        key_id=key_id,
    )


def principal_from(claims: VerifiedClaims) -> Principal:
    """Make the caller out of verified claims; there is no other way to make one."""
    return Principal(
        user_id=UserId(claims.subject),
        session_id=SessionId(claims.session_id) if claims.session_id is not None else None,
        issuer=claims.issuer,
        expires_at=claims.expires_at,
    )

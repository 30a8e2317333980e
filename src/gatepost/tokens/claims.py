"""The claims of a token whose signature holds, checked one by one against a `Trust`.

The checks are data: a claim, what must be true of it, and the reason when it is not. They run
in the order of the table, and the first that fails is the one that is reported.
"""

from collections.abc import Callable
from typing import NamedTuple

from gatepost.errors import TokenError
from gatepost.principal import SessionId, UserId
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.strict_json import JsonObject
from gatepost.tokens.subjects import DERIVED_PREFIX, derived_user_id
from gatepost.tokens.trust import Trust
from gatepost.tokens.verified_claims import VerifiedClaims

_MAX_ID_LENGTH = 255
_NONE: frozenset[str] = frozenset()


class ClaimCheck(NamedTuple):
    """One sentence about one claim.

    Attributes:
        holds: whether it is true of the claim's value, given all claims, the terms and the time.
    """

    claim: str
    holds: Callable[[object, JsonObject, Trust, float], bool]
    fault: TokenFault


def _is_the_issuer(value: object, _claims: JsonObject, trust: Trust, _now: float) -> bool:
    return value == trust.issuer


def _is_only_audience(value: object, _claims: JsonObject, trust: Trust, _now: float) -> bool:
    # RFC 7519, section 4.1.3 allows a list; a list with a stranger in it is not for us alone.
    if isinstance(value, list):
        return value == [trust.audience]
    return value == trust.audience


def _is_id(value: object, _claims: JsonObject, _trust: Trust, _now: float) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_ID_LENGTH and value.isprintable()


def _is_not_the_subject(value: object, claims: JsonObject, _trust: Trust, _now: float) -> bool:
    # RFC 9068, section 5: a client that acts for itself must not pass for a person.
    return value != claims["sub"]


def _never(_value: object, _claims: JsonObject, _trust: Trust, _now: float) -> bool:
    return False


def _is_time(value: object, _claims: JsonObject, _trust: Trust, _now: float) -> bool:
    return type(value) is int and value >= 0


def _is_still_ahead(value: object, _claims: JsonObject, trust: Trust, now: float) -> bool:
    # RFC 7519, section 4.1.4: on or after `exp` it is over.
    return isinstance(value, int) and value + trust.clock_skew_seconds > now


def _has_come(value: object, _claims: JsonObject, trust: Trust, now: float) -> bool:
    return isinstance(value, int) and value - trust.clock_skew_seconds <= now


CLAIM_CHECKS = (
    ClaimCheck("iss", _is_the_issuer, TokenFault.WRONG_ISSUER),
    ClaimCheck("aud", _is_only_audience, TokenFault.WRONG_AUDIENCE),
    ClaimCheck("sub", _is_id, TokenFault.BAD_SUBJECT),
    ClaimCheck("sid", _is_id, TokenFault.BAD_SESSION),
    ClaimCheck("client_id", _is_not_the_subject, TokenFault.CLIENT_AS_SUBJECT),
    ClaimCheck("azp", _is_not_the_subject, TokenFault.CLIENT_AS_SUBJECT),
    # OpenID Connect Core, sections 2 and 3.3.2.11: what only an ID token carries.
    ClaimCheck("nonce", _never, TokenFault.ID_TOKEN),
    ClaimCheck("at_hash", _never, TokenFault.ID_TOKEN),
    ClaimCheck("c_hash", _never, TokenFault.ID_TOKEN),
    ClaimCheck("exp", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("iat", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("nbf", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("auth_time", _is_time, TokenFault.BAD_TIME),
    ClaimCheck("exp", _is_still_ahead, TokenFault.EXPIRED),
    ClaimCheck("nbf", _has_come, TokenFault.NOT_YET_VALID),
    ClaimCheck("iat", _has_come, TokenFault.ISSUED_AHEAD),
    ClaimCheck("auth_time", _has_come, TokenFault.ISSUED_AHEAD),
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
    for claim, holds, fault in CLAIM_CHECKS:
        if claim in claims and not holds(claims[claim], claims, trust, now):
            raise TokenError(fault)
    issued_at, expires_at, session_id = claims["iat"], claims["exp"], claims.get("sid")
    if not isinstance(issued_at, int) or not isinstance(expires_at, int):
        raise TokenError(TokenFault.BAD_TIME)
    if not 0 < expires_at - issued_at <= trust.max_lifetime_seconds:
        raise TokenError(TokenFault.LIVES_TOO_LONG)
    subject = str(claims["sub"])
    return VerifiedClaims(
        issuer=trust.issuer,
        subject=subject,
        user_id=_user_id(subject, trust),
        audience=trust.audience,
        issued_at=issued_at,
        expires_at=expires_at,
        session_id=SessionId(str(session_id)) if session_id is not None else None,
        key_id=key_id,
        scopes=_names(claims.get("scope"), " "),
        roles=_names(claims.get(trust.roles_claim), ","),
        signed_in_at=claims.get("auth_time"),  # type: ignore[arg-type] # checked above to be a time
        token_id=_token_id(claims.get("jti")),
    )


def _token_id(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= _MAX_ID_LENGTH else None


def _names(value: object, separator: str) -> frozenset[str]:
    """Read a list of names: of strings, or one string with separators. Anything else names none."""
    if value is None:
        return _NONE
    names = value.split(separator) if isinstance(value, str) else value
    if not isinstance(names, list):
        return _NONE
    return frozenset(name.strip() for name in names if isinstance(name, str)) - {""}


def _user_id(subject: str, trust: Trust) -> UserId:
    if not trust.subjects_are_user_ids:
        return derived_user_id(trust.issuer, subject)
    if subject.startswith(DERIVED_PREFIX):
        raise TokenError(TokenFault.BAD_SUBJECT)
    return UserId(subject)

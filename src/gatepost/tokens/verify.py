"""`verify`: any bytes in, claims or one `TokenError` out."""

import time
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature

from gatepost.errors import TokenError
from gatepost.tokens.claims import check_claims
from gatepost.tokens.compact import ParsedToken, UnverifiedToken, parse
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.keys import VerificationKey
from gatepost.tokens.trust import Trust
from gatepost.tokens.verified_claims import TokenTakenBack, VerifiedClaims


def verify(unverified: UnverifiedToken, trust: Trust) -> VerifiedClaims:
    """Verify one access token: shape, type, key, algorithm, signature, claims, revocation.

    Args:
        unverified: the token's bytes, as they came.
        trust: the terms; every field of it is checked.

    Raises:
        TokenError: the only exception, for any input; its reason is private.
    """
    return verify_parsed(parse(unverified), trust, time.time()).claims


class Verified(NamedTuple):
    """Claims, and what has to be so still for them to be believed again.

    Attributes:
        key: the one that is found under `claims.key_id`.
        trust: the terms, whose feed has taken nothing back.
        until: seconds since the epoch.
    """

    claims: VerifiedClaims
    key: VerificationKey
    trust: Trust
    until: float


def verify_parsed(parsed: ParsedToken, trust: Trust, now: float) -> Verified:
    """Verify a token that has been taken apart.

    Args:
        parsed: the parts, of which nothing is believed yet.
        trust: the terms.
        now: seconds since the epoch.

    Raises:
        TokenError: as `verify`.
    """
    if parsed.header.token_type not in trust.token_types:
        raise TokenError(TokenFault.WRONG_TYPE)
    key = trust.keys.find(parsed.header.key_id)
    if key is None:
        named = parsed.header.key_id
        raise TokenError(TokenFault.UNKNOWN_KEY if named else TokenFault.NO_KEY_ID)
    if key.verifies_until is not None and key.verifies_until <= now:
        raise TokenError(TokenFault.RETIRED_KEY)
    _check_signature(parsed, key, trust)
    claims = check_claims(parsed.unverified_claims, key.key_id, trust, now)
    fault = trust.revocations.fault(claims)
    if fault is TokenFault.REVOKED:
        raise TokenTakenBack(claims)
    if fault is not None:
        raise TokenError(fault)
    until = float(claims.expires_at + trust.clock_skew_seconds)
    if key.verifies_until is not None and key.verifies_until < until:
        until = key.verifies_until
    return Verified(claims, key, trust, until)


def _check_signature(parsed: ParsedToken, key: VerificationKey, trust: Trust) -> None:
    # RFC 8725, section 3.1: the key says which algorithm it is for; the header may only agree.
    algorithm = key.algorithm
    if (
        algorithm.name not in trust.algorithms
        or parsed.header.algorithm_name not in algorithm.header_names
    ):
        raise TokenError(TokenFault.WRONG_ALGORITHM)
    try:
        algorithm.check(key.key, parsed.signature, parsed.signing_input)
    except InvalidSignature:
        raise TokenError(TokenFault.BAD_SIGNATURE) from None

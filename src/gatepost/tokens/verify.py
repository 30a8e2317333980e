"""`verify`: any bytes in, claims or one `TokenError` out."""

import time

from cryptography.exceptions import InvalidSignature

from gatepost.errors import TokenError
from gatepost.principal import SessionId
from gatepost.tokens.claims import VerifiedClaims, check_claims
from gatepost.tokens.compact import ParsedToken, UnverifiedToken, parse
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.keys import VerificationKey
from gatepost.tokens.trust import Trust


def verify(unverified: UnverifiedToken, trust: Trust) -> VerifiedClaims:
    """Verify one access token: shape, key, algorithm, signature, claims, revocation.

    Args:
        unverified: the token's bytes, as they came.
        trust: the terms; every field of it is checked.

    Raises:
        TokenError: the only exception, for any input; its reason is private.
    """
    parsed = parse(unverified)
    key = trust.keys.find(parsed.key_id)
    if key is None:
        raise TokenError(TokenFault.UNKNOWN_KEY)
    _check_signature(parsed, key, trust)
    claims = check_claims(parsed.unverified_claims, key.key_id, trust, time.time())
    if claims.session_id is not None and trust.revocations.is_revoked(SessionId(claims.session_id)):
        raise TokenError(TokenFault.REVOKED)
    return claims


def _check_signature(parsed: ParsedToken, key: VerificationKey, trust: Trust) -> None:
    # RFC 8725, section 3.1: the key says which algorithm it is for; the header may only agree.
    algorithm = key.algorithm
    if (
        algorithm.name not in trust.algorithms
        or parsed.algorithm_name not in algorithm.header_names
    ):
        raise TokenError(TokenFault.WRONG_ALGORITHM)
    try:
        algorithm.check(key.public_key, parsed.signature, parsed.signing_input)
    except InvalidSignature:
        raise TokenError(TokenFault.BAD_SIGNATURE) from None

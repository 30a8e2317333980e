"""Tokens: verify what a caller shows.

`issue` is deliberately not exported here: what checks cannot mint.
"""

from gatepost.tokens.compact import UnverifiedToken
from gatepost.tokens.faults import UNVERIFIABLE_NOW, TokenFault
from gatepost.tokens.keys import KeySource, VerificationKey
from gatepost.tokens.revocations import (
    NeverRevoked,
    Revocation,
    RevocationFeed,
    RevocationMemory,
    steady_now,
)
from gatepost.tokens.subjects import derived_user_id
from gatepost.tokens.trust import Trust
from gatepost.tokens.verified_claims import TokenTakenBack, VerifiedClaims, principal_from
from gatepost.tokens.verifier import Verifier
from gatepost.tokens.verify import verify

__all__ = [
    "UNVERIFIABLE_NOW",
    "KeySource",
    "NeverRevoked",
    "Revocation",
    "RevocationFeed",
    "RevocationMemory",
    "TokenFault",
    "TokenTakenBack",
    "Trust",
    "UnverifiedToken",
    "VerificationKey",
    "VerifiedClaims",
    "Verifier",
    "derived_user_id",
    "principal_from",
    "steady_now",
    "verify",
]

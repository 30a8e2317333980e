"""Tokens: verify what a caller shows.

`issue` is deliberately not exported here: what checks cannot mint.
"""

from gatepost.tokens.claims import VerifiedClaims, principal_from
from gatepost.tokens.compact import UnverifiedToken
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.keys import KeySource, VerificationKey
from gatepost.tokens.revocations import EndedSessions, RevocationFeed
from gatepost.tokens.trust import Trust
from gatepost.tokens.verify import verify

__all__ = [
    "EndedSessions",
    "KeySource",
    "RevocationFeed",
    "TokenFault",
    "Trust",
    "UnverifiedToken",
    "VerificationKey",
    "VerifiedClaims",
    "principal_from",
    "verify",
]

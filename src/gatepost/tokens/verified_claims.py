"""What is left of a token when every check has held."""

from typing import NamedTuple

from gatepost.errors import TokenError
from gatepost.principal import Principal, SessionId, UserId
from gatepost.tokens.faults import TokenFault


class VerifiedClaims(NamedTuple):
    """What an issuer says of a caller, with nothing left to check.

    Attributes:
        user_id: whose rows the caller's are; `subject` itself, or derived from it and the issuer.
        issued_at: seconds since the epoch.
        expires_at: seconds since the epoch.
        session_id: the `sid` claim, or None where the issuer sends none.
        key_id: the `kid` of the key that signed.
        scopes: the names in the `scope` claim (RFC 9068, section 2.2.3).
        roles: the names in the claim that the terms call the issuer's roles.
        signed_in_at: the `auth_time` claim, seconds since the epoch, or None where there is none.
        token_id: the `jti` claim, where it is a text that a log can hold.
    """

    issuer: str
    subject: str
    user_id: UserId
    audience: str
    issued_at: int
    expires_at: int
    session_id: SessionId | None
    key_id: str
    scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    signed_in_at: int | None = None
    token_id: str | None = None


class TokenTakenBack(TokenError):
    """A token on which every check has held but one: it has been taken back.

    Args:
        claims: what it says, for the event log alone.
    """

    def __init__(self, claims: VerifiedClaims) -> None:
        super().__init__(TokenFault.REVOKED)
        self.claims = claims


def principal_from(claims: VerifiedClaims) -> Principal:
    """Make the caller out of verified claims; there is no other way to make one."""
    return Principal(
        user_id=claims.user_id,
        session_id=claims.session_id,
        issuer=claims.issuer,
        subject=claims.subject,
        expires_at=claims.expires_at,
    )

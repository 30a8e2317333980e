"""What is left of a token when every check has held."""

from typing import NamedTuple

from gatepost.principal import Principal, SessionId, UserId


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


def principal_from(claims: VerifiedClaims) -> Principal:
    """Make the caller out of verified claims; there is no other way to make one."""
    return Principal(
        user_id=claims.user_id,
        session_id=claims.session_id,
        issuer=claims.issuer,
        subject=claims.subject,
        expires_at=claims.expires_at,
    )

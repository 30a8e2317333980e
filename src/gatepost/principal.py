"""Who is calling."""

from dataclasses import dataclass
from typing import NewType

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose token has been verified. Made from `VerifiedClaims` and nothing else.

    Attributes:
        user_id: the `sub` claim, which is the id of Better Auth's `user` row.
        session_id: the id of the session that the token was issued in (not the session
            token), or None where the issuer does not send one.
        issuer: the `iss` claim.
        expires_at: seconds since the epoch; the principal is nobody from then on.
    """

    user_id: UserId
    session_id: SessionId | None
    issuer: str
    expires_at: int

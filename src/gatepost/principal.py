"""Who is calling."""

import re
from typing import NamedTuple, NewType

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)


_ROLE_NAME = re.compile(r"[^\s,\x00-\x1f\x7f]+")


def is_role_name(name: str) -> bool:
    """Whether a role may have that name; several stand in one text, with commas between."""
    return _ROLE_NAME.fullmatch(name) is not None


class Principal(NamedTuple):
    """A caller whose token has been verified. Made from `VerifiedClaims` and nothing else.

    Attributes:
        user_id: whose rows the caller's are. Of the built-in provider, and of a Better Auth
            server, it is the id of the `user` row.
        session_id: the id of the session that the token was issued in (not the session
            token), or None where the issuer does not send one.
        issuer: the `iss` claim.
        subject: the `sub` claim, which means something to that issuer only.
        expires_at: seconds since the epoch; the principal is nobody from then on.
    """

    user_id: UserId
    session_id: SessionId | None
    issuer: str
    subject: str
    expires_at: int

"""Whether what is known of a caller is enough for a route: scopes, roles, a recent sign-in."""

import time
from enum import StrEnum
from typing import Protocol

from gatepost.gate.policy import SignedIn
from gatepost.tokens import VerifiedClaims


class RoleSource(Protocol):
    """Knows who has which role, now."""

    async def roles_of(self, claims: VerifiedClaims) -> frozenset[str]:
        """Return a person's roles; none where the person is not known.

        Raises:
            Unavailable: where they stand cannot be reached.
        """


class AuthorizationFault(StrEnum):
    """Why somebody may not; private, for the event log."""

    SCOPE_MISSING = "scope_missing"
    ROLE_MISSING = "role_missing"
    SIGN_IN_TOO_OLD = "sign_in_too_old"


async def fault_of(
    claims: VerifiedClaims, policy: SignedIn, roles: RoleSource
) -> AuthorizationFault | None:
    """Return what a signed-in caller lacks, or None.

    A recent sign-in is asked for last: nobody is to sign in again for what they may not do anyway.

    Raises:
        Unavailable: as `RoleSource`.
    """
    if not policy.scopes <= claims.scopes:
        return AuthorizationFault.SCOPE_MISSING
    # Asked anew at each request: a role that was taken away is gone at once, whatever a token says.
    if policy.roles and not policy.roles <= await roles.roles_of(claims):
        return AuthorizationFault.ROLE_MISSING
    if policy.max_age_seconds is not None and not _is_recent(claims, policy.max_age_seconds):
        return AuthorizationFault.SIGN_IN_TOO_OLD
    return None


def _is_recent(claims: VerifiedClaims, max_age_seconds: int) -> bool:
    return claims.signed_in_at is not None and time.time() - claims.signed_in_at <= max_age_seconds

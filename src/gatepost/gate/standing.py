"""Whether the caller of a connection that lasts is still somebody, and still may."""

import time

from gatepost.gate.authorization import AuthorizationFault, fault_of
from gatepost.gate.decision import GateRules
from gatepost.gate.policy import Policy, Public, SignedIn
from gatepost.tokens import VerifiedClaims

CHECK_SECONDS = 0.5
"""How long a silent connection may outlive a sign-out, and any of them a role."""


class Standing:
    """What a connection was opened on, asked again for as long as it lasts.

    Args:
        claims: what was known of the caller when it was opened, or None on a public route.
        policy: of the route.
        rules: what was decided by.
    """

    def __init__(self, claims: VerifiedClaims | None, policy: Policy, rules: GateRules) -> None:
        self.claims = claims
        self._rules = rules
        # A sign-in grows old while one is in; that was asked when the connection was opened.
        self._roles = frozenset() if isinstance(policy, Public) else policy.roles
        self._roles_asked_at = time.monotonic()
        self._has_lost_a_role = False

    @property
    def is_over(self) -> bool:
        """Whether it is known now that the caller is nobody, or may not any more."""
        if self.claims is None:
            return False
        return self._has_lost_a_role or not self._rules.verifier.still_holds(self.claims)

    async def ask_again(self) -> bool:
        """Ask for roles where it is time to, and return whether it is over."""
        is_due = time.monotonic() - self._roles_asked_at >= CHECK_SECONDS
        if self.claims is not None and self._roles and is_due and not self._has_lost_a_role:
            self._roles_asked_at = time.monotonic()
            asked = SignedIn(roles=self._roles)
            fault = await fault_of(self.claims, asked, self._rules.roles)
            self._has_lost_a_role = fault is AuthorizationFault.ROLE_MISSING
        return self.is_over

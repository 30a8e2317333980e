"""`Verifier`: the issuers of one app, and the tokens that it has seen and believed."""

import time
from collections.abc import Sequence
from enum import StrEnum

from gatepost.errors import TokenError
from gatepost.tokens.compact import UnverifiedToken, parse
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.trust import Trust
from gatepost.tokens.verified_claims import VerifiedClaims
from gatepost.tokens.verify import Verified, verify_parsed

# About 2 KiB each with its claims: 20 MiB at most, and 10,000 people in a quarter of an hour.
_REMEMBERED_TOKENS = 10_000
_WORTH_ASKING_AGAIN = frozenset({TokenFault.UNKNOWN_KEY, TokenFault.REVOCATIONS_UNAVAILABLE})


class Verifier:
    """Verifies the tokens of one or more issuers; what it has seen before it need not compute.

    A token is remembered under its exact bytes. What can change after a signature was checked is
    asked again each time: the time, the key, and what has been taken back.

    Args:
        trusts: the terms of each issuer.

    Attributes:
        hits: how often a token had been believed before, and still was.
        misses: how often one was taken apart.
        keys_asked_for: how often a key was not at hand, and its issuer was asked.

    Raises:
        ValueError: none, one issuer twice, or two issuers whose subjects are user ids.
    """

    def __init__(self, trusts: Sequence[Trust]) -> None:
        self._trusts = {trust.issuer: trust for trust in trusts}
        if not trusts or len(self._trusts) != len(trusts):
            raise ValueError("name each issuer once")
        if sum(trust.subjects_are_user_ids for trust in trusts) > 1:
            raise ValueError("only one issuer's subjects can be user ids")
        self._only = trusts[0] if len(trusts) == 1 else None
        self._believed: dict[bytes, Verified] = {}
        self.hits = self.misses = self.keys_asked_for = 0

    @property
    def trusts(self) -> Sequence[Trust]:
        """The terms of each issuer."""
        return tuple(self._trusts.values())

    def verify(self, unverified: UnverifiedToken) -> VerifiedClaims:
        """Verify one access token, as the function `verify` does, under its issuer's terms.

        Raises:
            TokenError: the only exception, for any input; its reason is private.
        """
        now = time.time()
        believed = self._believed.get(unverified)
        if believed is not None:
            fault = _fault(believed, now)
            if fault is None:
                self.hits += 1
                return believed.claims
            if fault is TokenFault.REVOCATIONS_UNAVAILABLE:
                raise TokenError(fault)
            del self._believed[unverified]
        self.misses += 1
        parsed = parse(unverified)
        trust = self._trust_of(parsed.unverified_claims.get("iss"))
        verified = verify_parsed(parsed, trust, now)
        if len(self._believed) >= _REMEMBERED_TOKENS:
            del self._believed[next(iter(self._believed))]
        self._believed[unverified] = verified
        return verified.claims

    async def authenticate(self, unverified: UnverifiedToken) -> VerifiedClaims:
        """Verify; where a key is not known or the news is old, ask for it once, and verify again.

        Raises:
            TokenError: as `verify`.
        """
        try:
            return self.verify(unverified)
        except TokenError as error:
            reason = error.reason
        return await self.ask_again(unverified, reason)

    async def ask_again(self, unverified: UnverifiedToken, reason: StrEnum) -> VerifiedClaims:
        """Ask for what `verify` did not know, once, and verify again.

        Args:
            unverified: the token.
            reason: why `verify` has refused it. Not its error: one that is held by a frame in its
                own traceback is garbage that only the collector finds, and a flood of it stalls
                everybody.

        Raises:
            TokenError: as `verify`; for the same reason where nothing that could be asked helps.
        """
        if reason not in _WORTH_ASKING_AGAIN:
            raise TokenError(reason)
        trust = self._trust_of_unverified(unverified)
        if trust is None:
            raise TokenError(reason)
        if reason is TokenFault.UNKNOWN_KEY:
            self.keys_asked_for += 1
            await trust.keys.refresh()
        else:
            await trust.revocations.catch_up()
        return self.verify(unverified)

    def still_holds(self, claims: VerifiedClaims) -> bool:
        """Whether claims that were verified a while ago would be verified now."""
        trust = self._trusts[claims.issuer]
        try:
            key = trust.keys.find(claims.key_id)
        except TokenError:
            return False
        now = time.time()
        if key is None or (key.verifies_until is not None and key.verifies_until <= now):
            return False
        return claims.expires_at > now and trust.revocations.fault(claims) is None

    def _trust_of(self, unverified_issuer: object) -> Trust:
        if self._only is not None:
            return self._only  # `verify_parsed` compares the issuer
        trust = None
        if isinstance(unverified_issuer, str):
            trust = self._trusts.get(unverified_issuer)
        if trust is None:
            raise TokenError(TokenFault.UNKNOWN_ISSUER)
        return trust

    def _trust_of_unverified(self, unverified: UnverifiedToken) -> Trust | None:
        try:
            return self._trust_of(parse(unverified).unverified_claims.get("iss"))
        except TokenError:
            return None


def _fault(believed: Verified, now: float) -> TokenFault | None:
    if believed.until <= now:
        return TokenFault.EXPIRED
    claims, trust = believed.claims, believed.trust
    if trust.keys.find(claims.key_id) is not believed.key:
        return TokenFault.UNKNOWN_KEY
    return trust.revocations.fault(claims)

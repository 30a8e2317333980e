"""Taking tokens back: what has ended, held in memory, and how old that knowledge may be.

Nothing here is keyed by the raw token, which has more than one spelling: a revocation names a
session, a person or a signing key.
"""

import time
from dataclasses import dataclass
from typing import Protocol

from gatepost.principal import SessionId
from gatepost.tokens.faults import TokenFault
from gatepost.tokens.verified_claims import VerifiedClaims


def steady_now() -> float:
    """Return seconds on a clock that nobody sets and that runs on while the machine sleeps."""
    return time.clock_gettime(_STEADY_CLOCK)


# CLOCK_MONOTONIC stands still in a suspended Linux machine, which would wake up believing that
# what it knows is fresh. Elsewhere the monotonic clock is what there is.
_STEADY_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


# A token may be signed in the very moment in which its session ends.
_MARGIN_SECONDS = 5
_CLOCK_ERROR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Revocation:
    """One thing that has ended. Exactly what is named is taken back; with no name, everything.

    Attributes:
        session_id: every token of this session is refused.
        subject: beside a session, whose it was, for tokens that name no session. Alone: every
            token of this person that was issued up to `at` is refused.
        key_id: every token that this key has signed is refused.
        at: seconds since the epoch, by the clock of whoever wrote it down.
    """

    session_id: SessionId | None
    subject: str | None
    key_id: str | None
    at: float


class RevocationFeed(Protocol):
    """Knows what has been taken back from one issuer's tokens."""

    def fault(self, claims: VerifiedClaims) -> TokenFault | None:
        """Answer from memory, without a round trip.

        Returns:
            None where the token stands; `REVOKED`; or `REVOCATIONS_UNAVAILABLE` where the last
            news is too old to say.
        """

    async def catch_up(self) -> None:
        """Ask for news now, for a bounded time; whether there were any is `fault`'s to say."""


class NeverRevoked:
    """The feed of an issuer that tells nobody of its sign-outs: tokens live until `exp`."""

    def fault(self, _claims: VerifiedClaims) -> TokenFault | None:
        """Take nothing back."""
        return None

    async def catch_up(self) -> None:
        """Have nobody to ask."""


class RevocationMemory:
    """What one process knows to have ended.

    Args:
        token_lifetime_seconds: the longest `exp - iat` of a token that is believed.
        clock_skew_seconds: how far the clocks of issuer, feed and verifier may be apart.
        max_staleness_seconds: how old the last news may be before no token can be judged.
        capacity: how many sessions and people are remembered one by one.
    """

    def __init__(
        self,
        *,
        token_lifetime_seconds: int,
        clock_skew_seconds: int,
        max_staleness_seconds: float,
        capacity: int,
    ) -> None:
        self._skew = clock_skew_seconds
        # Issuer, writer and reader may each be a skew apart. Counted from when the news came and
        # on the steady clock, so that setting the wall clock brings no token back to life.
        self._remember_for = token_lifetime_seconds + 3 * clock_skew_seconds + _MARGIN_SECONDS
        self._max_staleness = max_staleness_seconds
        self._capacity = capacity
        # Each until when its tokens may have been issued, and when it can be forgotten.
        self._sessions: dict[str, tuple[float, float]] = {}
        self._subjects: dict[str, tuple[float, float]] = {}
        self._sessionless_subjects: dict[str, tuple[float, float]] = {}
        self._key_ids: set[str] = set()
        self._all_issued_up_to = float("-inf")
        self._news_as_of: float | None = None
        self._wall_ahead_of_steady = time.time() - steady_now()

    def apply(self, revocation: Revocation) -> None:
        """Refuse from now on what it names. Applying it again changes nothing.

        Before the first news is complete, what is so old that no token can be alive, were the wall
        clock an hour wrong, is left out: a feed that is read from its beginning has a day of it.
        """
        self._look_at_the_clock()
        issued_up_to = revocation.at + self._skew
        if self._is_too_old_to_matter(revocation):
            # By this clock whatever was issued so early has expired; if it is the clock that is
            # wrong, and is set right in a moment, that is refused all the same.
            self._all_issued_up_to = max(self._all_issued_up_to, issued_up_to)
            return
        forget_at = steady_now() + self._remember_for
        if revocation.key_id is not None:
            self._key_ids.add(revocation.key_id)
        elif revocation.session_id is not None:
            _raise(self._sessions, revocation.session_id, issued_up_to, forget_at)
            if revocation.subject is not None:
                _raise(self._sessionless_subjects, revocation.subject, issued_up_to, forget_at)
        elif revocation.subject is not None:
            _raise(self._subjects, revocation.subject, issued_up_to, forget_at)
        else:
            self._all_issued_up_to = max(self._all_issued_up_to, issued_up_to)
        self._forget()

    def caught_up(self, as_of: float) -> None:
        """Take note that everything that had ended at `as_of` has been applied.

        Args:
            as_of: `steady_now()` from before the feed was read.
        """
        self._look_at_the_clock()
        if self._news_as_of is None or as_of > self._news_as_of:
            self._news_as_of = as_of

    @property
    def staleness_seconds(self) -> float:
        """How old the last news is; infinite before the first."""
        return float("inf") if self._news_as_of is None else steady_now() - self._news_as_of

    def fault(self, claims: VerifiedClaims) -> TokenFault | None:
        """Judge one token from memory."""
        if self._has_ended(claims):
            return TokenFault.REVOKED
        # Last, so that what is known to have ended is called so, however old the news.
        news = self._news_as_of
        if news is None or steady_now() - news > self._max_staleness:
            return TokenFault.REVOCATIONS_UNAVAILABLE
        return None

    def _has_ended(self, claims: VerifiedClaims) -> bool:
        if claims.session_id is not None:
            if claims.session_id in self._sessions:
                return True
        elif self._sessionless_subjects:
            ended = self._sessionless_subjects.get(claims.subject)
            if ended is not None and claims.issued_at <= ended[0]:
                return True
        if self._subjects:
            ended = self._subjects.get(claims.subject)
            if ended is not None and claims.issued_at <= ended[0]:
                return True
        return claims.key_id in self._key_ids or claims.issued_at <= self._all_issued_up_to

    def _is_too_old_to_matter(self, revocation: Revocation) -> bool:
        if self._news_as_of is not None or revocation.key_id is not None:
            return False
        age = time.time() - revocation.at
        return age > self._remember_for + _CLOCK_ERROR_SECONDS

    def _look_at_the_clock(self) -> None:
        ahead = time.time() - steady_now()
        self._wall_ahead_of_steady = max(self._wall_ahead_of_steady, ahead)

    def _forget(self) -> None:
        now = steady_now()
        # Each is in the order in which the entries were last applied.
        for ended in (self._sessions, self._subjects, self._sessionless_subjects):
            while ended and next(iter(ended.values()))[1] <= now:
                # What was issued so early has expired; it is refused even should the clock be set
                # back to when it had not.
                issued_up_to, forgotten_at = ended.pop(next(iter(ended)))
                # No later than it was known: the writer's clock may be ahead.
                heard_at = forgotten_at - self._remember_for + self._wall_ahead_of_steady
                floor = min(issued_up_to, heard_at + self._skew)
                self._all_issued_up_to = max(self._all_issued_up_to, floor)
        known = len(self._sessions) + len(self._subjects) + len(self._sessionless_subjects)
        if known > self._capacity:
            # Fail closed within the bound: everybody who is still signed in gets a new token.
            # As far as the furthest of those who are forgotten: a writer's clock may be ahead.
            # And as far as this clock has been, which may since have been set back.
            forgotten = (
                *self._sessions.values(),
                *self._subjects.values(),
                *self._sessionless_subjects.values(),
            )
            furthest = max(issued_up_to for issued_up_to, _ in forgotten)
            now_and_skew = steady_now() + self._wall_ahead_of_steady + self._skew
            self._all_issued_up_to = max(self._all_issued_up_to, now_and_skew, furthest)
            self._sessions.clear()
            self._subjects.clear()
            self._sessionless_subjects.clear()


def _raise(
    ended: dict[str, tuple[float, float]], name: str, issued_up_to: float, forget_at: float
) -> None:
    earlier = ended.pop(name, None)
    if earlier is not None:
        issued_up_to = max(issued_up_to, earlier[0])
    ended[name] = (issued_up_to, forget_at)

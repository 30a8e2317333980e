"""Taking tokens back: the port, and the set that one process keeps."""

import time
from collections import OrderedDict
from typing import Protocol

from gatepost.principal import SessionId


class RevocationFeed(Protocol):
    """Knows which sessions have ended.

    Keyed by session, never by the raw token, which has more than one spelling.
    """

    def is_revoked(self, session_id: SessionId) -> bool:
        """Answer from memory, without a round trip."""


class EndedSessions:
    """The sessions that have ended in this process, kept for as long as their tokens could live.

    Args:
        token_lifetime_seconds: the longest lifetime of an access token, clock skew included.
    """

    def __init__(self, token_lifetime_seconds: int) -> None:
        self._lifetime = token_lifetime_seconds
        self._forget_at: OrderedDict[SessionId, float] = OrderedDict()

    def session_ended(self, session_id: SessionId) -> None:
        """Refuse every access token of this session from now on."""
        now = time.monotonic()
        while self._forget_at and next(iter(self._forget_at.values())) <= now:
            self._forget_at.popitem(last=False)
        self._forget_at[session_id] = now + self._lifetime
        self._forget_at.move_to_end(session_id)

    def is_revoked(self, session_id: SessionId) -> bool:
        """Answer from memory, without a round trip."""
        return session_id in self._forget_at

"""Where mail is kept in development, instead of being sent."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gatepost.mail.mails import Mail

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail that would have been sent."""

    mail: Mail
    at: datetime


@dataclass(slots=True)
class Outbox:
    """The last 200 mails, in memory, for whoever runs the app to read."""

    _posted: deque[Posted] = field(default_factory=lambda: deque(maxlen=_KEPT))

    @property
    def posted(self) -> tuple[Posted, ...]:
        """What would have been sent, the oldest first."""
        return tuple(self._posted)

    def post(self, mail: Mail) -> None:
        """Keep a mail; neither raises nor waits."""
        self._posted.append(Posted(mail, datetime.now(UTC)))

"""Mail on its way: handed over in the background, again and again while the server is away.

It waits in memory. What has not left when the process ends is lost, and is reported as lost; the
person asks for another link. A table would keep it, and would keep working links at rest as well.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final, Protocol

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink
from gatepost.mail.mails import Mail, Unwritable
from gatepost.mail.server import Undelivered

PAUSES_SECONDS: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Between one try and the next; a link works for an hour, so a mail is given up well before."""

_CAPACITY = 1_000
_AT_ONCE = 4
_LAST_CALL_SECONDS = 5.0

_log = logging.getLogger("gatepost")


class MailFault(StrEnum):
    """Why a mail was given up."""

    SERVER_AWAY = "mail_server_away"
    REFUSED = "mail_refused"
    TOO_MANY = "mail_too_many"
    STOPPED = "mail_stopped"
    UNWRITABLE = "mail_unwritable"


class Delivery(Protocol):
    """Hands mail over; a mail server does."""

    async def deliver(self, mail: Mail) -> None:
        """Hand one mail over.

        Raises:
            Undelivered: it was not taken.
            Unwritable: it makes no message.
        """


class Outgoing:
    """A queue that nobody waits for.

    Args:
        delivery: hands one mail over.
        events: learns of each mail that is given up.
        pauses: seconds between one try and the next; after the last of them it is given up.
        capacity: how many may wait; what is more is given up at once.
    """

    def __init__(
        self,
        delivery: Delivery,
        events: EventSink,
        *,
        pauses: Sequence[float] = PAUSES_SECONDS,
        capacity: int = _CAPACITY,
    ) -> None:
        self._delivery = delivery
        self._events = events
        self._pauses = tuple(pauses)
        self._capacity = capacity
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._waiting: set[asyncio.Task[None]] = set()
        self._open = False

    @property
    def waiting(self) -> int:
        """How many have not left yet."""
        return len(self._waiting)

    def post(self, mail: Mail) -> None:
        """Take a mail; neither raises nor waits."""
        if not self._open:
            self._give_up(MailFault.STOPPED)
        elif self.waiting >= self._capacity:
            self._give_up(MailFault.TOO_MANY)
        else:
            task = asyncio.get_running_loop().create_task(self._send(mail), name="gatepost-mail")
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        """Hand over what is posted until the block ends, and what can go at once after it."""
        self._open = True
        try:
            yield
        finally:
            self._open = False
            if self._waiting:
                await asyncio.wait(self._waiting, timeout=_LAST_CALL_SECONDS)
            left = list(self._waiting)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _send(self, mail: Mail) -> None:
        try:
            fault = await self._try(mail)
        except asyncio.CancelledError:
            self._give_up(MailFault.STOPPED)
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not be a silent one
            _log.error("unexpected %s while sending mail", type(error).__name__)
            fault = MailFault.UNWRITABLE
        if fault is not None:
            self._give_up(fault)

    async def _try(self, mail: Mail) -> MailFault | None:
        """Hand it over, or say why not after the last try."""
        for pause in (*self._pauses, None):
            try:
                async with self._at_once:
                    await self._delivery.deliver(mail)
            except Unwritable:
                return MailFault.UNWRITABLE
            except Undelivered as undelivered:
                if undelivered.for_good:
                    return MailFault.REFUSED
                if pause is None:
                    break
                _log.warning("a mail waits for %g s: %s", pause, undelivered)
            else:
                return None
            # Not all of them at the same moment, when the server is back.
            await asyncio.sleep(pause * random.uniform(1, 1.2))  # noqa: S311 - no secret
        return MailFault.SERVER_AWAY

    def _give_up(self, fault: MailFault) -> None:
        _log.error("a mail was not sent: %s", fault.value)
        self._events.emit(SecurityEvent(EventName.MAIL_LOST, reason=fault))

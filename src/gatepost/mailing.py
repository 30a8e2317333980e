"""The mail of the provider built in: who writes it, and where it goes."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC
from types import MappingProxyType
from urllib.parse import urlsplit

from gatepost.events import EventSink
from gatepost.mail import LETTERS, Letter, MailServer, Outbox, Outgoing, write
from gatepost.mail.browsers import device_of
from gatepost.provider import MailKind, Notice
from gatepost.settings import Settings

_LETTERS: Mapping[MailKind, Letter] = MappingProxyType(
    {kind: LETTERS[kind.value] for kind in MailKind}
)

_log = logging.getLogger("gatepost")


async def open_mail(
    settings: Settings, events: EventSink, opened: AsyncExitStack
) -> Outgoing | Outbox | None:
    """Return where mail goes: to a server, in development else into an outbox, or nowhere.

    The server is not connected to: one that is away must not stop the start.

    Raises:
        ConfigurationError: GATEPOST_MAIL_URL cannot be read.
    """
    if settings.mail_url is not None:
        outgoing = Outgoing(MailServer.of(settings.mail_url), events)
        await opened.enter_async_context(outgoing.delivering())
        return outgoing
    if not settings.production:
        return Outbox()
    _log.warning(
        "GATEPOST_MAIL_URL is not set, so no mail is sent: nobody can reset a password, change an "
        "address or show that one is theirs"
    )
    return None


class Correspondent:
    """Writes to people in the app's name.

    Args:
        carrier: where what is written goes.
        url: where people reach the app; its host is what they know it by.
    """

    def __init__(self, carrier: Outgoing | Outbox, url: str) -> None:
        self._carrier = carrier
        self._site = urlsplit(url).netloc

    def send(self, notice: Notice) -> None:
        """Take a notice; it is written when the request at hand has let go."""
        asyncio.get_running_loop().call_soon(self._post, notice)

    def _post(self, notice: Notice) -> None:
        letter = _LETTERS[notice.kind]
        blanks = {"address": notice.new_email}
        if notice.sign_in is not None:
            blanks |= {
                "when": f"{notice.sign_in.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
                "device": device_of(notice.sign_in.user_agent),
                "place": notice.sign_in.address or "an unknown address",
            }
        mail = write(letter, notice.to, site=self._site, url=notice.url, **blanks)
        self._carrier.post(mail)

"""A real SMTP server on a loopback port, which does as it is told."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port

USER, PASSWORD = "tasks@example.com", "p@ss/w:rd?"


@dataclass(slots=True)
class Mailbox:
    """What has come in.

    Attributes:
        replies: what is answered to the next mails, one each; "" takes it, as all later ones are.
        over_tls: whether each came over TLS.
    """

    port: int
    received: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    tries: int = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: smtp.SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or not."""
        self.tries += 1
        reply = self.replies.pop(0) if self.replies else ""
        if reply:
            return reply
        content = envelope.content
        assert isinstance(content, bytes)
        # The default type of this function's result is the old Message.
        message = message_from_bytes(content, EmailMessage, policy=SMTP)
        self.received.append(message)
        self.senders.append(envelope.mail_from or "")
        self.recipients.append(envelope.rcpt_tos)
        self.over_tls.append(session.ssl is not None)
        return "250 OK"

    def texts(self) -> list[tuple[str, str]]:
        """Return the plain text and the page of each."""
        return [(_part(each, "plain"), _part(each, "html")) for each in self.received]


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def _authenticate(
    _server: smtp.SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth_data: object
) -> AuthResult:
    right = isinstance(auth_data, LoginPassword) and auth_data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=right)


@contextmanager
def mail_server(
    *, host: str = "127.0.0.1", port: int | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Mailbox]:
    """Receive mail until the block ends.

    Args:
        host: a loopback address.
        port: a free one where left out.
        tls: with it, STARTTLS comes first, and then a password.
    """
    mailbox = Mailbox(port or free_port())
    controller = Controller(
        mailbox,
        hostname=host,
        port=mailbox.port,
        require_starttls=tls is not None,
        auth_required=tls is not None,
        tls_context=tls,
        authenticator=_authenticate,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()

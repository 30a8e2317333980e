"""The mail server that GATEPOST_MAIL_URL names, and one conversation with it (RFC 5321, 6409)."""

import asyncio
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import certifi

from gatepost.errors import ConfigurationError
from gatepost.mail.mails import Mail, message_of, sender_of
from gatepost.settings import Secret

_VARIABLE = "GATEPOST_MAIL_URL"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"smtp": 587, "smtps": 465}
_STEP_SECONDS: Final = 20.0
_PERMANENT = 500


class Undelivered(Exception):
    """The server did not take a mail.

    Attributes:
        for_good: whether it said that it never will (RFC 5321, section 4.2.1: a 5yz reply).
    """

    def __init__(self, cause: Exception, *, for_good: bool) -> None:
        # The kind alone: servers repeat the address in what they say.
        super().__init__(type(cause).__name__)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out.

    Attributes:
        implicit_tls: whether TLS comes first (RFC 8314), and not by STARTTLS.
        user: "" where the server asks for none.
        sender: what stands in From, and whom it comes back to.
    """

    host: str
    port: int
    implicit_tls: bool
    user: str
    password: Secret
    sender: Address

    @classmethod
    def of(cls, url: Secret) -> "MailServer":
        """Read `smtp://user:password@host:587?from=tasks@example.com`, or `smtps://…`.

        Raises:
            ConfigurationError: it is not of that form; the message shows nothing of it.
        """
        try:
            parts = urlsplit(url.reveal())
            port = parts.port
            query = parse_qs(parts.query, strict_parsing=bool(parts.query))
        except ValueError:
            raise _unreadable() from None
        host = parts.hostname
        if parts.scheme not in _PORTS or not host or parts.path not in ("", "/"):
            raise _unreadable()
        if query.keys() != {"from"} or len(query["from"]) != 1:
            raise _unreadable()
        if bool(parts.username) != bool(parts.password):
            raise _unreadable()
        return cls(
            host=host,
            port=port or _PORTS[parts.scheme],
            implicit_tls=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=Secret(unquote(parts.password or "")),
            sender=sender_of(query["from"][0], f"{_VARIABLE}, from"),
        )

    @property
    def requires_tls(self) -> bool:
        """Always, but for a server on this machine."""
        return self.implicit_tls or self.host not in _LOOPBACK

    async def deliver(self, mail: Mail) -> None:
        """Hand one mail over.

        Raises:
            Undelivered: the server is away, or does not take it.
            Unwritable: it makes no message.
        """
        message = message_of(mail, self.sender)
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            # What aiosmtplib would say of itself it asks the DNS for, which may take its time.
            local_hostname=self.sender.domain,
            username=self.user or None,
            password=self.password.reveal() or None,
            use_tls=self.implicit_tls,
            # None: TLS where the server offers it. True: TLS, or no mail and no password.
            start_tls=None if self.implicit_tls or not self.requires_tls else True,
            tls_context=await asyncio.to_thread(_authorities) if self.requires_tls else None,
            validate_certs=self.requires_tls,
            timeout=_STEP_SECONDS,
        )
        try:
            async with client:
                await client.send_message(message)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise Undelivered(error, for_good=_is_for_good(error)) from None


def _unreadable() -> ConfigurationError:
    return ConfigurationError(
        f"{_VARIABLE}: write smtp://user:password@host:587?from=tasks@example.com, or smtps://… "
        "where the server wants TLS from the first byte; special characters percent-encoded."
    )


def _authorities() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Both: an image without the system's can reach the public ones, a company adds its own.
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_for_good(error: Exception) -> bool:
    """Whether the server refused this mail; that it refused our password may be mended."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refused.code >= _PERMANENT for refused in error.recipients)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False
    about_the_mail = aiosmtplib.SMTPDataError | aiosmtplib.SMTPSenderRefused
    return isinstance(error, about_the_mail) and error.code >= _PERMANENT

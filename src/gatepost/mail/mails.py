"""One mail, and the message that it becomes (RFC 5322)."""

from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid

from gatepost.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent to one person.

    Attributes:
        to: one address, `local@domain`.
        text: for whoever reads plain text.
        html: the same as a page.
    """

    to: str
    subject: str
    text: str
    html: str

    def __repr__(self) -> str:
        return f"Mail({self.subject!r})"  # never the address, and never the link


class Unwritable(Exception):
    """What was given makes no message: a line break in a header, or no address."""


def sender_of(text: str, where: str) -> Address:
    """Read `Tasks <tasks@example.com>`, or the address alone.

    Args:
        text: as it was set.
        where: where it was set; the message begins with it.

    Raises:
        ConfigurationError: it is not one address.
    """
    try:
        # The factory's own type does not say that a From has addresses.
        header = EmailMessage(SMTP)
        header["From"] = text
        addresses: tuple[Address, ...] = header["From"].addresses
        whole = not header["From"].defects
    except (MessageError, ValueError, IndexError):
        addresses, whole = (), False
    if not whole or len(addresses) != 1 or not all((addresses[0].username, addresses[0].domain)):
        raise ConfigurationError(
            f"{where}: write one address to send from, such as tasks@example.com."
        )
    return addresses[0]


def message_of(mail: Mail, sender: Address) -> EmailMessage:
    """Put a message together, the text first and the page as its alternative (RFC 2046, 5.1.4).

    Raises:
        Unwritable: it would have had a header of somebody else's.
    """
    message = EmailMessage(SMTP)
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
    except (MessageError, ValueError, IndexError) as error:
        raise Unwritable from error
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to it
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message

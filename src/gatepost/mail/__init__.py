"""Mail: what is written, how it leaves, and where it waits.

It is told to whom and about what; it knows nothing of accounts or of HTTP routes.
"""

from gatepost.mail.letters import LETTERS, Letter, write
from gatepost.mail.mails import Mail
from gatepost.mail.outbox import Outbox, Posted
from gatepost.mail.outgoing import MailFault, Outgoing
from gatepost.mail.server import MailServer

__all__ = [
    "LETTERS",
    "Letter",
    "Mail",
    "MailFault",
    "MailServer",
    "Outbox",
    "Outgoing",
    "Posted",
    "write",
]

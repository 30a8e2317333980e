"""Where the mail of a server under test goes."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """What a function that sends mail was given; `kind` is the function's name at Better Auth."""

    kind: str
    to: str
    url: str
    token: str
    new_email: str = ""


class Mailbox(Protocol):
    """Every mail that a server has sent so far."""

    def mails(self) -> list[Mail]:
        """Return them in the order in which they were sent."""


@dataclass(slots=True)
class KeptMails:
    """Mails of a server in this process."""

    kept: list[Mail] = field(default_factory=list)

    def mails(self) -> list[Mail]:
        """Return them in the order in which they were sent."""
        return list(self.kept)


@dataclass(frozen=True, slots=True)
class MailFile:
    """Mails of the original, a line of JSON each."""

    path: Path

    def mails(self) -> list[Mail]:
        """Return them in the order in which they were sent."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        given = [json.loads(line) for line in lines]
        return [
            Mail(
                each["kind"],
                each["to"],
                each.get("url", ""),  # none where it only tells of something
                each.get("token", ""),
                each.get("newEmail", ""),
            )
            for each in given
        ]

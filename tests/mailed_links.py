"""Links that were mailed, and following them: how somebody shows that an address is theirs."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

import httpx

from gatepost.mail import Outbox
from gatepost.testing import Somebody, sign_up
from tests.issuers.reading import wait_until
from tests.mail.mail_server import Mailbox
from tests.services.better_auth import BetterAuth

Links: TypeAlias = Callable[[str], list[str]]
"""The links that were mailed to an address, the oldest first."""


@dataclass(frozen=True, slots=True)
class ServedTasks:
    """Tasks, and the mail of whoever signs people in.

    Attributes:
        url: its origin.
    """

    url: str
    links: Links


_LINK = re.compile(r"https?://\S+")


def outbox_links(outbox: Outbox) -> Links:
    """Read what an app in development would have sent."""
    return lambda to: [
        link
        for posted in outbox.posted
        if posted.mail.to == to
        for link in _LINK.findall(posted.mail.text)
    ]


def logged_links(better_auth: BetterAuth) -> Links:
    """Read what `mail.ts` of the example writes into its log."""
    return lambda to: re.findall(
        rf"^Mail to {re.escape(to)}: .*\n(\S+)$", better_auth.said(), re.MULTILINE
    )


def received_links(mailbox: Mailbox) -> Links:
    """Read what came in by SMTP."""
    return lambda to: [
        link
        for message, (text, _) in zip(list(mailbox.received), mailbox.texts(), strict=False)
        if message["To"] == to
        for link in _LINK.findall(text)
    ]


@contextmanager
def confirmed(url: str, links: Links, name: str) -> Iterator[Somebody]:
    """Sign somebody up who then shows that their address is theirs."""
    with sign_up(url, name) as somebody:
        confirm(somebody, links)
        yield somebody


def confirm(somebody: Somebody, links: Links) -> None:
    """Have somebody ask for the link that shows that their address is theirs, and follow it.

    Raises:
        httpx.HTTPStatusError: the provider refused.
        TimeoutError: no such link was mailed.
    """
    wanted = {"email": somebody.email, "callbackURL": "/confirmed"}
    asked = somebody.browser.post("/api/auth/send-verification-email", json=wanted)
    asked.raise_for_status()
    follow(somebody.browser, links, somebody.email, "/confirmed")


def follow(browser: httpx.Client, links: Links, to: str, callback: str) -> None:
    """Follow the link that is mailed to an address and leads back to `callback`.

    Raises:
        TimeoutError: no such link was mailed.
    """
    answer = browser.get(mailed_link(links, to, callback))
    assert answer.headers["Location"].endswith(callback), answer.headers["Location"]


def mailed_link(links: Links, to: str, callback: str) -> str:
    """Wait for a link that is mailed to an address and leads back to `callback`.

    Raises:
        TimeoutError: no such link was mailed.
    """
    marked = f"callbackURL={quote(callback, safe='')}"

    def found() -> list[str]:
        return [link for link in links(to) if marked in link]

    wait_until(lambda: bool(found()))
    return found()[-1]


def last_link(links: Links, to: str, count: int) -> str:
    """Wait for so many links that are mailed to an address, and return the last; no more come.

    Raises:
        TimeoutError: there are fewer.
    """
    wait_until(lambda: len(links(to)) >= count)
    found = links(to)
    assert len(found) == count
    return found[-1]

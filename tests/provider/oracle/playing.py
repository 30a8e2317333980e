"""Plays conversations over real HTTP and writes down what was answered, with the random masked."""

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.provider.oracle.database import Database
from tests.provider.oracle.jar import Jar
from tests.provider.oracle.mailbox import KeptMails, Mail, Mailbox
from tests.provider.oracle.masking import masked
from tests.provider.oracle.steps import Age, Change, Conversation, Keep, Mails, Step

Answer = dict[str, object]

# What carries meaning. Cache-Control is left out: Gatepost sends more of it, on purpose, and
# `test_answers.py` holds that.
_HEADERS = (
    "content-type",
    "pragma",
    "location",
    "access-control-expose-headers",
    "set-auth-jwt",
    "set-auth-token",
    "retry-after",
    "x-retry-after",
    # of `hooks.py`
    "x-route",
    "x-outcome",
    "x-new-session",
    "x-name",
)
_WAITS = ("retry-after", "x-retry-after")
_MAIL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """Where to play.

    Attributes:
        url: where it listens.
        base_url: the origin that it is told it has.
    """

    url: str
    base_url: str
    base_path: str
    database: Database
    mailbox: Mailbox = field(default_factory=KeptMails)


def play(conversation: Conversation, server: Server) -> Iterator[tuple[str, Answer]]:
    """Yield the id of each step and its masked answer; at last, the mails that nobody read."""
    jar = Jar(server.base_url, server.base_path)
    read = len(server.mailbox.mails())
    for step in conversation.steps:
        match step:
            case Step():
                yield step.id, _say(step, jar, server)
            case Age(seconds):
                server.database.age(jar.identity.token, seconds)
            case Change(sql):
                server.database.change(jar.identity.token, sql)
            case Keep(name):
                jar.keep(name)
            case Mails(step_id, expected):
                mails = _await_mails(server.mailbox, read, expected)
                read += len(mails)
                jar.mail = mails[-1] if mails else jar.mail
                yield step_id, _shown(mails, server.base_url)
    unread = server.mailbox.mails()[read:]
    if unread:
        yield "mails that no step has read", _shown(unread, server.base_url)


def _await_mails(mailbox: Mailbox, read: int, expected: int) -> list[Mail]:
    """Wait for so many: mail may be sent after the answer."""
    end = time.monotonic() + _MAIL_SECONDS
    while len(mailbox.mails()) < read + expected and time.monotonic() < end:
        time.sleep(0.02)
    return mailbox.mails()[read:]


def _shown(mails: list[Mail], base_url: str) -> Answer:
    return {
        "mails": [
            (mail.kind, mail.to, mail.new_email, masked(mail.url, base_url)) for mail in mails
        ]
    }


def _say(step: Step, jar: Jar, server: Server) -> Answer:
    response, text = _exchange(step, jar, server)
    set_cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
    for set_cookie in set_cookies:
        jar.identity = jar.identity.taking(set_cookie)
    jar.answer = text
    headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
    mask = server.base_url
    answer: Answer = {"status": response.status, "body": masked(text, mask)}
    if headers:
        answer["headers"] = {
            name: _rounded_up(value) if name in _WAITS else masked(value, mask)
            for name, value in headers.items()
        }
    if set_cookies:
        answer["set-cookie"] = [masked(set_cookie, mask) for set_cookie in set_cookies]
    return answer


def _rounded_up(seconds: str) -> str:
    """Take a wait to the next ten seconds: some of it has gone by."""
    return f"<{-(-int(seconds) // 10) * 10} s>" if seconds.isdigit() else seconds


def _exchange(step: Step, jar: Jar, server: Server) -> tuple[http.client.HTTPResponse, str]:
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    body = jar.fill(step.body).encode() if isinstance(step.body, str) else step.body
    path = server.base_path + jar.fill(step.path)
    names_host = any(name == "host" for name, _ in step.headers)
    connection.putrequest(step.method, path, skip_host=names_host, skip_accept_encoding=True)
    for name, value in step.headers:
        connection.putheader(name, jar.fill(value).encode("latin-1"))
    if body is not None or step.method == "POST":
        connection.putheader("content-length", str(len(body or b"")))
    connection.endheaders(body)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text

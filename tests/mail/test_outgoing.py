"""Mail on its way: nobody waits for it, and what is lost is reported."""

import asyncio
import time
from dataclasses import dataclass, field

import pytest

from gatepost.events import SecurityEvent
from gatepost.mail import Mail, MailFault, MailServer, Outgoing
from gatepost.mail.mails import Unwritable
from gatepost.mail.server import Undelivered
from gatepost.settings import Secret
from tests.mail.mail_server import mail_server
from tests.ports import free_port

_SOON = (0.01, 0.02, 0.04)


def _mail(to: str = "ada@example.com") -> Mail:
    return Mail(to, "Subject", "text", "<p>page</p>")


@dataclass(slots=True)
class _Events:
    reasons: list[object] = field(default_factory=list)

    def emit(self, event: SecurityEvent) -> None:
        assert event.name.value == "sys_mail_lost"
        self.reasons.append(event.reason)


def _server(port: int) -> MailServer:
    return MailServer.of(Secret(f"smtp://127.0.0.1:{port}?from=tasks@example.com"))


async def _settled(outgoing: Outgoing) -> None:
    async with asyncio.timeout(20):
        while outgoing.waiting:  # noqa: ASYNC110 - the queue tells nobody that it is empty
            await asyncio.sleep(0.01)


def test_what_is_posted_arrives() -> None:
    """Twenty mails posted at once are twenty mails received, and posting takes no time."""
    events = _Events()

    async def post(port: int) -> float:
        outgoing = Outgoing(_server(port), events, pauses=_SOON)
        async with outgoing.delivering():
            began = time.perf_counter()
            for number in range(20):
                outgoing.post(_mail(f"p{number}@example.com"))
            took = time.perf_counter() - began
            await _settled(outgoing)
        return took

    with mail_server() as mailbox:
        assert asyncio.run(post(mailbox.port)) < 0.5
    assert len(mailbox.received) == 20
    assert events.reasons == []


def test_a_mail_waits_for_a_server_that_is_away() -> None:
    """A server that comes back, or asks for patience, is given the mail then."""
    events, port = _Events(), free_port()

    async def post() -> int:
        outgoing = Outgoing(_server(port), events, pauses=(0.3, 0.3, 0.3, 0.3, 0.3, 0.3))
        async with outgoing.delivering():
            outgoing.post(_mail())
            await asyncio.sleep(0.1)
            with mail_server(port=port) as mailbox:
                mailbox.replies.append("451 greylisted")
                await _settled(outgoing)
        return len(mailbox.received)

    assert asyncio.run(post()) == 1
    assert events.reasons == []


@pytest.mark.parametrize(
    ("reply", "tries", "fault"),
    [("451 later", 4, MailFault.SERVER_AWAY), ("550 never", 1, MailFault.REFUSED)],
)
def test_what_cannot_be_sent_is_reported_at_last(
    reply: str, tries: int, fault: MailFault, caplog: pytest.LogCaptureFixture
) -> None:
    """After the last pause, or a last word, there is an event, and no address in the log."""
    events = _Events()

    async def post(port: int) -> None:
        outgoing = Outgoing(_server(port), events, pauses=_SOON)
        async with outgoing.delivering():
            outgoing.post(_mail())
            await _settled(outgoing)

    with mail_server() as mailbox:
        mailbox.replies = [reply] * 10
        asyncio.run(post(mailbox.port))
    assert mailbox.tries == tries
    assert events.reasons == [fault]
    assert fault.value in caplog.text
    assert "ada" not in caplog.text


@dataclass(slots=True)
class _Deliveries:
    """Fails as it is told, or waits for ever."""

    error: Exception | None
    begun: int = 0

    async def deliver(self, _mail: Mail) -> None:
        self.begun += 1
        if self.error is not None:
            raise self.error
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (Unwritable(), MailFault.UNWRITABLE),
        (RuntimeError("ada@example.com"), MailFault.UNWRITABLE),
        (Undelivered(OSError("ada@example.com"), for_good=True), MailFault.REFUSED),
    ],
)
def test_a_mistake_is_reported_too(
    error: Exception, fault: MailFault, caplog: pytest.LogCaptureFixture
) -> None:
    """A mail that makes no message, or an error of ours, is an event and not an exception."""
    events = _Events()

    async def post() -> None:
        outgoing = Outgoing(_Deliveries(error), events, pauses=_SOON)
        async with outgoing.delivering():
            outgoing.post(_mail())
            await _settled(outgoing)

    asyncio.run(post())
    assert events.reasons == [fault]
    assert "ada" not in caplog.text


def test_a_queue_has_an_end_and_so_has_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than may wait, what waits when the process ends, and what comes later, are reported."""
    monkeypatch.setattr("gatepost.mail.outgoing._LAST_CALL_SECONDS", 0.05)
    events, deliveries = _Events(), _Deliveries(None)

    async def post() -> None:
        outgoing = Outgoing(deliveries, events, capacity=3)
        async with outgoing.delivering():
            for _ in range(5):
                outgoing.post(_mail())
            await asyncio.sleep(0)
            assert outgoing.waiting == 3
        outgoing.post(_mail())

    asyncio.run(post())
    expected = 2 * [MailFault.TOO_MANY] + 4 * [MailFault.STOPPED]
    assert events.reasons == expected
    assert deliveries.begun == 3

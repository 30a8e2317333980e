"""Handing mail over, by GATEPOST_MAIL_URL."""

import asyncio
import ssl
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme

from gatepost.errors import ConfigurationError
from gatepost.mail import Mail, MailServer
from gatepost.mail.server import Undelivered
from gatepost.settings import Secret
from tests.mail.mail_server import PASSWORD, USER, mail_server
from tests.ports import free_port

_MAIL = Mail("ada@example.com", "Subject", "text\n.\nlast", "<p>page</p>")
_CREDENTIALS = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
# Of this machine, and yet not by a name that is known to be: TLS is asked of it.
_ELSEWHERE = "127.0.0.2"


def _server(url: str) -> MailServer:
    return MailServer.of(Secret(url))


def _deliver(url: str) -> None:
    async def deliver() -> None:
        try:
            await _server(url).deliver(_MAIL)
        finally:
            # A connection that was broken off says so to the other side before it is closed.
            await asyncio.sleep(0.1)

    asyncio.run(deliver())


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(_ELSEWHERE).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://h.example?from=a@b.example", ("h.example", 587, False, "", True)),
        ("smtps://h.example?from=a@b.example", ("h.example", 465, True, "", True)),
        ("smtp://h.example:25/?from=a@b.example", ("h.example", 25, False, "", True)),
        ("smtp://127.0.0.1:1025?from=a@b.example", ("127.0.0.1", 1025, False, "", False)),
        ("smtp://[::1]:1025?from=a@b.example", ("::1", 1025, False, "", False)),
        (
            "smtp://u%40b:p%2F@h.example?from=Tasks%20%3Ca@b.example%3E",
            ("h.example", 587, False, "u@b", True),
        ),
    ],
)
def test_a_url_names_a_server(url: str, expected: tuple[object, ...]) -> None:
    """Scheme, host, port, user and sender are read; TLS is asked of all but this machine."""
    server = _server(url)
    found = (server.host, server.port, server.implicit_tls, server.user, server.requires_tls)
    assert found == expected
    assert server.sender.addr_spec == "a@b.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://h.example?from=a@b.example",
        "smtp://?from=a@b.example",
        "smtp://h.example",
        "smtp://h.example?from=nobody",
        "smtp://h.example?from=a@b.example&from=c@d.example",
        "smtp://h.example?from=a@b.example&tls=off",
        "smtp://h.example:port?from=a@b.example",
        "smtp://h.example/path?from=a@b.example",
        "smtp://user@h.example?from=a@b.example",
        "smtp://hush:hush@h.example",
        "hush",
    ],
)
def test_any_other_url_stops_the_start(url: str) -> None:
    """A URL that leaves something open, or wants TLS off, is refused without being shown."""
    with pytest.raises(ConfigurationError, match="GATEPOST_MAIL_URL") as refused:
        _server(url)
    assert "hush" not in str(refused.value)


def test_a_server_on_this_machine_needs_no_tls() -> None:
    """What is handed over arrives whole, from the sender to the one recipient."""
    with mail_server() as mailbox:
        _deliver(f"smtp://127.0.0.1:{mailbox.port}?from=Tasks%20%3Ctasks@example.com%3E")
    assert mailbox.senders == ["tasks@example.com"]
    assert mailbox.recipients == [["ada@example.com"]]
    assert mailbox.texts() == [("text\n.\nlast\n", "<p>page</p>\n")]


def test_elsewhere_the_mail_and_the_password_go_over_tls(
    authority: trustme.CA, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS with a certificate that is trusted, then the password, then the mail."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with mail_server(host=_ELSEWHERE, tls=tls) as mailbox:
        _deliver(f"smtp://{_CREDENTIALS}@{_ELSEWHERE}:{mailbox.port}?from=tasks@example.com")
    assert mailbox.over_tls == [True]


def test_nothing_is_said_to_a_server_that_cannot_be_trusted(tls: ssl.SSLContext) -> None:
    """No TLS, or a certificate of nobody's: neither the password nor the mail is sent."""
    with mail_server(host=_ELSEWHERE, tls=tls) as strange, mail_server(host=_ELSEWHERE) as plain:
        for mailbox in (strange, plain):
            url = f"smtp://{_CREDENTIALS}@{_ELSEWHERE}:{mailbox.port}?from=tasks@example.com"
            with pytest.raises(Undelivered) as undelivered:
                _deliver(url)
            assert not undelivered.value.for_good
            assert mailbox.tries == 0


@pytest.mark.parametrize(
    ("reply", "for_good"),
    [("451 later", False), ("550 never ada@example.com", True), ("421 closing", False)],
)
def test_what_is_refused_for_good_is_told_from_what_may_be_mended(
    reply: str, *, for_good: bool
) -> None:
    """A 5yz reply is the last word on a mail, a 4yz is not; neither reply is repeated in a log."""
    with mail_server() as mailbox:
        mailbox.replies.append(reply)
        with pytest.raises(Undelivered) as undelivered:
            _deliver(f"smtp://127.0.0.1:{mailbox.port}?from=tasks@example.com")
    assert undelivered.value.for_good is for_good
    assert "ada" not in str(undelivered.value)


def test_a_server_that_is_away_may_come_back() -> None:
    """A port where nobody listens is no last word."""
    with pytest.raises(Undelivered) as undelivered:
        _deliver(f"smtp://127.0.0.1:{free_port()}?from=tasks@example.com")
    assert not undelivered.value.for_good

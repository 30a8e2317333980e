"""The outbox, as a page and as JSON, on real HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from gatepost.mail import LETTERS, Mail, Outbox, write
from gatepost.mail.outbox_page import outbox_page
from tests.ports import free_port
from tests.serving import serving

_URL = "http://127.0.0.1:8000/api/auth/reset-password/abc?callbackURL=%2F&x=1"


@pytest.fixture(scope="module")
def outbox() -> Outbox:
    outbox = Outbox()
    outbox.post(Mail("<script>@example.com", "<b>subject</b>", '</pre><script>"', "<script>"))
    outbox.post(write(LETTERS["reset_password"], "ada@example.com", site="s", url=_URL))
    return outbox


@pytest.fixture(scope="module")
def shown(outbox: Outbox) -> Iterator[str]:
    port = free_port()
    with serving(outbox_page(outbox, port), port=port) as url:
        yield url


def test_the_page_shows_what_would_have_been_sent(shown: str) -> None:
    """The newest first, its link to be followed, and nothing of a mail is HTML of the page."""
    answer = httpx.get(shown)
    assert answer.text.index("ada@example.com") < answer.text.index("&lt;b&gt;subject")
    assert f'<a href="{_URL.replace("&", "&amp;")}">' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


def test_the_json_has_every_mail_whole(shown: str, outbox: Outbox) -> None:
    """A test that stands in front of the demo reads the mails as they are, the oldest first."""
    answer = httpx.get(f"{shown}/mails")
    mails = answer.json()["mails"]
    assert [mail["to"] for mail in mails] == [each.mail.to for each in outbox.posted]
    assert mails[1].keys() == {"at", "to", "subject", "text", "html"}
    assert _URL in mails[1]["text"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"host": "127.0.0.1.evil.example"},
        {"host": ""},
        {"sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/mails"])
def test_another_site_sees_nothing(shown: str, path: str, headers: dict[str, str]) -> None:
    """A name that was made to point here, and a request from another site, get no mail."""
    answer = httpx.get(f"{shown}{path}", headers=headers)
    assert answer.status_code == 421
    assert "ada" not in answer.text


def test_this_machines_other_names_do(shown: str) -> None:
    """`localhost` is as good as the number."""
    port = shown.rpartition(":")[2]
    assert httpx.get(shown, headers={"host": f"LOCALHOST:{port}"}).status_code == 200
    assert httpx.post(shown).status_code == 405


def test_an_outbox_forgets_the_oldest() -> None:
    """Two hundred mails are kept."""
    outbox = Outbox()
    for number in range(201):
        outbox.post(Mail(f"p{number}@example.com", "s", "t", "h"))
    assert len(outbox.posted) == 200
    assert outbox.posted[0].mail.to == "p1@example.com"

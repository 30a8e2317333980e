"""A mail and the message that it becomes."""

from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from gatepost.errors import ConfigurationError
from gatepost.mail import LETTERS, Mail, write
from gatepost.mail.mails import Unwritable, message_of, sender_of

_SENDER = Address("Tasks, Inc.", addr_spec="tasks@example.com")
_URL = "https://tasks.example.com/api/auth/verify-email?token=a.b.c&callbackURL=%2F"


def test_a_message_has_both_bodies_and_says_that_nobody_wrote_it() -> None:
    """Plain text first, the page as its alternative, and headers that keep holiday replies away."""
    message = message_of(Mail("ada@example.com", "Grüße", "text é", "<p>é</p>"), _SENDER)
    read = EmailMessage(message.policy)
    for name, value in message.items():
        read[name] = value
    assert read["From"].addresses[0].domain == "example.com"
    assert str(read["From"]) == '"Tasks, Inc." <tasks@example.com>'
    assert (str(read["To"]), str(read["Subject"])) == ("ada@example.com", "Grüße")
    assert read["Auto-Submitted"] == "auto-generated"
    assert str(read["Message-ID"]).endswith("@example.com>")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 for line in message.as_bytes().split(b"\r\n"))


@pytest.mark.parametrize(
    "mail",
    [
        Mail("ada@example.com\r\nBcc: all@example.com", "s", "t", "h"),
        Mail("ada@example.com\nBcc: all@example.com", "s", "t", "h"),
        Mail("ada@example.com, bob@example.com", "s", "t", "h"),
        Mail("", "s", "t", "h"),
        Mail("nobody", "s\r\nBcc: all@example.com", "t", "h"),
        Mail("ada@example.com", "s\r\nBcc: all@example.com", "t", "h"),
        Mail("ada@example.com", "s\n\nbody", "t", "h"),
    ],
    ids=repr,
)
def test_no_header_comes_from_within(mail: Mail) -> None:
    """A line break in an address or a subject, or two addresses, make no message at all."""
    with pytest.raises(Unwritable):
        message_of(mail, _SENDER)


def test_a_mail_shows_neither_its_address_nor_its_link() -> None:
    """What a log or a traceback shows of a mail is its subject."""
    mail = write(LETTERS["reset_password"], "ada@example.com", site="s.example", url=_URL)
    assert "ada@" not in repr(mail)
    assert "token" not in repr(mail)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_the_same_as_text_and_as_a_page(name: str) -> None:
    """Each letter has its link in both bodies, no blank left open, and the app's host in it."""
    address = "<b>new@example.com" if name == "confirm_email_change" else ""
    mail = write(
        LETTERS[name], "ada@example.com", site="tasks.example.com", url=_URL, address=address
    )
    assert "tasks.example.com" in mail.subject
    assert f"\n{_URL}\n" in mail.text
    escaped = _URL.replace("&", "&amp;")
    assert mail.html.count(escaped) == 2
    assert f'href="{escaped}"' in mail.html
    assert "$" not in mail.subject + mail.text + mail.html
    assert (address in mail.text, "<b>" in mail.html) == (True, False)


def test_whatever_fills_a_blank_is_no_markup() -> None:
    """A page shows it as text, and none of it is taken for a blank of ours."""
    hostile = '<script>"$url"</script>'
    mail = write(
        LETTERS["new_device"],
        "ada@example.com",
        site="tasks.example.com",
        url=_URL,
        when=hostile,
        device=hostile,
        place=hostile,
    )
    assert mail.text.count(hostile) == 3
    assert "<script>" not in mail.html
    assert mail.html.count("&lt;script&gt;&quot;$url&quot;") == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tasks@example.com", "tasks@example.com"),
        ("Tasks <tasks@example.com>", "Tasks <tasks@example.com>"),
        ('"Tasks, Inc." <tasks@example.com>', '"Tasks, Inc." <tasks@example.com>'),
    ],
)
def test_a_sender_is_one_address(text: str, shown: str) -> None:
    """The sender may have a name beside the address."""
    assert str(sender_of(text, "X")) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tasks",
        "tasks@",
        "@example.com",
        "a@example.com, b@example.com",
        "a@b\r\nBcc: c@d",
        "<>",
    ],
)
def test_anything_else_is_no_sender(text: str) -> None:
    """What is not one whole address stops the start, and names the variable."""
    with pytest.raises(ConfigurationError, match="GATEPOST_MAIL_URL"):
        sender_of(text, "GATEPOST_MAIL_URL, from")

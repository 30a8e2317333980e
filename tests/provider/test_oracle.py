"""The oracle itself: what a conversation can say and see, tried on the real Better Auth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provider.oracle.deployment import Deployment, RateLimit
from tests.provider.oracle.original import Originals, originals
from tests.provider.oracle.playing import Answer, play
from tests.provider.oracle.steps import Conversation, Keep, Mails, get, post, sign_in, sign_up
from tests.services.errors import ServiceError

_BY_MAIL = Deployment(
    "by mail",
    base_path="/auth",
    plugins=("jwt", "bearer", "admin"),
    send_on_sign_up=True,
    delete_user=True,
    mail=("sendResetPassword", "sendVerificationEmail", "sendDeleteAccountVerification"),
)
_LIMITED = Deployment("limited", rate_limit=RateLimit(window=10, max=2))
_RESET = '{"email":"ada@example.com","redirectTo":"/reset"}'


@pytest.fixture(scope="module")
def original(node_modules: Path) -> Iterator[Originals]:
    assert node_modules.is_dir()
    with originals() as original:
        yield original


def _play(original: Originals, file: Path, conversation: Conversation) -> dict[str, Answer]:
    server = original.start(conversation.deployment, f"sqlite:///{file}")
    return dict(play(conversation, server))


def test_a_link_in_a_mail_can_be_followed(original: Originals, tmp_path: Path) -> None:
    """A conversation reads mails, follows their links, and says what stood in them."""
    new = '{"token":"<<mail.token>>","newPassword":"correct horse battery"}'
    conversation = Conversation(
        "mails",
        (
            sign_up("ada@example.com"),
            Mails("to verify"),
            get("verified", "<<mail.path>>"),
            post("forgotten", "/request-password-reset", _RESET),
            Mails("to reset"),
            post("reset", "/reset-password", new),
            sign_in("ada@example.com"),
            Mails("none", 0),
            post("unread", "/request-password-reset", _RESET),
        ),
        _BY_MAIL,
    )
    answers = _play(original, tmp_path / "mail.db", conversation)
    link = "<origin>/auth/reset-password/<token>?callbackURL=%2Freset"
    reset = ("sendResetPassword", "ada@example.com", "", link)
    verify = "<origin>/auth/verify-email?token=<jwt>&callbackURL=%2F"
    assert [answers[step] for step in ("to verify", "to reset", "none")] == [
        {"mails": [("sendVerificationEmail", "ada@example.com", "", verify)]},
        {"mails": [reset]},
        {"mails": []},
    ]
    assert answers["mails that no step has read"] == {"mails": [reset]}
    statuses = [
        answers[step]["status"] for step in ("verified", "reset", "sign in ada@example.com")
    ]
    assert statuses == [302, 200, 200]
    assert '"role":"user"' in str(answers["sign in ada@example.com"]["body"])


def test_two_people_take_part(original: Originals, tmp_path: Path) -> None:
    """Who was put aside is at hand by name, and an answer's members are too."""
    conversation = Conversation(
        "two people",
        (
            sign_up("ada@example.com"),
            Keep("ada"),
            sign_up("bob@example.com"),
            get("ada", "/get-session", cookie="<<ada.jar>>"),
            get("bearer", "/get-session", authorization="Bearer <<answer.session.token>>"),
            get("bob", "/get-session", cookie="<<jar>>"),
        ),
        _BY_MAIL,
    )
    answers = _play(original, tmp_path / "two.db", conversation)
    for step, email in (("ada", "ada"), ("bearer", "ada"), ("bob", "bob")):
        assert f'"email":"{email}@example.com"' in str(answers[step]["body"])


def test_limits_are_a_server_s_own(original: Originals, tmp_path: Path) -> None:
    """What was asked of one server with limits does not count at another."""
    times = [get(f"time {number}", "/ok", x_forwarded_for="192.0.2.1") for number in range(3)]
    elsewhere = get("elsewhere", "/ok", x_forwarded_for="192.0.2.2")
    conversation = Conversation("limits", (*times, elsewhere), _LIMITED)
    for name in ("one.db", "two.db"):
        answers = _play(original, tmp_path / name, conversation)
        assert [answer["status"] for answer in answers.values()] == [200, 200, 429, 200]
        assert answers["time 2"]["headers"] == {
            "content-type": "application/json",
            "x-retry-after": "<10 s>",
        }


def test_a_server_that_does_not_start_says_why(original: Originals, tmp_path: Path) -> None:
    """What Better Auth says of options that it cannot use is in the error."""
    with pytest.raises(ServiceError, match="Invalid base URL"):
        original.start(Deployment("bad", base_url="nowhere"), f"sqlite:///{tmp_path / 'bad.db'}")

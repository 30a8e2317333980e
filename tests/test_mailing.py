"""Mail in an app as it is put together: where it goes, and what hangs on it."""

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gatepost import BuiltIn, ConfigurationError, Gatepost, Settings
from gatepost.events import SecurityEvent
from gatepost.mail import LETTERS, Mail, Outbox
from gatepost.provider import MailKind
from tests.conftest import TEST_SECRET
from tests.mail.mail_server import Mailbox, mail_server
from tests.ports import free_port
from tests.serving import serving

_ADA = {"name": "Visit http://evil.example", "email": "ada@example.com", "password": "long enough"}
_LINK = re.compile(r"http://127\.0\.0\.1:\d+/api/auth/\S+")


class _Events:
    never_blocks = True

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def emit(self, event: SecurityEvent) -> None:
        if event.name.value == "sys_mail_lost":
            self.reasons.append(str(event.reason))


@contextmanager
def _serving(
    directory: Path,
    more: dict[str, str],
    issuer: BuiltIn | None = None,
    events: _Events | None = None,
) -> Iterator[tuple[Gatepost, httpx.Client]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "GATEPOST_URL": url,
        "GATEPOST_SECRET": TEST_SECRET,
        "GATEPOST_DATA_DIR": str(directory),
        **more,
    }
    gatepost = Gatepost(
        Settings.from_environment(environment),
        issuer=issuer or BuiltIn(),
        events=events or _Events(),
    )
    app = FastAPI()
    gatepost.protect(app)
    asyncio.run(gatepost.migrate())
    with serving(app, port=port), httpx.Client(base_url=f"{url}/api/auth") as client:
        client.headers["origin"] = url
        yield gatepost, client


def _production(mailbox: Mailbox) -> dict[str, str]:
    server = f"smtp://127.0.0.1:{mailbox.port}?from=Tasks%20%3Ctasks@example.com%3E"
    return {"GATEPOST_ENV": "production", "GATEPOST_MAIL_URL": server}


def _newest(mailbox: Mailbox, number: int) -> str:
    """Wait for so many mails; return the plain text of the last."""
    end = time.monotonic() + 20
    while len(mailbox.received) < number and time.monotonic() < end:
        time.sleep(0.02)
    assert len(mailbox.received) == number
    return mailbox.texts()[-1][0]


def _posted(outbox: Outbox, number: int) -> list[Mail]:
    """Wait for so many: a mail is written after the answer."""
    end = time.monotonic() + 20
    while len(outbox.posted) < number and time.monotonic() < end:
        time.sleep(0.02)
    return [each.mail for each in outbox.posted]


def test_in_production_an_address_is_verified_by_mail(tmp_path: Path) -> None:
    """Nobody signs in before the link of a real mail was followed; a password is reset likewise."""
    with mail_server() as mailbox, _serving(tmp_path, _production(mailbox)) as (app, client):
        assert app.outbox is None
        assert client.post("/sign-up/email", json=_ADA).json()["token"] is None
        text = _newest(mailbox, 1)
        assert "evil.example" not in mailbox.received[0].as_string()
        refused = client.post("/sign-in/email", json=_ADA)
        assert (refused.status_code, refused.json()["code"]) == (403, "EMAIL_NOT_VERIFIED")
        assert client.get(_LINK.findall(text)[0]).status_code == 302
        assert client.post("/sign-in/email", json=_ADA).json()["user"]["emailVerified"] is True
        client.post("/request-password-reset", json={"email": _ADA["email"], "redirectTo": "/new"})
        page = client.get(_LINK.findall(_newest(mailbox, 2))[0]).headers["location"]
        new = {"newPassword": "longer than enough", "token": page.partition("token=")[2]}
        assert client.post("/reset-password", json=new).json() == {"status": True}
        assert client.get("/get-session").json() is None
        assert client.post("/sign-up/email", json=_ADA).json()["token"] is None
        assert "has an account there" in _newest(mailbox, 3)
    assert [message["Subject"].partition(" ")[0] for message in mailbox.received] == [
        "Confirm",
        "Choose",
        "You",
    ]
    assert mailbox.recipients == 3 * [["ada@example.com"]]


def test_a_mail_server_that_is_away_stops_no_sign_up(tmp_path: Path) -> None:
    """A sign-up succeeds at once, and the mail that never left is reported at the end."""
    events, server = _Events(), f"smtp://127.0.0.1:{free_port()}?from=tasks@example.com"
    everyone = BuiltIn(send_on_sign_up=True)
    with _serving(tmp_path, {"GATEPOST_MAIL_URL": server}, everyone, events) as (_, client):
        assert client.post("/sign-up/email", json=_ADA).status_code == 200
        assert client.get("/get-session").json()["user"]["email"] == _ADA["email"]
    assert events.reasons == ["mail_stopped"]


def test_in_development_mail_waits_in_the_outbox(tmp_path: Path) -> None:
    """Without a server, a sign-up signs in, and what would have been mailed can be read."""
    people = BuiltIn(change_email=True, delete_user=True)
    with _serving(tmp_path, {}, people) as (app, client):
        assert client.post("/sign-up/email", json=_ADA).json()["token"]
        assert app.outbox is not None
        assert app.outbox.posted == ()
        client.post("/send-verification-email", json={"email": _ADA["email"]})
        client.post("/change-email", json={"newEmail": "new@example.com"})
        client.post("/delete-user", json={})
        mails = _posted(app.outbox, 3)
        assert [mail.to for mail in mails] == [_ADA["email"], "new@example.com", _ADA["email"]]
        link = _LINK.findall(mails[-1].text)[0]
        assert client.get(link).status_code == 302
        assert client.post("/sign-in/email", json=_ADA).status_code == 401


@pytest.mark.parametrize(
    ("code", "environment", "code_of_answer"),
    [
        (None, "true", None),
        (False, "true", "CHANGE_EMAIL_DISABLED"),
        (True, "false", None),
    ],
)
def test_what_the_code_says_of_an_option_wins(
    tmp_path: Path,
    code: bool | None,  # noqa: FBT001 - a parameter of the test
    environment: str,
    code_of_answer: str | None,
) -> None:
    """An option is as the code says, or else as the environment does."""
    said, people = {"GATEPOST_CHANGE_EMAIL": environment}, BuiltIn(change_email=code)
    with _serving(tmp_path, said, people) as (_, client):
        client.post("/sign-up/email", json=_ADA)
        answer = client.post("/change-email", json={"newEmail": "new@example.com"})
        assert answer.json().get("code") == code_of_answer


def test_production_without_mail_says_what_is_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The app starts, says so in the log, signs people in, and refuses what needs mail."""
    caplog.set_level(logging.WARNING, "gatepost")
    with _serving(tmp_path, {"GATEPOST_ENV": "production"}) as (app, client):
        assert app.outbox is None
        assert client.post("/sign-up/email", json=_ADA).json()["token"]
        refused = client.post("/request-password-reset", json={"email": _ADA["email"]})
        assert (refused.status_code, refused.json()["code"]) == (400, "RESET_PASSWORD_DISABLED")
    assert "GATEPOST_MAIL_URL" in caplog.text


@pytest.mark.parametrize(
    ("issuer", "environment", "words"),
    [
        (
            BuiltIn(require_email_verification=True),
            {"GATEPOST_ENV": "production"},
            ["require_email_verification", "GATEPOST_MAIL_URL"],
        ),
        (
            BuiltIn(),
            {"GATEPOST_ENV": "production", "GATEPOST_REQUIRE_EMAIL_VERIFICATION": "true"},
            ["GATEPOST_REQUIRE_EMAIL_VERIFICATION", "GATEPOST_MAIL_URL"],
        ),
        (BuiltIn(), {"GATEPOST_MAIL_URL": "smtp://hush"}, ["GATEPOST_MAIL_URL", "smtp://user"]),
    ],
)
def test_what_cannot_be_mailed_stops_the_start(
    tmp_path: Path, issuer: BuiltIn, environment: dict[str, str], words: list[str]
) -> None:
    """Verification that nobody could do, and a URL that cannot be read, are said in one line."""
    settings = Settings.from_environment(
        {"GATEPOST_SECRET": TEST_SECRET, "GATEPOST_DATA_DIR": str(tmp_path), **environment}
    )
    app = FastAPI()
    gatepost = Gatepost(settings, issuer=issuer, events=_Events())
    gatepost.protect(app)

    async def start() -> None:
        await gatepost.migrate()
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(ConfigurationError) as refused:
        asyncio.run(start())
    assert all(word in str(refused.value) for word in words)
    assert "hush" not in str(refused.value)


def test_every_kind_has_its_letter() -> None:
    """Whatever the provider tells people of, there are words for it, and no others."""
    assert {kind.value for kind in MailKind} == set(LETTERS)

"""No answer tells whether an address has an account: neither what it says nor what it takes.

What is counted is the work: every statement and every commit of the database, every password hash,
every token and every mail. Time itself is a poor witness on a busy machine.
"""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest
from sqlalchemy import Connection, Engine, event

from gatepost.provider import argon2id, scrypt
from gatepost.provider.email_tokens import EmailClaims, EmailTokens
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.masking import masked
from tests.provider.served import Served, serving_provider

_PASSWORD = "correct horse battery"
_KNOWN, _UNVERIFIED, _UNKNOWN = "ada@example.com", "bob@example.com", "eve@example.com"
_VERIFIED = Deployment(
    "verified", mail=ALL_MAIL, require_email_verification=True, change_email=True
)


@dataclass(slots=True)
class _Work:
    """What was done, in order; a write is any statement that changes a row."""

    steps: list[str] = field(default_factory=list)

    def statement(
        self, _connection: Connection, _cursor: object, statement: str, *_more: object
    ) -> None:
        kind = statement.split(maxsplit=1)[0]
        table = re.search(r'(?:FROM|INTO|UPDATE) "?(\w+)', statement)
        self.steps.append(f"{kind} {table[1] if table else ''}")

    def commit(self, _connection: Connection) -> None:
        self.steps.append("COMMIT")

    def summary(self) -> list[str]:
        """Leave out which table is written to, and how many of its rows in one transaction."""
        shown: list[str] = []
        for step in self.steps:
            said = "INSERT" if step.startswith("INSERT") else step
            if said != "INSERT" or shown[-1:] != ["INSERT"]:
                shown.append(said)
        return shown


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("guessing") / "provider.db"
    with serving_provider(f"sqlite:///{file}", _VERIFIED) as served:
        for email in (_KNOWN, _UNVERIFIED):
            _sign_up(served, email)
        link = next(mail for mail in served.mailbox.mails() if mail.to == _KNOWN)
        httpx.get(link.url)
        # The first request for a reset cleans the table up, which is done once a minute.
        httpx.post(f"{served.auth}/request-password-reset", json={"email": _UNKNOWN})
        yield served


def _sign_up(served: Served, email: str) -> httpx.Response:
    body = {"name": "x", "email": email, "password": _PASSWORD}
    return httpx.post(f"{served.auth}/sign-up/email", json=body)


@contextmanager
def _working(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Work]:
    """Write down the work of the provider until the block ends; all of it is done for real."""
    work = _Work()
    kinds = ((scrypt, scrypt._key), (argon2id, argon2id._key))  # noqa: SLF001 - counted, not replaced
    sign = EmailTokens.sign

    def hashing(key: Callable[..., bytes], *of: object) -> bytes:
        work.steps.append("hash")
        return key(*of)

    def signing(tokens: EmailTokens, claims: EmailClaims) -> str:
        work.steps.append("token")
        return sign(tokens, claims)

    for kind, key in kinds:
        monkeypatch.setattr(kind, "_key", partial(hashing, key))
    monkeypatch.setattr(EmailTokens, "sign", signing)
    event.listen(Engine, "before_cursor_execute", work.statement)
    event.listen(Engine, "commit", work.commit)
    try:
        yield work
    finally:
        event.remove(Engine, "before_cursor_execute", work.statement)
        event.remove(Engine, "commit", work.commit)
        monkeypatch.undo()


def _asked(
    served: Served, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, str], cookie: str
) -> tuple[list[str], dict[str, object]]:
    """Ask once; returns the work, and the answer with what is random masked."""
    headers = {"origin": served.base_url, **({"cookie": cookie} if cookie else {})}
    with _working(monkeypatch) as work:
        answer = httpx.post(f"{served.auth}{path}", json=body, headers=headers)
    kept = {name: value for name, value in answer.headers.items() if name != "date"}
    email = body.get("email", body.get("newEmail", ""))
    shown = masked(answer.text, served.base_url).replace(email, "<email>")
    kept["content-length"] = str(
        int(kept["content-length"]) - len(email) * answer.text.count(email)
    )
    return work.summary(), {"status": answer.status_code, "body": shown, "headers": kept}


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("/request-password-reset", {"redirectTo": "/x"}),
        ("/send-verification-email", {"callbackURL": "/x"}),
        ("/sign-up/email", {"name": "x", "password": _PASSWORD, "callbackURL": "/x"}),
        ("/sign-in/email", {"password": "wrong password"}),
    ],
)
def test_an_address_with_an_account_is_answered_like_any_other(
    served: Served, monkeypatch: pytest.MonkeyPatch, path: str, others: dict[str, str]
) -> None:
    """Verified, unverified or unknown: the same answer, for the same statements, hashes, tokens."""
    asked = [
        _asked(served, monkeypatch, path, {**others, "email": email}, "")
        for email in (_KNOWN, _UNVERIFIED, _UNKNOWN, "new@example.com")
    ]
    assert all(each == asked[0] for each in asked), asked
    work, answer = asked[0]
    assert "SELECT user" in work
    assert answer["status"] == (401 if path == "/sign-in/email" else 200)


def test_the_work_is_seen(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is compared above is not nothing: a sign-up hashes, writes once, and makes a token."""
    body = {"name": "x", "email": "seen@example.com", "password": _PASSWORD}
    work, _ = _asked(served, monkeypatch, "/sign-up/email", body, "")
    assert work == ["SELECT user", "hash", "INSERT", "COMMIT", "token"]


def test_nobody_learns_that_an_address_is_taken_by_wanting_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change to a taken address is answered like any, and only a free one gets a mail."""
    credentials = {"email": _KNOWN, "password": _PASSWORD}
    signed_in = httpx.post(f"{served.auth}/sign-in/email", json=credentials).raise_for_status()
    cookie = signed_in.headers["set-cookie"].split(";")[0]
    before = len(served.mailbox.mails())
    taken, free = (
        _asked(served, monkeypatch, "/change-email", {"newEmail": email}, cookie)
        for email in (_UNVERIFIED, _UNKNOWN)
    )
    assert taken == free
    assert "token" in taken[0]
    [mail] = served.mailbox.mails()[before:]
    assert (mail.to, mail.new_email) == (_KNOWN, _UNKNOWN)


def test_who_has_the_account_learns_of_the_sign_up(served: Served) -> None:
    """The owner of a taken address gets a mail, in which there is no token; the row is theirs."""
    before = len(served.mailbox.mails())
    assert _sign_up(served, _KNOWN).json()["token"] is None
    [mail] = served.mailbox.mails()[before:]
    assert (mail.kind, mail.to, mail.token) == ("onExistingUserSignUp", _KNOWN, "")


def test_a_link_of_a_row_for_nobody_does_nothing(served: Served) -> None:
    """The rows that are written for unknown addresses are no tokens of anybody."""
    httpx.post(f"{served.auth}/request-password-reset", json={"email": _UNKNOWN})
    with closing(sqlite3.connect(served.file, timeout=10)) as connection:
        query = "SELECT identifier FROM verification WHERE value = ''"
        rows = connection.execute(query).fetchall()
    assert rows
    for (identifier,) in rows:
        token = str(identifier).removeprefix("reset-password:")
        body = {"newPassword": _PASSWORD, "token": token}
        answer = httpx.post(f"{served.auth}/reset-password", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_TOKEN")


def test_of_many_who_sign_up_at_once_nobody_is_told(served: Served) -> None:
    """One address signed up ten times at once: ten like answers, one account, one link."""
    before = len(served.mailbox.mails())

    async def ten() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=60) as client:
            body = {"name": "x", "email": _UNKNOWN, "password": _PASSWORD}
            url = f"{served.auth}/sign-up/email"
            return await asyncio.gather(*(client.post(url, json=body) for _ in range(10)))

    answers = asyncio.run(ten())
    shown = {masked(answer.text, served.base_url) for answer in answers}
    assert ({answer.status_code for answer in answers}, len(shown)) == ({200}, 1)
    kinds = [mail.kind for mail in served.mailbox.mails()[before:]]
    assert kinds.count("sendVerificationEmail") == 1

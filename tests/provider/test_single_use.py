"""What a link allows, it allows once: fifty who follow it at the same moment, on each database."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import func, select

from gatepost.settings import async_database_url
from gatepost.store import tables
from gatepost.store.engine import open_engine
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.mailbox import Mail
from tests.provider.served import Served, serving_provider
from tests.services.postgres import Postgres

_AT_ONCE = 50
_PASSWORD = "correct horse battery"
_LINKED = Deployment(
    "links",
    mail=ALL_MAIL,
    change_email=True,
    delete_user=True,
    send_on_sign_up=True,
    auto_sign_in_after_verification=True,
)

pytestmark = pytest.mark.service


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("links") / "provider.db"
    url = f"sqlite:///{file}" if request.param == "sqlite" else postgres.create_database()
    with serving_provider(url, _LINKED) as served:
        yield served


def _sign_up(served: Served, email: str) -> tuple[dict[str, str], Mail]:
    """Sign somebody up; returns headers of theirs and the mail that they get."""
    body = {"name": "Ada", "email": email, "password": _PASSWORD}
    answer = httpx.post(f"{served.auth}/sign-up/email", json=body).raise_for_status()
    cookie = answer.headers["set-cookie"].split(";")[0]
    return {"cookie": cookie, "origin": served.base_url}, served.mailbox.mails()[-1]


def _post(served: Served, path: str, body: dict[str, str], headers: dict[str, str]) -> Mail:
    """Ask for a link; returns the mail."""
    httpx.post(f"{served.auth}{path}", json=body, headers=headers).raise_for_status()
    return served.mailbox.mails()[-1]


def _at_once(method: str, url: str, **options: object) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=_AT_ONCE)
        async with httpx.AsyncClient(timeout=120, limits=limits) as client:
            asking = (client.request(method, url, **options) for _ in range(_AT_ONCE))  # type: ignore[arg-type]  # httpx's own options, passed on
            return await asyncio.gather(*asking)

    return asyncio.run(ask())


def _statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def _rows(served: Served, table: str) -> int:
    async def count() -> int:
        engine = open_engine(async_database_url(served.database.url))
        async with engine.connect() as connection:
            query = select(func.count()).select_from(tables.metadata.tables[table])
            rows: int = (await connection.execute(query)).scalar_one()
        await engine.dispose()
        return rows

    return asyncio.run(count())


def test_a_password_is_reset_once(served: Served) -> None:
    """One of fifty resets the password; it ends each session and the rest are told no."""
    headers, _ = _sign_up(served, "reset@example.com")
    mail = _post(served, "/request-password-reset", {"email": "reset@example.com"}, headers)
    served.events.take()
    body = {"newPassword": "a newer battery", "token": mail.token}
    answers = _at_once("POST", f"{served.auth}/reset-password", json=body)
    assert _statuses(answers) == {200: 1, 400: _AT_ONCE - 1}
    assert {answer.json().get("code") for answer in answers} == {None, "INVALID_TOKEN"}
    events = Counter(served.events.take())
    assert events["authn_password_change", None] == 1
    assert events["session_revoked", None] == 1
    assert events["authn_link_refused", "link_used_or_unknown"] == _AT_ONCE - 1
    assert httpx.get(f"{served.auth}/get-session", headers=headers).json() is None


def test_an_account_is_deleted_once(served: Served) -> None:
    """One of fifty deletes the account, with its sessions, its password and its other links."""
    before = {table: _rows(served, table) for table in ("user", "account", "session")}
    headers, _ = _sign_up(served, "delete@example.com")
    _post(served, "/request-password-reset", {"email": "delete@example.com"}, headers)
    verifications = _rows(served, "verification")
    mail = _post(served, "/delete-user", {}, headers)
    served.events.take()
    url = f"{served.auth}/delete-user/callback?token={mail.token}"
    assert _statuses(_at_once("GET", url, headers=headers)) == {200: 1, 404: _AT_ONCE - 1}
    assert {table: _rows(served, table) for table in before} == before
    assert _rows(served, "verification") == verifications - 1
    events = Counter(served.events.take())
    assert (events["user_deleted", None], events["session_revoked", None]) == (1, 1)


def test_a_verification_signs_in_once(served: Served) -> None:
    """All fifty are told that the address is verified, and one of them is signed in."""
    _, mail = _sign_up(served, "verify@example.com")
    sessions = _rows(served, "session")
    served.events.take()
    answers = _at_once("GET", f"{served.auth}/verify-email?token={mail.token}")
    assert _statuses(answers) == {200: _AT_ONCE}
    assert sum("set-cookie" in answer.headers for answer in answers) == 1
    assert _rows(served, "session") == sessions + 1
    events = Counter(served.events.take())
    assert (events["user_updated", "email_verified"], events["session_created", None]) == (1, 1)


def test_an_address_is_changed_once(served: Served) -> None:
    """One of fifty puts the new address in place."""
    headers, _ = _sign_up(served, "change@example.com")
    mail = _post(served, "/change-email", {"newEmail": "changed@example.com"}, headers)
    served.events.take()
    answers = _at_once("GET", f"{served.auth}/verify-email?token={mail.token}")
    assert _statuses(answers) == {200: 1, 401: _AT_ONCE - 1}
    events = Counter(served.events.take())
    assert events["user_updated", "email"] == 1
    assert events["authn_link_refused", "link_email_changed"] == _AT_ONCE - 1


def test_every_session_that_ends_is_told_of(served: Served) -> None:
    """A reset and a deletion end the access tokens of every session of that person."""
    headers, _ = _sign_up(served, "many@example.com")
    credentials = {"email": "many@example.com", "password": _PASSWORD}
    for _ in range(3):
        httpx.post(f"{served.auth}/sign-in/email", json=credentials).raise_for_status()
    served.ends.ended.clear()
    mail = _post(served, "/request-password-reset", {"email": "many@example.com"}, headers)
    body = {"newPassword": _PASSWORD, "token": mail.token}
    httpx.post(f"{served.auth}/reset-password", json=body).raise_for_status()
    assert len(set(served.ends.ended)) == 4
    signed_in = httpx.post(f"{served.auth}/sign-in/email", json=credentials).raise_for_status()
    httpx.post(f"{served.auth}/sign-in/email", json=credentials).raise_for_status()
    headers["cookie"] = signed_in.headers["set-cookie"].split(";")[0]
    mail = _post(served, "/delete-user", {}, headers)
    served.ends.ended.clear()
    url = f"{served.auth}/delete-user/callback?token={mail.token}"
    httpx.get(url, headers=headers).raise_for_status()
    assert len(set(served.ends.ended)) == 2

"""Sessions: who wins, who is signed out, what is reported; on real HTTP and a real database."""

import asyncio
import sqlite3
from pathlib import Path

import httpx
import pytest

from gatepost.password_hash import PasswordHash
from tests.provider.served import Served, serving_provider

_PERSON = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_COOKIE = "better-auth.session_token"


def _rows(served: Served, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(served.file, timeout=10)
    rows: list[tuple[object, ...]] = connection.execute(query).fetchall()
    connection.close()
    return rows


def _sign_up(client: httpx.Client, email: str = "ada@example.com") -> str:
    """Sign somebody up; returns the value of their session cookie."""
    client.post("/sign-up/email", json={**_PERSON, "email": email}).raise_for_status()
    return str(client.cookies[_COOKIE])


def _email(client: httpx.Client, cookie: str) -> str | None:
    client.cookies.clear()
    body = client.get("/get-session", headers={"cookie": cookie}).json()
    return None if body is None else str(body["user"]["email"])


def test_of_twenty_sign_ups_at_once_one_wins(served: Served) -> None:
    """One address signed up twenty times at once: one 200, nineteen 422, one row of each kind."""

    async def twenty() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=60) as client:
            url = f"{served.auth}/sign-up/email"
            return await asyncio.gather(*(client.post(url, json=_PERSON) for _ in range(20)))

    answers = asyncio.run(twenty())
    assert sorted(answer.status_code for answer in answers) == [200] + 19 * [422]
    codes = {answer.json().get("code") for answer in answers if answer.status_code == 422}
    assert codes == {"USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"}
    for table in ("user", "account", "session"):
        assert _rows(served, f'SELECT count(*) FROM "{table}"') == [(1,)]  # noqa: S608 - a constant


def test_twenty_strangers_at_once_all_get_in(served: Served) -> None:
    """SQLite's one writer makes twenty people wait, and none fail."""

    async def twenty() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=60) as client:
            url = f"{served.auth}/sign-up/email"
            people = [{**_PERSON, "email": f"p{number}@example.com"} for number in range(20)]
            return await asyncio.gather(*(client.post(url, json=person) for person in people))

    assert [answer.status_code for answer in asyncio.run(twenty())] == 20 * [200]
    assert _rows(served, "SELECT count(*) FROM session") == [(20,)]


def test_what_is_kept_is_the_originals(tmp_path: Path) -> None:
    """A credential account's accountId is its user's id; dates have three digits; no password."""
    database = f"sqlite:///{tmp_path / 'provider.db'}"
    with (
        serving_provider(database, password_hash=PasswordHash.SCRYPT) as served,
        httpx.Client(base_url=served.auth, timeout=30) as client,
    ):
        _sign_up(client)
    [(provider, account_id, user_id, stored, created)] = _rows(
        served, "SELECT providerId, accountId, userId, password, createdAt FROM account"
    )
    assert (provider, account_id) == ("credential", user_id)
    assert len(str(stored)) == 161
    assert len(str(created)) == len("2026-01-01T00:00:00.000Z")
    assert b"password1" not in served.file.read_bytes()


def test_a_sibling_domains_cookie_signs_nobody_out(served: Served, client: httpx.Client) -> None:
    """Forged and dead cookies of the same name beside a good one leave the person signed in."""
    dead = _sign_up(client)
    client.post("/sign-out").raise_for_status()
    good = _sign_up(client, "eve@example.com")
    for others in ("forged", dead, f"{dead}; {_COOKIE}=x.y"):
        assert _email(client, f"{_COOKIE}={others}; {_COOKIE}={good}") == "eve@example.com"
        assert _email(client, f"{_COOKIE}={good}; {_COOKIE}={others}") == "eve@example.com"
    assert served.ends.ended


def test_sign_out_ends_every_session_shown(served: Served, client: httpx.Client) -> None:
    """Two good session cookies in one request are both signed out, and their tokens with them."""
    first, second = _sign_up(client), _sign_up(client, "eve@example.com")
    client.cookies.clear()
    cookie = f"{_COOKIE}={first}; {_COOKIE}={second}"
    ids = {row[0] for row in _rows(served, "SELECT id FROM session")}
    assert client.post("/sign-out", headers={"cookie": cookie}).json() == {"success": True}
    assert _rows(served, "SELECT id FROM session") == []
    assert set(served.ends.ended) == ids


def test_an_expired_session_is_deleted_and_its_tokens_end(
    served: Served, client: httpx.Client
) -> None:
    """Asking for an expired session deletes its row and ends its access tokens."""
    _sign_up(client)
    [(session_id,)] = _rows(served, "SELECT id FROM session")
    connection = sqlite3.connect(served.file, timeout=10)
    with connection:
        connection.execute("UPDATE session SET expiresAt = '2020-01-01T00:00:00.000Z'")
    connection.close()
    served.events.take()
    assert client.get("/token").status_code == 401
    assert _rows(served, "SELECT id FROM session") == []
    assert served.ends.ended == [session_id]
    assert served.events.take() == [
        ("session_use_after_expire", "session_expired"),
        ("authn_token_revoked", "session_unused"),
        ("session_expired", "session_unused"),
        ("authz_fail", "session_missing"),
    ]


def test_a_session_that_was_ended_is_told_when_it_comes_again(
    served: Served, client: httpx.Client
) -> None:
    """Its cookie has a good signature, and nobody's session behind it."""
    cookie = _sign_up(client)
    client.post("/sign-out").raise_for_status()
    served.events.take()
    client.get("/get-session", headers={"cookie": f"{_COOKIE}={cookie}"})
    client.get("/get-session", headers={"cookie": f"{_COOKIE}=forged.signature"})
    assert served.events.take() == [("session_use_after_expire", "session_ended")]


def test_a_refused_sign_up_says_why_in_the_log(served: Served, client: httpx.Client) -> None:
    """An account that is not made is an event with its private reason, and no address in it."""
    _sign_up(client)
    served.events.take()
    account = {"name": "x", "email": "ada@example.com", "password": "correct horse battery"}
    for change, reason in (
        ({"password": "short"}, "password_too_short"),
        ({"password": "long" * 40}, "password_too_long"),
        ({"name": "a\0b"}, "unstorable_value"),
        ({}, "email_taken"),
    ):
        answer = client.post("/sign-up/email", json=account | change)
        assert answer.status_code >= 400, answer.text
        assert served.events.take() == [("user_created_fail", reason)]


@pytest.mark.parametrize("path", ["/token", "/get-session", "/sign-out"])
def test_a_bearer_is_not_a_session(served: Served, client: httpx.Client, path: str) -> None:
    """Neither the session token nor an access token in Authorization signs anybody in or out."""
    cookie = _sign_up(client)
    jwt = client.get("/token").json()["token"]
    client.cookies.clear()
    for bearer in (cookie, cookie.partition(".")[0], jwt):
        headers = {"authorization": f"Bearer {bearer}"}
        answer = client.request("POST" if path == "/sign-out" else "GET", path, headers=headers)
        assert answer.status_code == (401 if path == "/token" else 200)
        assert "set-auth-jwt" not in answer.headers
    assert len(_rows(served, "SELECT id FROM session")) == 1


def test_what_is_reported(served: Served, client: httpx.Client) -> None:
    """Each step of a day is an event with its private reason, and none holds a secret."""
    cookie = _sign_up(client)
    assert served.events.take() == [("user_created", None), ("session_created", None)]
    client.get("/token")
    assert [event.key_id for event in served.events.kept] == ["k" * 32]
    assert served.events.take() == [("authn_token_created", None)]
    client.post("/sign-out")
    assert served.events.take() == [("authn_token_revoked", None), ("session_logout", None)]
    failures = {
        "wrong_password": {"email": "ada@example.com", "password": "password2"},
        "unknown_user": {"email": "bob@example.com", "password": "password1"},
        "malformed_email": {"email": "nobody", "password": "password1"},
        "password_too_long": {"email": "ada@example.com", "password": "p" * 129},
    }
    for reason, body in failures.items():
        client.post("/sign-in/email", json=body)
        assert served.events.take() == [("authn_login_fail", reason)]
    client.post("/sign-in/email", json=_PERSON)
    kept = repr(served.events.kept)
    assert [event.count for event in served.events.kept] == [None, 1, None]
    assert served.events.take() == [
        ("authn_login_success", None),
        ("authn_login_successafterfail", None),
        ("session_created", None),
    ]
    for secret in ("password", "ada@example.com", cookie, client.cookies[_COOKIE]):
        assert secret not in kept


@pytest.mark.parametrize(
    ("reason", "headers", "body"),
    [
        ("untrusted_origin", {"origin": "https://evil.example"}, _PERSON),
        ("missing_or_null_origin", {"origin": "null"}, _PERSON),
        (
            "cross_site_navigation",
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
            _PERSON,
        ),
        ("untrusted_redirect", {}, {"callbackURL": "//evil.example"}),
    ],
)
def test_a_foreign_page_is_reported(
    served: Served, reason: str, headers: dict[str, str], body: dict[str, str]
) -> None:
    """A request that another site may have sent is refused with 403 and reported as such."""
    answer = httpx.post(f"{served.auth}/sign-in/email", json=body, headers=headers)
    assert answer.status_code == 403
    assert served.events.take() == [("malicious_csrf", reason)]

"""Changing a password: who wins, what ends, what is reported."""

import asyncio
from pathlib import Path

import httpx

from tests.provider.served import Served, serving_provider

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_COOKIE = "better-auth.session_token"
_ANEW = {"currentPassword": "password1", "newPassword": "password2", "revokeOtherSessions": True}
_AT_ONCE = 10


def _sign_up(client: httpx.Client) -> None:
    client.post("/sign-up/email", json=_ADA).raise_for_status()


def test_of_ten_changes_at_once_one_wins(served: Served, client: httpx.Client) -> None:
    """Each of ten requests names another new password; the one that is told yes has set its."""
    _sign_up(client)
    cookies = {_COOKIE: client.cookies[_COOKIE]}

    async def ten() -> list[httpx.Response]:
        headers = {"origin": served.base_url}
        async with httpx.AsyncClient(timeout=60, headers=headers, cookies=cookies) as browser:
            url = f"{served.auth}/change-password"
            bodies = [
                {"currentPassword": "password1", "newPassword": f"new password {number}"}
                for number in range(_AT_ONCE)
            ]
            return await asyncio.gather(*(browser.post(url, json=body) for body in bodies))

    answers = asyncio.run(ten())
    won = [number for number, answer in enumerate(answers) if answer.status_code == 200]
    assert len(won) == 1
    refused = {answer.json()["code"] for answer in answers if answer.status_code != 200}
    assert refused == {"INVALID_PASSWORD"}
    login = {"email": _ADA["email"], "password": f"new password {won[0]}"}
    assert client.post("/sign-in/email", json=login).status_code == 200


def test_no_sign_in_with_the_old_password_is_left(tmp_path: Path) -> None:
    """Sign-ins that wait at another worker while the password changes are ended, or refused."""
    database_url = f"sqlite:///{tmp_path / 'provider.db'}"
    with serving_provider(database_url) as here, serving_provider(database_url) as there:
        signed_up = httpx.post(f"{here.auth}/sign-up/email", json=_ADA)
        headers = {"origin": here.base_url, "cookie": f"{_COOKIE}={signed_up.cookies[_COOKIE]}"}

        async def race() -> list[httpx.Response]:
            async with httpx.AsyncClient(timeout=60) as browser:
                url = f"{there.auth}/sign-in/email"
                waiting = [asyncio.create_task(browser.post(url, json=_ADA)) for _ in range(10)]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                url = f"{here.auth}/change-password"
                changed = await browser.post(url, json=_ANEW, headers=headers)
                return [changed, *await asyncio.gather(*waiting)]

        changed, *signed_in = asyncio.run(race())
        statuses = {answer.status_code for answer in signed_in}
        assert statuses == {200, 401}, "the change came before all of them, or after"
        cookies = {_COOKIE: changed.cookies[_COOKIE]}
        [session] = httpx.get(f"{here.auth}/list-sessions", cookies=cookies).json()
        assert session["token"] == changed.json()["token"]
        assert ("authn_login_fail", "wrong_password") in there.events.take()


def test_what_is_reported(served: Served, client: httpx.Client) -> None:
    """A change, a refusal and a check are events with their private reasons, and no password."""
    _sign_up(client)
    served.events.take()
    right, wrong = {"currentPassword": "password1"}, {"currentPassword": "password3"}
    for path, body, events in (
        ("/verify-password", {"password": "password1"}, []),
        (
            "/verify-password",
            {"password": "password3"},
            [("authn_password_check_fail", "wrong_password")],
        ),
        (
            "/change-password",
            wrong | {"newPassword": "password2"},
            [("authn_password_change_fail", "wrong_password")],
        ),
        (
            "/change-password",
            right | {"newPassword": "password2"},
            [("authn_password_change", None)],
        ),
        (
            "/change-password",
            {"currentPassword": "password2", "newPassword": "password1"}
            | {"revokeOtherSessions": True},
            [
                ("authn_password_change", None),
                ("authn_token_revoked", None),
                ("session_revoked", None),
                ("session_created", None),
            ],
        ),
    ):
        client.post(path, json=body)
        assert "password1" not in repr(served.events.kept)
        assert served.events.take() == events


def test_a_session_that_cannot_be_ended_leaves_the_password_changed(
    served: Served, client: httpx.Client
) -> None:
    """Where nobody can be told, the answer is 503, and the new password counts."""
    _sign_up(client)
    served.ends.is_away = True
    answer = client.post("/change-password", json=_ANEW)
    assert answer.status_code == 503
    for password, status in (("password1", 400), ("password2", 200)):
        assert client.post("/verify-password", json={"password": password}).status_code == status

"""What a page for somebody's own sessions, profile, password and accounts does with the client."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from gatepost import BuiltIn, CurrentUser, Gatepost
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.fixtures import NewOfficialClient
from tests.services.official_client import Answer, OfficialClient
from tests.serving import serving

_PASSWORD = "correct horse battery"


def _error(answer: Answer) -> tuple[int, str | None]:
    assert answer.data is None
    return answer.error["status"], answer.error.get("code")


def _sign_up(client: OfficialClient, email: str) -> None:
    account = {"name": "Ada", "email": email, "password": _PASSWORD}
    assert client.call("signUp.email", account).error is None


def _sign_in(client: OfficialClient, email: str, password: str = _PASSWORD) -> None:
    assert client.call("signIn.email", {"email": email, "password": password}).error is None


def test_a_person_ends_their_sessions(
    tasks_url: str, new_official_client: NewOfficialClient
) -> None:
    """From one browser a person sees the others and ends one, all others, and all."""
    here, phone, laptop = (new_official_client(tasks_url) for _ in range(3))
    _sign_up(here, "sessions@example.com")
    for other in (phone, laptop):
        _sign_in(other, "sessions@example.com")
    listed = here.call("listSessions").data
    assert [isinstance(each["expiresAt"], datetime) for each in listed] == [True, True, True]
    of_phone = phone.call("getSession").data["session"]
    assert of_phone["id"] == listed[1]["id"]

    assert here.call("revokeSession", {"token": of_phone["token"]}).data == {"status": True}
    assert phone.call("getSession").data is None
    assert phone.cookies().keys() == {"better-auth.known_device"}
    assert _error(phone.call("listSessions")) == (401, "UNAUTHORIZED")

    assert here.call("revokeOtherSessions").data == {"status": True}
    assert laptop.call("getSession").data is None
    assert len(here.call("listSessions").data) == 1
    assert here.call("revokeSessions").data == {"status": True}
    assert here.call("getSession").data is None


def test_a_person_changes_profile_and_password(
    tasks_url: str, new_official_client: NewOfficialClient
) -> None:
    """Name, picture and password change from the page, and other browsers are signed out."""
    here, other = (new_official_client(tasks_url) for _ in range(2))
    _sign_up(here, "profile@example.com")
    _sign_in(other, "profile@example.com")
    profile = {"name": "Lovelace", "image": "https://example.com/a.png"}
    assert here.call("updateUser", profile).data == {"status": True}
    user = here.call("getSession").data["user"]
    assert {name: user[name] for name in profile} == profile
    assert _error(here.call("updateUser", {"email": "x@example.com"})) == (
        400,
        "EMAIL_CAN_NOT_BE_UPDATED",
    )
    assert _error(here.call("updateSession", {"userId": "x"})) == (400, None)

    change = {"newPassword": "another long one", "currentPassword": _PASSWORD}
    assert _error(here.call("changePassword", change | {"currentPassword": "wrong one"})) == (
        400,
        "INVALID_PASSWORD",
    )
    changed = here.call("changePassword", change | {"revokeOtherSessions": True})
    assert changed.data["user"]["name"] == "Lovelace"
    session = here.call("getSession").data["session"]
    assert session["token"] == changed.data["token"]
    assert other.call("getSession").data is None
    assert here.call("verifyPassword", {"password": "another long one"}).data == {"status": True}
    assert _error(here.call("verifyPassword", {"password": _PASSWORD})) == (
        400,
        "INVALID_PASSWORD",
    )
    _sign_in(other, "profile@example.com", "another long one")


def test_a_person_sees_their_accounts(
    tasks_url: str, new_official_client: NewOfficialClient
) -> None:
    """The one account is listed and stays; no provider is there to sign in with."""
    client = new_official_client(tasks_url)
    _sign_up(client, "accounts@example.com")
    [account] = client.call("listAccounts").data
    assert (account["providerId"], account["scopes"]) == ("credential", [])
    chosen = {"accountId": account["id"]}
    social = {"provider": "github", "callbackURL": "/"}
    for method, argument, expected in (
        ("unlinkAccount", chosen, (400, "FAILED_TO_UNLINK_LAST_ACCOUNT")),
        ("signIn.social", social, (404, "PROVIDER_NOT_FOUND")),
        ("linkSocial", social, (404, "PROVIDER_NOT_FOUND")),
        ("getAccessToken", chosen, (400, "PROVIDER_NOT_SUPPORTED")),
        ("refreshToken", chosen, (400, "PROVIDER_NOT_SUPPORTED")),
        ("accountInfo", {"query": chosen}, (400, "PROVIDER_NOT_CONFIGURED")),
    ):
        assert _error(client.call(method, argument)) == expected


@pytest.fixture(scope="module")
def bearer_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app whose provider takes bearers; yields its origin."""
    port = free_port()
    directory: Path = tmp_path_factory.mktemp("bearer")
    gatepost = Gatepost(settings_for(port, directory), issuer=BuiltIn(bearer=True))
    app = FastAPI()

    @app.get("/api/me")
    async def me(user: CurrentUser) -> str:
        return user.user_id

    gatepost.protect(app)
    with serving(app, port=port) as url:
        yield url


def test_a_client_without_cookies_uses_a_bearer(
    bearer_url: str, new_official_client: NewOfficialClient
) -> None:
    """`set-auth-token` signs in where no cookie is kept, below the base path and nowhere else."""
    browser, app = (new_official_client(bearer_url) for _ in range(2))
    account = {"name": "Ada", "email": "bearer@example.com", "password": _PASSWORD}
    signed_up = browser.call("signUp.email", account).exchange
    bearer = {
        "fetchOptions": {"auth": {"type": "Bearer", "token": signed_up.headers["set-auth-token"]}}
    }

    session = app.call("getSession", bearer).data
    assert session["user"]["email"] == "bearer@example.com"
    assert app.call("updateUser", {"name": "Bea"} | bearer).data == {"status": True}
    assert len(app.call("listSessions", bearer).data) == 1
    token = app.call("token", bearer).data["token"]

    mine = {"Authorization": f"Bearer {token}"}
    assert app.fetch("/api/me", headers=mine).json() == session["user"]["id"]
    for shown in (signed_up.headers["set-auth-token"], session["session"]["token"]):
        refused = app.fetch("/api/me", headers={"Authorization": f"Bearer {shown}"})
        assert refused.status == 401
    jwt = {"fetchOptions": {"auth": {"type": "Bearer", "token": token}}}
    anybody = new_official_client(bearer_url)
    assert anybody.call("getSession", jwt).data is None
    assert app.call("signOut", bearer).data == {"success": True}
    assert app.fetch("/api/me", headers=mine).status == 401

"""Roles, old sign-ins and new ones: real ones, in the database of the test."""

import asyncio
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection

import pytest
from fastapi import FastAPI

from gatepost import ConfigurationError, Gatepost, Settings, fresh, requires
from gatepost.testing import AsUser, UserClient
from gatepost.testing.database import OwnDatabase

ADMIN, EDITOR, BOTH = "/admin", "/editor", "/both"


def _create_app(settings: Settings) -> FastAPI:
    app = FastAPI()

    @app.get(ADMIN)
    @requires(role="admin")
    async def admin() -> None: ...

    @app.get(EDITOR)
    @requires(role="editor")
    async def editor() -> None: ...

    @app.get(BOTH)
    @requires(role="admin")
    @requires(role="editor")
    async def both() -> None: ...

    @app.get("/recent")
    @fresh(max_age=60)
    async def recent() -> None: ...

    Gatepost(settings).protect(app)
    return app


@pytest.fixture
def gatepost_app() -> Callable[[Settings], FastAPI]:
    """An app that asks for more than a sign-in."""
    return _create_app


def _open_to(somebody: UserClient) -> set[str]:
    return {path for path in (ADMIN, EDITOR, BOTH) if somebody.get(path).status_code == 200}


def _is_recent(somebody: UserClient) -> bool:
    answer = somebody.get("/recent")
    assert answer.is_success or answer.json()["code"] == "INSUFFICIENT_USER_AUTHENTICATION"
    return answer.is_success


ROLES: dict[str, Collection[str]] = {
    "admin": {ADMIN},
    "editor": {EDITOR},
    "admin,editor": {ADMIN, EDITOR, BOTH},
    " editor , admin ,": {ADMIN, EDITOR, BOTH},
    "administrator": (),
    "": (),
}


def test_a_role_is_had_until_it_is_changed(as_user: AsUser) -> None:
    """Each role lets in where it is asked for; the last one given counts, for this person only."""
    bob = as_user("bob", role="editor")
    for role, allowed in ROLES.items():
        ada = as_user("ada", role=role)
        assert _open_to(ada) == set(allowed), role
        assert as_user("ada") is ada
        assert _open_to(as_user("ada")) == set(allowed), role
    assert _open_to(bob) == {EDITOR}
    assert _open_to(as_user("cleo")) == set()


def test_a_role_can_be_given_where_an_event_loop_runs(as_user: AsUser) -> None:
    """A test that is a coroutine, or has a browser open, gives roles like any other."""

    async def a_test() -> set[str]:
        return _open_to(as_user("ada", role="admin"))

    assert asyncio.run(a_test()) == {ADMIN}


def test_a_sign_in_grows_old_and_is_made_anew(as_user: AsUser) -> None:
    """An old sign-in is refused where a recent one is asked for, with a token that says so."""
    ada, bob = as_user("ada"), as_user("bob")
    first = ada.token
    assert _is_recent(ada)
    ada.age_sign_in(3_600)
    payload = ada.token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert 3_600 <= time.time() - claims["auth_time"] < 3_700
    assert not _is_recent(ada)
    assert _is_recent(bob)
    ada.age_sign_in(30)
    assert _is_recent(ada)
    ada.age_sign_in(61)
    assert not _is_recent(ada)
    ada.sign_in_again()
    assert _is_recent(ada)
    assert ada.get("/recent", headers={"Authorization": f"Bearer {first}"}).is_success


def test_signing_in_again_is_a_new_session(as_user: AsUser) -> None:
    """After a sign-out nobody can be aged; whoever signs in again is the same person, anew."""
    ada = as_user("ada", role="admin")
    ada.browser.post("/api/auth/sign-out").raise_for_status()
    assert ada.get(ADMIN).status_code == 401
    with pytest.raises(ConfigurationError, match="has signed out"):
        ada.age_sign_in(1)
    ada.sign_in_again()
    assert ada.get(ADMIN).status_code == 200
    assert ada.browser.get("/api/auth/get-session").json()["user"]["id"] == ada.user_id


def test_who_is_not_there_has_no_role(as_user: AsUser, gatepost_settings: Settings) -> None:
    """A database without the person, or the session, is said to be another one."""
    database = OwnDatabase(gatepost_settings)
    as_user("ada")
    with pytest.raises(ConfigurationError, match="nobody is not in the database"):
        database.set_roles("nobody", frozenset({"admin"}))
    with pytest.raises(ConfigurationError, match="session is not in the database"):
        database.set_sign_in("nothing", 1)

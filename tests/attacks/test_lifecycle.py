"""Lifecycle, 86 to 100, against Tasks: credentials after their end, and of two people mixed."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote

import httpx
import pytest
from sqlalchemy import make_url

from gatepost.attacks import Answered, Attack, Expected, Material, complaints
from gatepost.attacks.catalogue import LIFECYCLE
from gatepost.attacks.forge import signed
from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.attacks.conftest import CANARY, Deployment, session_cookie
from tests.attacks.keys import retire_signing_key
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving

AUTHORIZATION = frozenset({98, 101, 102})
_COOKIE = "better-auth.session_token"


@pytest.fixture
def cleo(deployment: Deployment) -> Iterator[Somebody]:
    """Somebody who may be signed out: new for each test."""
    with sign_up(deployment.url, "cleo") as somebody:
        yield somebody


def _tasks(deployment: Deployment, token: str) -> Answered:
    return deployment.get("/api/tasks", ("Authorization", f"Bearer {token}"))


def _token_for(deployment: Deployment, cookie: str) -> Answered:
    return deployment.get("/api/auth/token", ("Cookie", cookie), ("Origin", deployment.url))


def _sign_out(somebody: Somebody) -> None:
    somebody.browser.post("/api/auth/sign-out", json={}).raise_for_status()


def _sign_in(somebody: Somebody, client: httpx.Client) -> httpx.Response:
    account = {"email": somebody.email, "password": somebody.password}
    return client.post("/api/auth/sign-in/email", json=account).raise_for_status()


def _access_token_as_session(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    return _token_for(deployment, f"{_COOKIE}={cleo.token}")


def _token_after_sign_out(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    assert _tasks(deployment, cleo.token).status == 200
    _sign_out(cleo)
    return _tasks(deployment, cleo.token)


def _other_session_after_sign_out(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    with httpx.Client(base_url=deployment.url, headers={"Origin": deployment.url}) as other:
        _sign_in(cleo, other)
        token = other.get("/api/auth/token").raise_for_status().json()["token"]
    _sign_out(cleo)
    return _tasks(deployment, token)


def _session_after_sign_out(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    cookie = session_cookie(cleo)
    assert _token_for(deployment, cookie).status == 200
    _sign_out(cleo)
    return _token_for(deployment, cookie)


def _fixated_session(deployment: Deployment, cleo: Somebody, bob: Somebody) -> Answered:
    planted = session_cookie(bob)
    account = {"email": cleo.email, "password": cleo.password}
    came = deployment.post(
        "/api/auth/sign-in/email",
        json.dumps(account).encode(),
        ("Cookie", planted),
        ("Origin", deployment.url),
    )
    assert came.every("Set-Cookie")
    assert planted.split("=")[1] not in repr(came.headers)
    still = deployment.get("/api/auth/get-session", ("Cookie", planted))
    assert bob.user_id.encode() in still.body
    assert cleo.user_id.encode() not in still.body
    return came


def _mixed_cookie(deployment: Deployment, cleo: Somebody, bob: Somebody) -> Answered:
    ours, theirs = (unquote(who.browser.cookies[_COOKIE]) for who in (cleo, bob))
    mixed = f"{ours.split('.')[0]}.{theirs.split('.')[1]}"
    return _token_for(deployment, f"{_COOKIE}={quote(mixed, safe='')}")


def _unsigned_cookie(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    bare = unquote(cleo.browser.cookies[_COOKIE]).split(".")[0]
    for spelling in (f"{bare}.", f"{bare}.{'A' * 43}%3D", f"s:{bare}"):
        assert _token_for(deployment, f"{_COOKIE}={spelling}").status == 401
    return _token_for(deployment, f"{_COOKIE}={bare}")


def _two_people(deployment: Deployment, cleo: Somebody, bob: Somebody) -> Answered:
    bearer = ("Authorization", f"Bearer {bob.token}")
    return deployment.get("/api/me", bearer, ("Cookie", session_cookie(cleo)))


def _token_of_a_retired_key(_: Deployment, _cleo: Somebody, _bob: Somebody) -> Answered:
    port = free_port()
    with TemporaryDirectory() as directory:
        settings = settings_for(port, Path(directory))
        with serving(create_app(settings), port=port) as url, sign_up(url, "dora") as dora:
            alone = Deployment(url, settings)
            assert _tasks(alone, dora.token).status == 200
            retire_signing_key(settings)
            return _refused_within_a_second(alone, dora)


def _token_of_a_deleted_account(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    assert _tasks(deployment, cleo.token).status == 200
    _delete(deployment, 'DELETE FROM "user" WHERE id = ?', cleo)
    return _refused_within_a_second(deployment, cleo)


def _token_of_a_deleted_session(deployment: Deployment, cleo: Somebody, _: Somebody) -> Answered:
    assert _tasks(deployment, cleo.token).status == 200
    _delete(deployment, 'DELETE FROM session WHERE "userId" = ?', cleo)
    return _refused_within_a_second(deployment, cleo)


def _delete(deployment: Deployment, statement: str, whose: Somebody) -> None:
    """Write to the database as another process does, from which the app hears nothing."""
    path = make_url(deployment.settings.database_url.reveal()).database
    with closing(sqlite3.connect(str(path), timeout=10)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute(statement, (whose.user_id,)).rowcount == 1


def _refused_within_a_second(deployment: Deployment, whose: Somebody) -> Answered:
    deadline = time.monotonic() + 1
    while (came := _tasks(deployment, whose.token)).status == 200 and time.monotonic() < deadline:
        pass
    return came


CASES: dict[str, Callable[[Deployment, Somebody, Somebody], Answered]] = {
    "46.1": _token_of_a_retired_key,
    "80.1": _token_of_a_deleted_account,
    "86.1": _access_token_as_session,
    "91.1": _token_after_sign_out,
    "91.2": _other_session_after_sign_out,
    "92.1": _session_after_sign_out,
    "96.1": _token_of_a_deleted_account,
    "96.2": _token_of_a_deleted_session,
    "99.1": _fixated_session,
    "100.1": _mixed_cookie,
    "100.2": _unsigned_cookie,
    "100.3": _two_people,
}


# Tasks asks for no scope, role or step-up: test_authorization.py runs those.
@pytest.mark.parametrize("attack", [a for a in LIFECYCLE if a.number not in AUTHORIZATION], ids=str)
def test_a_credential_ends_when_it_ends(
    attack: Attack, deployment: Deployment, cleo: Somebody, bob: Somebody
) -> None:
    """A credential works for one person, in one place, until its end and no longer."""
    assert _token_for(deployment, session_cookie(cleo)).status == 200, "INCONCLUSIVE"
    nonsense = _tasks(deployment, "nonsense")
    came = CASES[attack.id](deployment, cleo, bob)
    assert complaints(attack.expected, came, twin=nonsense) == []
    if attack.id == "100.3":
        assert bob.user_id.encode() in came.body
        assert cleo.user_id.encode() not in came.body


def test_a_revoked_session_cannot_be_spelled_differently(
    deployment: Deployment, material: Material, cleo: Somebody
) -> None:
    """After sign-out no token of the session is accepted, however newly it is signed."""
    _sign_out(cleo)
    forged = replace(material, token=cleo.token, now=int(time.time()))
    for token in (signed(), signed({"iat": forged.now - 1}), signed({"jti": "new"})):
        came = _tasks(deployment, token(forged).decode())
        assert complaints(Expected.R1, came, twin=_tasks(deployment, "nonsense")) == []


def test_a_signed_stranger_has_no_rows(deployment: Deployment, material: Material) -> None:
    """80: a well signed token of an unknown user sees nothing, and breaks nothing."""
    token = signed({"sub": "nobody-has-this-id", "sid": "nor-this"})(material).decode()
    bearer = ("Authorization", f"Bearer {token}")
    for target in ("/api/tasks", "/api/lists", "/api/me", "/api/tasks/export"):
        came = deployment.get(target, bearer)
        assert came.status in (200, 401, 404)
        assert CANARY.encode() not in came.body
    assert deployment.post("/api/tasks", b'{"title":"x"}', bearer).status < 500

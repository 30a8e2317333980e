"""98, 101, 102 and 125, against an app that asks for scopes, roles and a recent sign-in."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import make_url

from gatepost import BuiltIn, fresh, requires
from gatepost.attacks import Answered, Attack, RawRequest, complaints, send
from gatepost.attacks.catalogue import LIFECYCLE, OBJECTS
from gatepost.attacks.wire import Fields
from gatepost.issuers import Issuer
from gatepost.testing import Somebody, sign_up
from tests.attacks.conftest import CANARY, answered
from tests.gate.policies_served import (
    AT_JWT,
    JOSERFC_WARNS,
    Served,
    ago,
    bearer,
    give_roles,
    openid,
    served,
)
from tests.issuers.elsewhere import Elsewhere, issuer_elsewhere

pytestmark = pytest.mark.filterwarnings(JOSERFC_WARNS)

_HOUR = 60 * 60
_ATTACKS = [attack for attack in (*LIFECYCLE, *OBJECTS) if attack.number in {98, 101, 102, 125}]
# Longer than a sign-in counts as recent, and less than a session may live.
_LONG_AGO = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/admin/people")
    @app.delete("/admin/people")
    @requires(role="admin")
    async def people() -> str:
        return CANARY

    @app.post("/notes")
    @requires(scope="notes:write")
    async def write(body: dict[str, object]) -> str:
        return CANARY + str(len(body))

    @app.delete("/account")
    @fresh(300)
    async def account() -> str:
        return CANARY

    return app


@dataclass(frozen=True, slots=True)
class Scene:
    """The app, an issuer elsewhere that it believes, and somebody who signs in here."""

    it: Served
    issuer: Elsewhere
    eve: Somebody

    def send(self, asked: str, token: str, fields: Fields = (), body: bytes = b"") -> Answered:
        """Send one raw request."""
        method, _, target = asked.partition(" ")
        if body:
            fields = (*fields, ("Content-Type", "application/json"))
        return send(
            self.it.url, RawRequest(method, target, (*bearer(token).items(), *fields), body)
        )

    def write(self, **claims: object) -> Answered:
        """Write a note with a token of these claims."""
        token = self.issuer.token("eve", header=AT_JWT, **claims)
        return self.send("POST /notes", token, body=b"{}")

    def leave(self, **claims: object) -> Answered:
        """Close the account with a token of these claims."""
        return self.send("DELETE /account", self.issuer.token("eve", header=AT_JWT, **claims))

    def new_token(self) -> str:
        """Take another token with the session that there is."""
        answer = self.eve.browser.get("/api/auth/token").raise_for_status()
        token: str = answer.json()["token"]
        return token


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Elsewhere]]:
    """The app, and the issuer elsewhere."""
    with issuer_elsewhere() as issuer:
        issuers: list[Issuer] = [BuiltIn(), openid(issuer)]
        with served(_app(), tmp_path_factory.mktemp("authorized"), issuer=issuers) as it:
            yield it, issuer


@pytest.fixture
def scene(deployed: tuple[Served, Elsewhere]) -> Iterator[Scene]:
    """The same, with somebody new."""
    it, issuer = deployed
    with sign_up(it.url, "eve") as eve:
        yield Scene(it, issuer, eve)


def _worst(answers: list[Answered], attack: Attack) -> Answered:
    """Return the first answer that is not the one that is owed, or any."""
    return next((each for each in answers if complaints(attack.expected, each)), answers[0])


def _saying(word: str, value: str) -> tuple[str, Fields, bytes]:
    """Name something in every place of a request."""
    names = (word, word.title(), f"X-{word}", f"X-User-{word}", f"X-Auth-Request-{word}")
    fields = [(name, value) for name in names] + [("Cookie", f"{word}={value}; {word}s={value}")]
    body = f'{{"{word}":"{value}","{word}s":["{value}"],"user":{{"{word}":"{value}"}}}}'
    return f"?{word}={value}&{word}s[]={value}&user[{word}]={value}", fields, body.encode()


def _with_a_role_that_is_gone(scene: Scene, take: Callable[[Scene], str]) -> Answered:
    settings, eve = scene.it.settings, scene.eve
    give_roles(settings, eve.user_id, "admin", "user")
    assert scene.send("GET /admin/people", eve.token).status == 200, "INCONCLUSIVE"
    give_roles(settings, eve.user_id, "user")
    return scene.send("GET /admin/people", take(scene))


def _old_token(scene: Scene, _attack: Attack) -> Answered:
    return _with_a_role_that_is_gone(scene, lambda scene: scene.eve.token)


def _old_session(scene: Scene, _attack: Attack) -> Answered:
    return _with_a_role_that_is_gone(scene, Scene.new_token)


def _no_scope(scene: Scene, attack: Attack) -> Answered:
    assert scene.write(scope="other notes:write").status == 200, "INCONCLUSIVE"
    here = scene.send("POST /notes", scene.eve.token, body=b"{}")
    return _worst([here, scene.write(), scene.write(scope="notes:read")], attack)


def _scope_in_the_request(scene: Scene, attack: Attack) -> Answered:
    query, fields, body = _saying("scope", "notes:write")
    tokens = (scene.eve.token, scene.issuer.token("eve", header=AT_JWT))
    answers = [scene.send(f"POST /notes{query}", token, fields, body) for token in tokens]
    return _worst(answers, attack)


def _scope_with_a_like_name(scene: Scene, attack: Attack) -> Answered:
    names = (
        "notes", "notes:", "notes:w", "notes:writes", "Notes:Write", "NOTES:WRITE", "*", "notes:*",
        "notes:write,other", "notes:write;", '"notes:write"', "notes:read notes", "notes%3Awrite",
    )  # fmt: skip
    return _worst([scene.write(scope=name) for name in names], attack)


def _scope_of_another_kind(scene: Scene, attack: Attack) -> Answered:
    values: list[object] = [
        ["notes:read", ["notes:write"]], {"notes:write": True}, [{"name": "notes:write"}], True, 1,
        None, [["notes:write"]], {"scope": "notes:write"},
    ]  # fmt: skip
    return _worst([scene.write(scope=value) for value in values], attack)


def _old_sign_in(scene: Scene, attack: Attack) -> Answered:
    assert scene.leave(auth_time=ago(60)).status == 200, "INCONCLUSIVE"
    return _worst([scene.leave(auth_time=ago(past)) for past in (310, _HOUR, 10**9)], attack)


def _new_token_of_an_old_sign_in(scene: Scene, _attack: Attack) -> Answered:
    assert scene.send("DELETE /account", scene.new_token()).status == 200, "INCONCLUSIVE"
    path = make_url(scene.it.settings.database_url.reveal()).database
    with closing(sqlite3.connect(str(path), timeout=10)) as connection, connection:
        signed_in = 'UPDATE session SET "createdAt" = ? WHERE "userId" = ?'
        assert connection.execute(signed_in, (_LONG_AGO, scene.eve.user_id)).rowcount == 1
    came = scene.send("DELETE /account", scene.new_token())
    with httpx.Client(base_url=scene.it.url, headers={"Origin": scene.it.url}) as again:
        account = {"email": scene.eve.email, "password": scene.eve.password}
        again.post("/api/auth/sign-in/email", json=account).raise_for_status()
        token = again.get("/api/auth/token").raise_for_status().json()["token"]
    assert scene.send("DELETE /account", token).status == 200, "who signs in again gets in"
    return came


def _sign_in_at_no_time(scene: Scene, attack: Attack) -> Answered:
    answers = [scene.leave(), scene.leave(authTime=ago(0), acr="urn:mfa", amr=["pwd"])]
    return _worst(answers, attack)


def _user_on_an_admin_route(scene: Scene, attack: Attack) -> Answered:
    give_roles(scene.it.settings, scene.eve.user_id, "user", "administrator", "Admin")
    elsewhere = scene.issuer.token("eve", header=AT_JWT, roles=["user"], scope="admin")
    tokens = (scene.eve.token, elsewhere)
    return _worst([scene.send("GET /admin/people", token) for token in tokens], attack)


def _role_in_the_request(scene: Scene, attack: Attack) -> Answered:
    query, fields, body = _saying("role", "admin")
    answers = [
        scene.send(f"{method} /admin/people{query}", scene.eve.token, fields, body)
        for method in ("GET", "DELETE")
    ]
    return _worst(answers, attack)


def _by_another_verb(scene: Scene, attack: Attack) -> Answered:
    override = [
        ("X-HTTP-Method-Override", "GET"),
        ("X-Method-Override", "GET"),
        ("X-HTTP-Method", "GET"),
    ]
    verbs = ("HEAD", "POST", "PUT", "PATCH", "OPTIONS", "TRACE", "get", "DELETE", "FOO")
    return _worst(
        [scene.send(f"{verb} /admin/people", scene.eve.token, override) for verb in verbs], attack
    )


def _by_another_spelling(scene: Scene, attack: Attack) -> Answered:
    paths = (
        "/admin/people/", "//admin/people", "/admin//people", "/ADMIN/people", "/admin/people%00",
        "/%61dmin/people", "/admin%2Fpeople", "/x/../admin/people", "/admin/./people",
        "/admin/people;role=admin", "/admin/people?", "/admin/people#", "/admin/people%0A",
        "/admin\\people", "/admin/people.json", "/admin/people%20",
    )  # fmt: skip
    override = [("X-Original-URL", "/admin/people"), ("X-Rewrite-URL", "/admin/people")]
    return _worst([scene.send(f"GET {path}", scene.eve.token, override) for path in paths], attack)


CASES: dict[str, Callable[[Scene, Attack], Answered]] = {
    "98.1": _old_token,
    "98.2": _old_session,
    "101.1": _no_scope,
    "101.2": _scope_in_the_request,
    "101.3": _scope_with_a_like_name,
    "101.4": _scope_of_another_kind,
    "102.1": _old_sign_in,
    "102.2": _new_token_of_an_old_sign_in,
    "102.3": _sign_in_at_no_time,
    "125.1": _user_on_an_admin_route,
    "125.2": _role_in_the_request,
    "125.3": _by_another_verb,
    "125.4": _by_another_spelling,
}


@pytest.mark.parametrize("attack", _ATTACKS, ids=str)
def test_nobody_does_what_they_may_not(attack: Attack, scene: Scene) -> None:
    """Who is signed in, and lacks the scope, the role or a recent sign-in, gets the answer owed."""
    came = CASES[attack.id](scene, attack)
    assert complaints(attack.expected, came, canary=CANARY.encode()) == []
    if attack.number == 102:
        (challenge,) = came.every("WWW-Authenticate")
        assert 'error="insufficient_user_authentication"' in challenge
        assert 'max_age="300"' in challenge


def test_an_admin_gets_in(scene: Scene) -> None:
    """The positive control: with the role, both verbs of the route answer."""
    give_roles(scene.it.settings, scene.eve.user_id, "admin")
    for method in ("GET", "DELETE"):
        came = scene.eve.http.request(method, "/admin/people")
        assert answered(came).status == 200
        assert CANARY in came.text

"""Cookies that go too far, and people whom an app knows in its own way."""

import secrets
import ssl
from pathlib import Path
from typing import Annotated

import pytest
import trustme
from fastapi import FastAPI, Header, Response
from starlette.responses import PlainTextResponse, RedirectResponse

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.campaign import run
from gatepost.attacks.listener import Listener
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import operations_of_app
from gatepost.attacks.trials.cookies import cookies
from gatepost.attacks.trials.posing import posing
from gatepost.attacks.trials.session_endpoints import session_endpoints
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app
from tests.attacks.kit.test_targets import over_tls


@pytest.mark.parametrize(
    ("cookie", "place", "flags", "caches"),
    [
        ("session=%s; HttpOnly; SameSite=Lax", "/home", Outcome.REFUSED, Outcome.REFUSED),
        (
            "session=%s; HttpOnly; SameSite=Lax; Domain=example.com", "/home?tab=1",
            Outcome.REMARK, Outcome.REFUSED,
        ),
        (
            "session=%s; HttpOnly; SameSite=Lax; Max-Age=99999999", "/home?as=%s",
            Outcome.REMARK, Outcome.FINDING,
        ),
    ],
)  # fmt: skip
def test_a_cookie_that_goes_far_is_told_of(
    cookie: str, place: str, flags: Outcome, caches: Outcome
) -> None:
    """A cookie for every host or for years is a remark; a credential in a URL is found."""
    app = lab_app()

    @app.post("/enter")
    def enter(sent: Credentials) -> Response:
        session = secrets.token_urlsafe(24)
        answer = RedirectResponse(place.replace("%s", f"x&session={session}"), 303)
        answer.headers["Set-Cookie"] = cookie.replace("%s", session)
        answer.headers["Cache-Control"] = "no-store"
        return answer if sent.password else Response(status_code=401)

    step = {**dict(PEOPLE["sign_in"]), "path": "/enter", "token": None}  # type: ignore[call-overload] # a table
    came = attacked(app, cookies, file={"people": {**PEOPLE, "sign_in": step}})
    assert came.outcomes("137") == {flags}, came.verdicts
    assert came.outcomes("138") == {caches}, came.verdicts


@pytest.mark.parametrize(
    ("cookie", "outcome", "says"),
    [
        ("session=%s; HttpOnly; SameSite=Lax", Outcome.FINDING, "goes over plain HTTP"),
        (
            "session=%s; HttpOnly; SameSite=Lax; Secure",
            Outcome.REMARK,
            "has no __Host- in its name",
        ),
        ("__Host-s=%s; HttpOnly; SameSite=Lax; Secure; Path=/", Outcome.REFUSED, ""),
    ],
)
def test_a_cookie_of_https_stays_there_or_it_is_told(
    cookie: str, outcome: Outcome, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS a cookie has to be kept to TLS, and should be to its host."""
    authority, shown = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("127.0.0.1").configure_cert(shown)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    app = FastAPI(openapi_url=None)

    @app.post("/enter")
    def enter(_sent: Credentials) -> Response:
        return Response(headers={"Set-Cookie": cookie.replace("%s", secrets.token_hex(16))})

    step = {**dict(PEOPLE["sign_in"]), "path": "/enter", "token": None}  # type: ignore[call-overload] # a table
    said = AttackFile.model_validate({"people": {"kind": "password", "sign_in": step}})
    surface = Surface(operations_of_app(app), said)
    with over_tls(app, shown) as url, Listener() as listener:
        stage = Stage(surface, Sender(url, per_second=5_000), listener, seed=1)
        ended = {trial.attack.id: run(trial, stage) for trial in cookies(surface)}
    assert (ended["137"].outcome, says in ended["137"].says) == (outcome, True), ended


def _better_auth(*, by_cookie: bool) -> FastAPI:
    app, tokens = FastAPI(openapi_url=None), set[str]()

    @app.post("/api/auth/sign-up/email")
    def sign_up(sent: dict[str, str]) -> dict[str, str]:
        return {"email": sent["email"]}

    @app.post("/api/auth/sign-in/email")
    def sign_in(sent: dict[str, str], response: Response) -> dict[str, str]:
        tokens.add(sent["email"])
        if by_cookie:
            response.set_cookie("session", secrets.token_hex(16))
        return {"token": sent["email"]}

    return app


@pytest.mark.parametrize(
    ("by_cookie", "outcome", "says"),
    [
        (False, Outcome.NOT_APPLICABLE, "there is no session cookie"),
        (True, Outcome.INCONCLUSIVE, "the own page cannot sign out either: 404"),
    ],
)
def test_session_endpoints_that_are_not_there_tell_nothing(
    by_cookie: bool,  # noqa: FBT001 - a column
    outcome: Outcome,
    says: str,
) -> None:
    """Without a cookie no page acts for anybody, and a refusal of the own page's shows nothing."""
    app = _better_auth(by_cookie=by_cookie)
    came = attacked(app, session_endpoints, file={"people": {"kind": "better-auth"}})
    assert {(each.outcome, each.says) for each in came.verdicts.values()} == {(outcome, says)}


def test_who_somebody_is_is_learned_where_it_is_told() -> None:
    """A page about oneself that is no JSON tells no id, and the next one may."""
    app, ids = lab_app(), dict[str, str]()

    def who(authorization: str, x_user_id: str) -> str:
        mine = ids.setdefault(LAB.who(authorization), f"person-{secrets.token_hex(8)}")
        return x_user_id if x_user_id in ids.values() else mine

    @app.get("/me")
    def me(me: Me) -> PlainTextResponse:
        return PlainTextResponse(f"hello {len(me)}")

    @app.get("/account")
    def account(
        authorization: Annotated[str, Header()] = "", x_user_id: Annotated[str, Header()] = ""
    ) -> dict[str, str]:
        return {"id": who(authorization, x_user_id)}

    came = attacked(app, posing, only=lambda trial: str(trial.operation) == "GET /account")
    assert ("141.1", "GET /account") in came.findings, came.verdicts

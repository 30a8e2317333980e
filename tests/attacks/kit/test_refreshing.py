"""Refresh tokens: what is taken for one that should not be, in cookies and in bodies."""

import hmac
import json
import secrets
import time
from typing import Annotated

import pytest
from fastapi import Cookie, FastAPI, Header, HTTPException, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.refreshing import refreshing
from tests.attacks.kit.cookie_lab import cookie_people
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app
from tests.attacks.kit.token_lab import decoded, encoded

_KEY = secrets.token_bytes(32)


def _refresh_token(email: str) -> str:
    claims = {"sub": email, "jti": secrets.token_hex(8), "exp": int(time.time()) + 600}
    head = ".".join(encoded(json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims))
    return f"{head}.{encoded(hmac.digest(_KEY, head.encode(), 'sha256'))}"


def _named_by(token: str, *, careless: bool) -> str:
    head, _, signature = token.rpartition(".")
    try:
        claims = json.loads(decoded(head.split(".")[1]))
    except (IndexError, ValueError):
        raise HTTPException(500 if careless else 401) from None
    if not careless and decoded(signature) != hmac.digest(_KEY, head.encode(), "sha256"):
        raise HTTPException(401)
    return str(claims["sub"])


def _by_cookies(*, careless: bool) -> FastAPI:
    """Make an app with an access token and a refresh token, a JWT, in cookies, and a device."""
    app, passwords, known = FastAPI(openapi_url=None), dict[str, str](), dict[str, str]()
    used = set[str]()

    def give(response: Response, email: str, *, refresh: bool) -> None:
        access = secrets.token_urlsafe(24)
        known[access] = email
        response.set_cookie("access", access, httponly=True)
        if refresh:
            response.set_cookie("refresh_token", _refresh_token(email), httponly=True)

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials, response: Response) -> None:
        if passwords.get(sent.email) != sent.password:
            raise HTTPException(401)
        give(response, sent.email, refresh=True)
        response.set_cookie("device", "one", httponly=True)

    @app.post("/refresh")
    def refresh(response: Response, refresh_token: Annotated[str, Cookie()] = "") -> None:
        email = _named_by(refresh_token, careless=careless)
        if refresh_token in used and not careless:
            raise HTTPException(401)
        used.add(refresh_token)
        give(response, email, refresh=not careless)

    @app.get("/me")
    def me(
        access: Annotated[str, Cookie()] = "", device: Annotated[str, Cookie()] = ""
    ) -> dict[str, str]:
        if access not in known or device != "one":
            raise HTTPException(401)
        return {"email": known[access]}

    return app


@pytest.mark.parametrize(
    ("careless", "found"), [(True, {"86.2", "93.4", "93.5"}), (False, set[str]())]
)
def test_refresh_tokens_in_cookies_are_attacked(
    careless: bool,  # noqa: FBT001 - a column
    found: set[str],
) -> None:
    """A refresh cookie that is decoded and not verified is told, and that it is never rotated."""
    people = {**cookie_people(), "refresh": {"path": "/refresh"}}
    people.pop("sign_out")
    came = attacked(_by_cookies(careless=careless), refreshing, file={"people": people})
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    remarked = {number for number, _ in came.of(Outcome.REMARK)}
    # Sound but for the family of tokens, which goes on: it is a remark.
    assert remarked == ({"93.1"} if careless else {"93.2"})
    if careless:
        said = came.said(Outcome.FINDING)
        assert "breaks: 500" in said["93.4", "POST /refresh"]
        assert "forged refresh token" in said["93.5", "POST /refresh"]


def _one_token() -> FastAPI:
    """Make an app whose one token is exchanged for a new one."""
    app = lab_app()

    @app.post("/again")
    def again(authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        email = LAB.who(authorization)
        return {"token": LAB.sign_in(Credentials(email=email, password=LAB.passwords[email]))}

    @app.post("/never")
    def never(sent: dict[str, str]) -> dict[str, str]:
        raise HTTPException(401, f"not for {len(sent)}")

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        return {"email": me}

    return app


@pytest.mark.parametrize(
    ("step", "outcome", "says"),
    [
        (
            {"path": "/again", "body": {"token": "{token}"}, "token": "token"},
            Outcome.NOT_APPLICABLE, "one token is both",
        ),
        (
            {"path": "/again", "body": {"email": "{email}"}, "token": "token"},
            Outcome.INCONCLUSIVE, "takes nothing that signing in gave",
        ),
        (
            {"path": "/never", "body": {"token": "{token}"}, "token": "token"},
            Outcome.INCONCLUSIVE, "refreshing is answered 401, and opens nothing",
        ),
    ],
)  # fmt: skip
def test_what_is_no_refreshing_is_said(
    step: dict[str, object], outcome: Outcome, says: str
) -> None:
    """A token that refreshes itself is no other kind, and a refresh that fails shows nothing."""
    came = attacked(
        _one_token(), refreshing, file={"people": {**PEOPLE, "refresh": step}},
        only=lambda trial: trial.attack.id == "86.2",
    )  # fmt: skip
    assert [says in each for each in came.said(outcome).values()] == [True], came.verdicts

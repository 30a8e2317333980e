"""The ends of sessions: what goes on after its end is told, and of sound apps nothing is."""

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Request, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.lifecycle import lifecycle
from gatepost.attacks.trials.other_kinds import other_kinds
from gatepost.attacks.trials.refreshing import refreshing
from tests.attacks.kit.cookie_lab import CookieMe, cookie_app, cookie_people
from tests.attacks.kit.lab import Credentials, Me, attacked, lab_app
from tests.attacks.kit.token_app import PEOPLE, token_app
from tests.attacks.kit.token_lab import decoded, encoded

Next = Callable[[Request], Awaitable[Response]]

_SECRET = "kq8Yv2uJ0fWm3zR7tB5nX1cL9sD4gHpE"


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", {}),
        ("sign out", {"91.1": {"GET /me", "POST /logout"}, "93.3": {"POST /logout"}}),
        ("others", {"97.1": {"POST /me/password"}, "97.2": {"POST /me/password"}}),
        ("any old", {"143.2": {"POST /me/password"}, "143.3": {"POST /me/password"}}),
        ("deleted", {"96.3": {"DELETE /me"}, "96.4": {"DELETE /me"}}),
        ("reuse", {"93.1": {"POST /refresh"}}),
        ("family", {}),
        ("unverified", {}),
    ],
)
def test_what_goes_on_after_its_end_is_told(hole: str, found: dict[str, set[str]]) -> None:
    """What outlives its end is told by its own attack, at the route that should have ended it."""
    came = attacked(token_app(hole, secret=_SECRET), lifecycle, refreshing, file={"people": PEOPLE})
    expected = {(number, route) for number, routes in found.items() for route in routes}
    assert came.findings == expected, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    assert (came.outcomes("93.2") == {Outcome.REMARK}) == (hole == "family")


def test_an_access_token_that_refreshes_is_told() -> None:
    """Where one kind of token does for the other, both ways round, each way is told."""
    app, known = lab_app(), dict[str, str]()

    @app.post("/both")
    def both(sent: Credentials) -> dict[str, str]:
        token = secrets.token_urlsafe(24)
        known[token] = sent.email
        other = secrets.token_urlsafe(24)
        known[other] = sent.email
        return {"token": token, "refresh_token": other}

    @app.post("/again")
    def again(sent: dict[str, str]) -> dict[str, str]:
        if sent["refresh_token"] not in known:
            raise HTTPException(401)
        return both(Credentials(email=known[sent["refresh_token"]], password=""))

    people: dict[str, object] = {
        "kind": "password",
        "sign_up": {"path": "/register", "body": {"email": "{email}", "password": "{password}"}},
        "sign_in": {
            "path": "/both", "body": {"email": "{email}", "password": "{password}"},
            "token": "token",
        },
        "refresh": {
            "path": "/again", "body": {"refresh_token": "{refresh_token}"}, "token": "token",
        },
    }  # fmt: skip

    @app.get("/mine")
    def mine(authorization: Annotated[str | None, Header()] = None) -> dict[str, str]:
        whose = known.get((authorization or "").removeprefix("Bearer "))
        if whose is None:
            raise HTTPException(401)
        return {"email": whose}

    came = attacked(app, refreshing, other_kinds, file={"people": people})
    assert {"85.1", "86.2"} <= {number for number, _ in came.findings}


def _fixed(*, adopts: bool) -> FastAPI:
    """Make an app that keeps the session of before, where one comes, when somebody signs in."""
    app, passwords, sessions = FastAPI(openapi_url=None), dict[str, str](), dict[str, str]()

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(
        response: Response, sent: Credentials, sid: Annotated[str | None, Cookie()] = None
    ) -> None:
        if passwords.get(sent.email) != sent.password:
            raise HTTPException(401)
        kept = sid if sid is not None and (adopts or sid in sessions) else secrets.token_hex(16)
        sessions[kept] = sent.email
        response.set_cookie("sid", kept)

    @app.get("/me")
    def me(sid: Annotated[str | None, Cookie()] = None) -> dict[str, str]:
        if sid not in sessions:
            raise HTTPException(401)
        return {"email": sessions[sid]}

    return app


@pytest.mark.parametrize(("adopts", "found"), [(False, {"99.1"}), (True, {"99.1", "99.2"})])
def test_session_fixation_is_told(adopts: bool, found: set[str]) -> None:  # noqa: FBT001 - a column
    """A session that is known before the sign-in and is good after it is told."""
    people = {name: step for name, step in cookie_people().items() if name != "sign_out"}
    came = attacked(_fixed(adopts=adopts), lifecycle, file={"people": people})
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)


@pytest.mark.parametrize("ends", [True, False])
def test_a_cookie_that_outlives_its_sign_out_is_told(ends: bool) -> None:  # noqa: FBT001 - a column
    """A sign-out that only clears the cookie is told; one that ends the session is not."""
    app = cookie_app()
    if not ends:
        app.router.routes[:] = [
            route for route in app.router.routes if getattr(route, "path", "") != "/logout"
        ]

        @app.post("/logout")
        def logout(response: Response) -> None:
            response.delete_cookie("session")

    @app.get("/me")
    def me(who: CookieMe) -> dict[str, str]:
        return {"email": who}

    came = attacked(app, lifecycle, file={"people": cookie_people()})
    assert {number for number, _ in came.findings} == (set() if ends else {"92.1"})
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_of_an_app_without_any_of_it_nothing_is_said() -> None:
    """Where there is no refresh, no new password and no way to leave, nothing applies."""
    app = lab_app()

    @app.get("/me")
    def me(who: Me) -> dict[str, str]:
        return {"email": who}

    came = attacked(app, lifecycle, refreshing)
    assert came.findings == set()
    assert came.outcomes("91.1") == {Outcome.REFUSED}
    assert came.outcomes("93.1") == {Outcome.NOT_APPLICABLE}
    assert came.outcomes("97.1") == {Outcome.NOT_APPLICABLE}


def test_a_deny_list_of_spellings_is_told() -> None:
    """A signed-out token that is taken again in other letters is told."""
    app, secret, known = FastAPI(openapi_url=None), secrets.token_bytes(32), dict[str, str]()
    ended = set[str]()

    def who(authorization: Annotated[str | None, Header()] = None) -> str:
        token = (authorization or "").removeprefix("Bearer ")
        head, _, signature = token.rpartition(".")
        made = hmac.digest(secret, head.encode(), "sha256")
        if token in ended or not head or decoded(signature) != made:
            raise HTTPException(401)
        return str(json.loads(decoded(head.split(".")[1]))["sub"])

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        known.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        if known.get(sent.email) != sent.password:
            raise HTTPException(401)
        claims = json.dumps({"sub": sent.email, "exp": 9_999_999_999, "sid": "one"}).encode()
        head = ".".join([encoded(b'{"alg": "HS256"}'), encoded(claims)])
        return {"token": f"{head}.{encoded(hmac.digest(secret, head.encode(), 'sha256'))}"}

    @app.post("/logout")
    def logout(me: Annotated[str, Depends(who)], authorization: Annotated[str, Header()]) -> str:
        ended.add(authorization.removeprefix("Bearer "))
        return me

    @app.get("/me")
    def me(who: Annotated[str, Depends(who)]) -> dict[str, str]:
        return {"email": who}

    assert {number for number, _ in attacked(app, lifecycle).findings} == {"91.3"}


@pytest.mark.parametrize("ends", [True, False])
def test_an_account_that_is_disabled_in_name_only_is_told(ends: bool) -> None:  # noqa: FBT001 - a column
    """Somebody whom an administrator disables is out, or it is told."""
    app, disabled = token_app(secret=_SECRET), set[str]()
    admin = {"Authorization": "Bearer the-administrator"}

    @app.post("/admin/users/{email}/disable")
    def disable(email: str, authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        if authorization != admin["Authorization"]:
            raise HTTPException(403)
        disabled.add(email)
        return {"email": email}

    @app.middleware("http")
    async def gate(request: Request, call_next: Next) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        payload = json.loads(decoded(token.split(".")[1])) if token.count(".") == 2 else {}
        if ends and payload.get("sub") in disabled:
            return Response("disabled", 401)
        return await call_next(request)

    people = {**PEOPLE, "admin": {"headers": admin}}
    file: dict[str, object] = {"people": people, "admin": {"* /admin/*": "the back office"}}
    came = attacked(app, lifecycle, file=file, only=lambda trial: trial.attack.id == "96.5")
    assert came.outcomes("96.5") == {Outcome.REFUSED if ends else Outcome.FINDING}

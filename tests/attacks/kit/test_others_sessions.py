"""Sessions of others, and those without their signature: in Better Auth's protocol, and beyond."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from typing import Annotated
from urllib.parse import quote, unquote

import pytest
from fastapi import Cookie, FastAPI, HTTPException, Request, Response
from starlette.responses import JSONResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.others_sessions import others_sessions
from gatepost.attacks.trials.signed_sessions import signed_sessions
from tests.attacks.kit.cookie_lab import cookie_people
from tests.attacks.kit.lab import Credentials, Me, attacked, lab_app

_BASE, _COOKIE = "/api/auth", "better-auth.session_token"
_BETTER_AUTH: dict[str, object] = {"people": {"kind": "better-auth"}}


def _signed(value: str) -> str:
    mac = hmac.digest(b"a secret", value.encode(), hashlib.sha256)
    return f"{value}.{b64encode(mac).decode()}"


def _verified(cookie: str, hole: str) -> str | None:
    plain = unquote(cookie)
    value, dot, _ = plain.rpartition(".")
    if hole == "unsigned" and not dot:
        return plain
    return value if dot and (hole == "any signature" or _signed(value) == plain) else None


class _Server:
    """A server of Better Auth's protocol, in so far as sessions matter here."""

    def __init__(self, hole: str) -> None:
        self.hole = hole
        self.passwords: dict[str, str] = {}
        self.sessions: dict[str, str] = {}

    def seen(self, request: Request, name: str) -> Response:
        """Answer a GET."""
        token = self._token(request)
        email = self.sessions.get(token)
        if email is None:
            return JSONResponse(None, 200 if name == "get-session" else 401)
        if name == "get-session":
            return JSONResponse({"session": {"token": token}, "user": {"email": email}})
        if name == "list-sessions":
            everybodys = self.hole == "listed"
            theirs = {each: of for each, of in self.sessions.items() if everybodys or of == email}
            return JSONResponse([{"token": each} for each in theirs])
        raise HTTPException(404)

    async def act(self, request: Request, name: str) -> Response:
        """Answer a POST."""
        said, token = await request.json(), self._token(request)
        if name == "sign-up/email":
            self.passwords[said["email"]] = said["password"]
        elif name == "sign-in/email" and self.passwords.get(said["email"]) == said["password"]:
            return self._signed_in(said["email"])
        elif token not in self.sessions:
            raise HTTPException(401)
        else:
            self._end(name, token, str(said.get("token", "")))
        return JSONResponse({"status": True})

    def _signed_in(self, email: str) -> Response:
        token = secrets.token_urlsafe(24)
        self.sessions[token] = email
        answer = JSONResponse({"token": token, "user": {"email": email}})
        value = quote(_signed(token), safe="")
        answer.headers["Set-Cookie"] = f"{_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax"
        return answer

    def _end(self, name: str, token: str, named: str) -> None:
        mine = self.sessions[token]
        if name == "sign-out":
            ended = set(self.sessions) if self.hole == "everything" else {token}
        elif name == "revoke-session":
            may = self.hole == "another's" or self.sessions.get(named) == mine
            ended = {named} if may else set()
        else:
            ended = {each for each, whose in self.sessions.items() if whose == mine} - {token}
            ended = set() if self.hole == "others" else ended
        for each in ended:
            self.sessions.pop(each, None)

    def _token(self, request: Request) -> str:
        return _verified(request.cookies.get(_COOKIE, ""), self.hole) or ""

    def who(self, request: Request) -> str:
        """Return whose session a request has."""
        email = self.sessions.get(self._token(request))
        if email is None:
            raise HTTPException(401)
        return email


def _better_auth(hole: str) -> FastAPI:
    app, server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), _Server(hole)

    @app.get(f"{_BASE}/{{name:path}}", include_in_schema=False)
    def seen(request: Request, name: str) -> Response:
        return server.seen(request, name)

    @app.post(f"{_BASE}/{{name:path}}", include_in_schema=False)
    async def act(request: Request, name: str) -> Response:
        return await server.act(request, name)

    @app.get("/me")
    def me(request: Request) -> dict[str, str]:
        return {"email": server.who(request)}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("any signature", {"100.1", "100.2"}),
        ("unsigned", {"100.2"}),
        ("listed", {"100.4"}),
        ("another's", {"100.5"}),
        ("others", {"96.6"}),
        ("everything", {"91.2"}),
    ],
)
def test_what_is_done_with_sessions_of_others_is_told(hole: str, found: set[str]) -> None:
    """Each hole in Better Auth's sessions is told by its own attack, and none of a sound server."""
    came = attacked(_better_auth(hole), signed_sessions, others_sessions, file=_BETTER_AUTH)
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    tried = {number for number, _ in came.of(Outcome.FINDING, Outcome.REFUSED)}
    assert tried == {"91.2", "96.6", "100.1", "100.2", "100.4", "100.5"}


@pytest.mark.parametrize(
    ("hole", "found"), [("", set()), ("any signature", {"100.1", "100.2"}), ("unsigned", {"100.2"})]
)
def test_a_signed_cookie_of_any_app_is_tried(hole: str, found: set[str]) -> None:
    """A cookie of a value and its signature is one in every app, by whatever name."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    passwords, sessions = dict[str, str](), dict[str, str]()

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords[sent.email] = sent.password

    @app.post("/login")
    def login(response: Response, sent: Credentials) -> None:
        if passwords.get(sent.email) != sent.password:
            raise HTTPException(401)
        session = secrets.token_urlsafe(16)
        sessions[session] = sent.email
        response.set_cookie("who", quote(_signed(session), safe=""))

    @app.get("/me")
    def me(who: Annotated[str, Cookie()] = "") -> dict[str, str]:
        session = _verified(who, hole)
        if session not in sessions:
            raise HTTPException(401)
        return {"email": sessions[session]}

    people = {name: step for name, step in cookie_people().items() if name != "sign_out"}
    came = attacked(app, signed_sessions, file={"people": people})
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.of(Outcome.REFUSED) == {("100.1", "None"), ("100.2", "None")} - came.findings


@pytest.mark.parametrize(("everybodys", "found"), [(False, set()), (True, {"GET /sessions"})])
def test_a_list_of_sessions_is_told_by_its_name(
    everybodys: bool,  # noqa: FBT001 - a column
    found: set[str],
) -> None:
    """In any app, one's own list of sessions that has other people is told."""
    app, known = lab_app(), set[str]()

    @app.get("/sessions")
    def sessions(whose: Me) -> list[str]:
        known.add(whose)
        return sorted(known) if everybodys else [whose]

    came = attacked(app, others_sessions)
    assert {route for number, route in came.findings if number == "100.4"} == found
    assert came.outcomes("91.2") == {Outcome.REFUSED}

"""Small apps whose credential is a cookie, with what keeps hostile pages out, or without."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias
from urllib.parse import parse_qsl

from fastapi import Cookie, Depends, FastAPI, HTTPException, Request, Response
from starlette.responses import PlainTextResponse

from tests.attacks.kit.lab import Credentials

_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_ACCOUNT = {"email": "{email}", "password": "{password}"}

Lets = Callable[[Request], bool]
"""Whether a changing request may pass."""


def cookie_people(*, form: bool = False) -> dict[str, object]:
    """Return how people sign in to an app of `cookie_app`."""
    return {
        "kind": "password",
        "sign_up": {"path": "/register", "body": _ACCOUNT},
        "sign_in": {"path": "/login", "body": _ACCOUNT, "form": form},
        "sign_out": {"path": "/logout", "body": {}},
    }


def everything(_request: Request) -> bool:
    """Let every request pass."""
    return True


def own_origin(request: Request) -> bool:
    """Let requests of the app's own pages pass, and those of no page."""
    origin = request.headers.get("origin")
    return origin is None or origin == f"http://{request.headers['host']}"


@dataclass(frozen=True, slots=True)
class Door:
    """How an app of `cookie_app` gives its cookie, and what it lets pass with it.

    Attributes:
        same_site: of the cookie; None for none at all.
        lets: asked of every changing request.
        form: whether people sign in by a form and not by JSON.
        http_only: of the cookie.
        strict: whether JSON has to be said to be JSON.
        tells: whether signing in is answered with a CSRF token.
    """

    same_site: Literal["lax", "strict", "none"] | None = "lax"
    lets: Lets = everything
    form: bool = False
    http_only: bool = True
    strict: bool = True
    tells: bool = True


SESSIONS: dict[str, str] = {}
CSRF_TOKENS: dict[str, str] = {}


def _me(session: Annotated[str | None, Cookie()] = None) -> str:
    whose = SESSIONS.get(session or "")
    if whose is None:
        raise HTTPException(401, "not signed in")
    return whose


CookieMe: TypeAlias = Annotated[str, Depends(_me)]
"""Who calls, by their cookie."""


def csrf_token_matches(request: Request) -> bool:
    """Let a request pass that brings the token of its session, and those without a session."""
    session = request.cookies.get("session", "")
    expected = CSRF_TOKENS.get(session)
    return expected is None or request.headers.get("x-csrf-token") == expected


async def form_of(request: Request) -> dict[str, str]:
    """Read a form without the package that FastAPI wants for its own way of it.

    Raises:
        HTTPException: it is none.
    """
    if request.headers.get("content-type") != "application/x-www-form-urlencoded":
        raise HTTPException(422, "not a form")
    return dict(parse_qsl((await request.body()).decode()))


def takes_form(*names: str) -> dict[str, object]:
    """Return how OpenAPI tells of a form, for `openapi_extra`."""
    members = {name: {"type": "string"} for name in names}
    schema = {"type": "object", "properties": members, "required": list(names)}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def cookie_app(door: Door | None = None) -> FastAPI:
    """Make an app in which people can sign up, in and out by a cookie, and nothing else yet."""
    how = door or Door()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, strict_content_type=how.strict)
    passwords: dict[str, str] = {}

    @app.middleware("http")
    async def pages(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        if request.method in _CHANGING and not how.lets(request):
            return PlainTextResponse("not from here", 403)
        return await call_next(request)

    def enter(response: Response, email: str, password: str) -> dict[str, str]:
        if passwords.get(email) != password:
            raise HTTPException(401, "wrong")
        session = secrets.token_urlsafe(24)
        SESSIONS[session], CSRF_TOKENS[session] = email, secrets.token_urlsafe(24)
        response.set_cookie("session", session, httponly=how.http_only, samesite=how.same_site)
        return {"csrf_token": CSRF_TOKENS[session]} if how.tells else {"of": email}

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> dict[str, str]:
        passwords[sent.email] = sent.password
        return {"email": sent.email}

    if how.form:

        @app.post("/login")
        async def login_by_form(request: Request, response: Response) -> dict[str, str]:
            sent = await form_of(request)
            return enter(response, sent["email"], sent["password"])
    else:

        @app.post("/login")
        def login(response: Response, sent: Credentials) -> dict[str, str]:
            return enter(response, sent.email, sent.password)

    @app.post("/logout")
    def logout(session: Annotated[str | None, Cookie()] = None) -> dict[str, bool]:
        SESSIONS.pop(session or "", None)
        return {"ok": True}

    return app

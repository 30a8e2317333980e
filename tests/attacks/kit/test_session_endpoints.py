"""Better Auth's endpoints called by pages of others, told from those that look at who calls."""

import secrets

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.callbacks import callbacks
from gatepost.attacks.trials.foreign_sign_in import foreign_sign_in
from gatepost.attacks.trials.session_endpoints import session_endpoints
from tests.attacks.kit.cookie_lab import form_of
from tests.attacks.kit.lab import attacked

_BASE = "/api/auth"
_MEMBERS = ("callbackURL", "redirectTo", "errorCallbackURL", "newUserCallbackURL")


def _comes_from_here(request: Request, hole: str) -> bool:
    origin, own = request.headers.get("origin"), f"http://{request.headers['host']}"
    if origin is None:
        site = request.headers.get("sec-fetch-site")
        return hole == "no origin" or (hole == "silence" and site is None)
    if hole == "null" and origin == "null":
        return True
    return origin == own or (hole == "prefix" and origin.startswith(own)) or hole == "any origin"


def _may_go_to(url: str, hole: str) -> bool:
    inward = url.startswith("/") and "//" not in url and "\\" not in url
    return hole == "anywhere" or (inward and ("%" not in url or hole == "encoded"))


class _Server:
    """A server of Better Auth's protocol, in so far as it matters here."""

    def __init__(self, hole: str) -> None:
        self.hole = hole
        self.passwords: dict[str, str] = {}
        self.sessions: dict[str, str] = {}

    async def act(self, request: Request, name: str) -> Response:
        """Answer a POST."""
        kind = request.headers.get("content-type", "")
        is_form = "form" in kind
        if not ("json" in kind or (is_form and self.hole == "form")):
            raise HTTPException(415)
        said = await form_of(request) if is_form else await request.json()
        signing = name.startswith("sign-") and name != "sign-out"
        if not (is_form and signing) and not self._lets(request, signing=signing):
            raise HTTPException(403, "not from here")
        members = _MEMBERS[:1] if self.hole == "other members" else _MEMBERS
        if not all(_may_go_to(said[each], self.hole) for each in members if each in said):
            raise HTTPException(403, "not there")
        return self._done(request, name, said)

    def _lets(self, request: Request, *, signing: bool) -> bool:
        if signing and "cookie" not in request.headers:
            return "origin" not in request.headers or _comes_from_here(request, "")
        return "cookie" not in request.headers or _comes_from_here(request, self.hole)

    def _done(self, request: Request, name: str, said: dict[str, str]) -> Response:
        if name == "sign-up/email":
            self.passwords[said["email"]] = said["password"]
        elif name == "sign-in/email" and self.passwords.get(said["email"]) == said["password"]:
            session = secrets.token_urlsafe(24)
            self.sessions[session] = said["email"]
            answer = JSONResponse({"token": session})
            answer.set_cookie("session", session, httponly=True, samesite="lax")
            return answer
        elif name == "sign-out":
            self.sessions.pop(request.cookies.get("session", ""), None)
        elif name != "request-password-reset" and (
            request.cookies.get("session") not in self.sessions
        ):
            raise HTTPException(401)
        return JSONResponse({"status": True})


def _app(hole: str) -> FastAPI:
    app, server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), _Server(hole)

    @app.post(f"{_BASE}/{{name:path}}", include_in_schema=False)
    async def act(request: Request, name: str) -> Response:
        return await server.act(request, name)

    @app.get(f"{_BASE}/verify-email", include_in_schema=False)
    @app.get(f"{_BASE}/reset-password/{{token}}", include_in_schema=False)
    async def link(callbackURL: str) -> Response:  # noqa: N803 - its name in the protocol
        if not _may_go_to(callbackURL, "anywhere" if hole == "link" else ""):
            raise HTTPException(403, "not there")
        return RedirectResponse(f"{callbackURL}?error=INVALID_TOKEN", 302)

    return app


@pytest.mark.parametrize(
    ("hole", "found", "remarked"),
    [
        ("", set(), set()),
        ("form", set(), {"134"}),
        ("no origin", {"131.s"}, set()),
        ("silence", set(), {"131.s"}),
        ("null", {"133.s"}, set()),
        ("prefix", {"133.s"}, set()),
        ("any origin", {"131.s", "132.s", "133.s"}, set()),
        ("anywhere", {"136.b"}, set()),
        ("other members", {"136.b"}, set()),
        ("encoded", set(), {"136.b"}),
        ("link", {"136.l"}, set()),
    ],
)
def test_a_server_that_does_not_look_who_calls_is_found_out(
    hole: str, found: set[str], remarked: set[str]
) -> None:
    """What lets another's page act with the session, or sends people away, is found."""
    file: dict[str, object] = {"people": {"kind": "better-auth"}}
    came = attacked(_app(hole), foreign_sign_in, session_endpoints, callbacks, file=file)
    assert {number for number, _ in came.findings} - {"134.o"} == found, came.said(Outcome.FINDING)
    remarks = {number for number, _ in came.of(Outcome.REMARK)} - {"134.o"}
    assert remarks == remarked, came.said(Outcome.REMARK)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)

"""Open redirects, told from those that stay within the app."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

import pytest
from fastapi import Cookie, FastAPI, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.redirects import leaves, redirects
from tests.attacks.kit.cookie_lab import cookie_people, form_of, takes_form
from tests.attacks.kit.lab import Credentials, Me, attacked, lab_app

_OWN = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "url",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "\t//evil.test", "/\t/evil.test",
     "https:evil.test", "http:///evil.test", f"{_OWN}@evil.test/", "javascript:alert(1)",
     "java\tscript:x", "HTTPS://EVIL.TEST", f"{_OWN}.evil.test", "https://evil127.0.0.1:8000"],
)  # fmt: skip
def test_what_leaves_the_app_is_seen(url: str) -> None:
    """A URL by which a browser ends at the attacker's is told as such."""
    assert leaves(url, _OWN)


@pytest.mark.parametrize(
    "url",
    ["/", "/next?u=https://evil.test", f"{_OWN}/evil.test", "/%2fevil.test", "/%5cevil.test",
     "evil.test", "/a//evil.test", "", "https://example.com/?evil.test"],
)  # fmt: skip
def test_what_stays_is_seen(url: str) -> None:
    """A URL that stays in the app, whatever its path says, is told as such."""
    assert not leaves(url, _OWN)


def _anything(_url: str) -> bool:
    return True


def _begins_with_a_slash(url: str) -> bool:
    return url.startswith("/")


def _no_double_slash(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//")


def _begins_as_own(url: str) -> bool:
    return url.startswith("http://127.0.0.1") or (_inward(url))


def _inward(url: str) -> bool:
    parts = urlsplit(url)
    return url.isprintable() and "\\" not in url and url[:1] == "/" and not parts.netloc and (
        not url.startswith("//")
    )  # fmt: skip


def _raw(url: str) -> Response:
    return Response(status_code=302, headers={"Location": url})


def _app(inward: Callable[[str], bool], answer: Callable[[str], Response]) -> FastAPI:
    app = lab_app()

    @app.get("/go")
    def go(next: str = "/") -> Response:  # noqa: A002 - the name that such apps use
        return answer(next if inward(next) else "/")

    @app.get("/hidden")
    def hidden(request: Request) -> Response:
        goal = request.query_params.get("return_to", "/")
        return answer(goal if inward(goal) else "/")

    @app.get("/search")
    def search(url: str = "") -> dict[str, str]:
        return {"url": url}

    return app


def _page(url: str) -> Response:
    return HTMLResponse(f'<meta http-equiv="refresh" content="0; url={url}">')


_GO, _HIDDEN = ("136", "GET /go"), ("136", "GET /hidden")


@pytest.mark.parametrize(
    ("inward", "answer", "found"),
    [
        (_anything, RedirectResponse, {_GO, _HIDDEN}),
        (_anything, _page, {_GO, _HIDDEN}),
        (_begins_with_a_slash, RedirectResponse, {_GO, _HIDDEN}),
        (_no_double_slash, _raw, {_GO}),
        (_begins_as_own, RedirectResponse, {_GO}),
        (_inward, _raw, set()),
        (_inward, RedirectResponse, set()),
        (_inward, _page, set()),
    ],
)
def test_an_open_redirect_is_found_out(
    inward: Callable[[str], bool],
    answer: Callable[[str], Response],
    found: set[tuple[str, str]],
) -> None:
    """A redirect to wherever a parameter says is found, and one that stays within is not."""
    came = attacked(_app(inward, answer), redirects, file={"public": {"GET *": "open"}})
    assert came.findings == found, came.said(Outcome.FINDING)


def test_the_hosts_place_in_a_redirect_is_a_remark() -> None:
    """A slash too many is redirected to the Host that was sent, as Starlette does: a remark."""
    came = attacked(_app(_inward, RedirectResponse), redirects)
    assert ("136.h", "None") in came.of(Outcome.REMARK)


@pytest.mark.parametrize(("redirects_slashes", "outcome"), [
    (True, Outcome.REMARK),
    (False, Outcome.REFUSED),
])  # fmt: skip
def test_a_redirect_to_the_host_is_seen_by_who_is_signed_in(
    redirects_slashes: bool,  # noqa: FBT001 - a case
    outcome: Outcome,
) -> None:
    """Where strangers are refused before any path is looked at, the redirect is seen as Alice."""
    app = _app(_inward, RedirectResponse)
    app.router.redirect_slashes = redirects_slashes

    @app.middleware("http")
    async def closed(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        is_open = request.url.path in {"/register", "/login"}
        if is_open or request.headers.get("Authorization"):
            return await call_next(request)
        return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer realm="lab"'})

    assert attacked(app, redirects).outcomes("136.h") == {outcome}


class _Entering(Credentials):
    next: str = "/"


class _Forward(BaseModel):
    url: str


def _signing_in(*, form: bool, inward: bool) -> FastAPI:
    """Make an app that sends people on who sign in, sign out, or ask for it."""
    app, passwords, sessions = FastAPI(openapi_url=None), dict[str, str](), set[str]()

    def on(goal: str) -> Response:
        return _raw(goal if _inward(goal) or not inward else "/")

    def enter(email: str, password: str, goal: str) -> Response:
        if passwords.get(email) != password:
            raise HTTPException(401)
        answer, session = on(goal), secrets.token_hex(16)
        sessions.add(session)
        answer.set_cookie("session", session, httponly=True)
        return answer

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords.setdefault(sent.email, sent.password)

    if form:

        @app.post("/login", openapi_extra=takes_form("email", "password", "next"))
        async def login_by_form(request: Request) -> Response:
            sent = await form_of(request)
            return enter(sent["email"], sent["password"], sent.get("next", "/"))
    else:

        @app.post("/login")
        def login(sent: _Entering) -> Response:
            return enter(sent.email, sent.password, sent.next)

    _signed_in(app, sessions, on)
    return app


def _signed_in(app: FastAPI, sessions: set[str], on: Callable[[str], Response]) -> None:
    @app.get("/logout")
    def logout(next: str = "/", session: Annotated[str, Cookie()] = "") -> Response:  # noqa: A002 - the name that such apps use
        if session not in sessions:
            raise HTTPException(401)
        sessions.discard(session)
        return on(next)

    @app.post("/forward")
    def forward(sent: _Forward, session: Annotated[str, Cookie()] = "") -> Response:
        if session not in sessions:
            raise HTTPException(401)
        return on(sent.url)


@pytest.mark.parametrize("form", [True, False])
@pytest.mark.parametrize("inward", [True, False])
def test_where_signing_in_and_out_lead_to_is_found_out(*, form: bool, inward: bool) -> None:
    """A member of the sign-in, or of a sign-out that ends the session each time, is tried too."""
    out = {"path": "/logout", "method": "GET"}
    people = {**cookie_people(form=form), "sign_out": out}
    came = attacked(_signing_in(form=form, inward=inward), redirects, file={"people": people})
    expected = {("136", route) for route in ("POST /login", "GET /logout", "POST /forward")}
    assert came.findings == (set() if inward else expected), came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_a_row_that_cannot_be_made_redirects_nobody() -> None:
    """Where nothing can be asked for and no URL is taken, the attack does not apply."""
    app = lab_app()

    @app.post("/papers")
    def create(me: Me) -> dict[str, str]:
        raise HTTPException(503, f"not now, {me}")

    @app.get("/papers/{paper_id}")
    def read(paper_id: str, me: Me) -> dict[str, str]:
        return {"id": paper_id, "of": me}

    came = attacked(app, redirects)
    assert came.said(Outcome.NOT_APPLICABLE)["136", "GET /papers/{paper_id}"] == (
        "it takes no URL to go on to"
    )

"""Pages, spellings and cookies that tell too much, and Better Auth's where there is no cookie."""

import secrets
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import pytest
import trustme
from fastapi import FastAPI, Header, HTTPException, Request, Response
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.campaign import run
from gatepost.attacks.listener import Listener
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import operations_of_app
from gatepost.attacks.trials.cookies import cookies
from gatepost.attacks.trials.page_headers import page_headers
from gatepost.attacks.trials.posing import posing
from gatepost.attacks.trials.published_files import published_files
from gatepost.attacks.trials.session_endpoints import session_endpoints
from gatepost.attacks.trials.spellings import spellings
from tests.attacks.kit.lab import LAB, PEOPLE, Attacked, Credentials, Me, attacked, lab_app
from tests.attacks.kit.test_targets import over_tls
from tests.attacks.kit.token_app import Address, Note

Next = Callable[[Request], Awaitable[Response]]
_SAFE = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff"}


def _ended(came: Attacked, number: str, where: str = "None") -> tuple[Outcome, str]:
    verdict = came.verdicts[number, where]
    return verdict.outcome, verdict.says


@pytest.mark.parametrize(
    ("headers", "outcome", "says"),
    [
        (_SAFE, Outcome.REFUSED, ""),
        ({"X-Frame-Options": "DENY"}, Outcome.REMARK, "a page has no X-Content-Type-Options"),
        (
            {**_SAFE, "X-Powered-By": "gunicorn/20.1"},
            Outcome.REMARK,
            "X-Powered-By tells a version",
        ),
        ({**_SAFE, "X-Powered-By": "care"}, Outcome.REFUSED, ""),
    ],
)
def test_what_the_headers_of_a_page_say_is_told(
    headers: dict[str, str], outcome: Outcome, says: str
) -> None:
    """A page that may be taken for another kind, and a version, are remarks."""
    app = lab_app()

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse("<p>welcome</p>", headers=headers)

    ended = _ended(attacked(app, page_headers), "184")
    assert (ended[0], ended[1].startswith(says)) == (outcome, True)


def _mailing(hole: str) -> FastAPI:
    app, outbox = lab_app(), list[str]()

    def host_of(request: Request, place: str) -> str:
        return request.headers["host"] if hole == place else "lab.example"

    @app.post("/forgotten")
    def forgotten(sent: Address, request: Request) -> dict[str, str]:
        outbox.append(f"{sent.email}: https://{host_of(request, 'message')}/reset")
        return {"sent": f"https://{host_of(request, 'answer')}/reset"}

    @app.post("/desks")
    def furnish(me: Me) -> None:
        raise HTTPException(503, f"not now, {me}")

    @app.post("/desks/{desk_id}/invitations")
    def invite(desk_id: str, me: Me) -> dict[str, str]:
        return {"desk": desk_id, "of": me}

    @app.get("/outbox")
    def read(me: Me) -> list[str]:
        return [*outbox, me]

    @app.get("/me")
    def profile(me: Me, request: Request) -> dict[str, str]:
        return {"email": me, "self": f"https://{host_of(request, 'page')}/me"}

    return app


@pytest.mark.parametrize(
    ("hole", "outcome", "says"),
    [
        ("", Outcome.REFUSED, ""),
        ("answer", Outcome.FINDING, "Host: evil.test makes the link that is given out"),
        ("message", Outcome.FINDING, "Host: evil.test makes the link in a message"),
        ("page", Outcome.REMARK, "Host: evil.test is in the answer"),
    ],
)
def test_a_link_to_whatever_host_was_asked_for_is_told(
    hole: str, outcome: Outcome, says: str
) -> None:
    """The attacker's Host in a link that is mailed is found, and in an answer it is a remark."""
    reset = {"path": "/forgotten", "body": {"email": "{email}"}}
    came = attacked(_mailing(hole), page_headers, file={"people": {**PEOPLE, "reset": reset}})
    assert _ended(came, "185") == (outcome, says)


def _answering(where: str, answer: Callable[[], Response]) -> FastAPI:
    app = lab_app()

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        return {"email": me}

    @app.middleware("http")
    async def odd(request: Request, call_next: Next) -> Response:
        raw = request.scope["raw_path"].decode("latin-1")
        hit = raw.endswith(where) or request.url.query.endswith(where)
        return answer() if hit else await call_next(request)

    async def files(scope, receive, send):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - a bare ASGI app
        await PlainTextResponse("none", 404)(scope, receive, send)

    app.mount("/assets", files)
    return app


def _broken() -> Response:
    return PlainTextResponse("broken", 500)


def _listing() -> Response:
    return HTMLResponse("<title>Index of /assets</title>")


def _passwd() -> Response:
    return PlainTextResponse("root:x:0:0:root:/root:/bin/sh")


@pytest.mark.parametrize(
    ("where", "answer", "found", "says"),
    [
        ("/assets/", _listing, ("18.f", "GET /assets/*"), "shown what is in the folder"),
        ("/assets//etc/passwd", _passwd, ("18.s", "GET /assets/*"), "leaves the folder"),
        ("a%00b", _broken, ("18.s", "GET /assets/*"), "is answered 500"),
        ("/me%00", _broken, ("14", "GET /me"), "the spelling is answered 500"),
        ("/%zz", _broken, ("19", "None"), "'/%zz' is answered 500"),
    ],
)
def test_an_odd_target_that_is_answered_is_told(
    where: str, answer: Callable[[], Response], found: tuple[str, str], says: str
) -> None:
    """What a target shows or breaks that nobody should ask for is found."""
    came = attacked(
        _answering(where, answer), published_files, spellings,
        file={"public": {"GET /assets/*": "the page's own files"}},
    )  # fmt: skip
    assert came.findings == {found}, came.said(Outcome.FINDING)
    assert says in came.said(Outcome.FINDING)[found]


def test_documentation_that_is_public_on_purpose_is_not_told() -> None:
    """What no route shows and the attack file declares is meant to be seen."""

    def schema() -> Response:
        return JSONResponse({"openapi": "3.1.0"})

    app = _answering("/swagger-ui", schema)
    assert attacked(app, published_files).findings == {("18.d", "None")}
    file: dict[str, object] = {"public": {"GET /swagger-ui": "for everybody"}}
    assert ("18.d", "None") not in attacked(app, published_files, file=file).findings


def _leaking(hole: str) -> FastAPI:
    app, notes = lab_app(), list[tuple[str, str]]()

    @app.post("/notes", status_code=201)
    def write(sent: Note, me: Me) -> dict[str, int]:
        notes.append((me, sent.text))
        return {"id": len(notes)}

    @app.get("/notes/{note_id}")
    def read(note_id: int, me: Me, kind: str) -> str:
        owner, text = notes[note_id - 1] if 0 < note_id <= len(notes) else ("", "")
        if owner != me:
            raise HTTPException(404, f"no {kind}")
        return text

    @app.get("/things")
    def things() -> list[str]:
        return []

    @app.middleware("http")
    async def odd(request: Request, call_next: Next) -> Response:
        target = f"{request.url.path}?{request.url.query}"
        hit = {"spelled": target.startswith("/NOTES/1?kind="), "nowhere": "/nothing-" in target}
        if hit.get(hole):
            return JSONResponse({"detail": notes}, 404)
        return await call_next(request)

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set[tuple[str, str]]()),
        ("spelled", {("14", "GET /notes/{note_id}")}),
        ("nowhere", {("19", "None")}),
    ],
)
def test_what_leaks_beside_a_refusal_is_found_out(hole: str, found: set[tuple[str, str]]) -> None:
    """What is hers comes out though the status is a refusal, and with the query that it needs."""
    app = _leaking(hole)
    came = attacked(app, spellings)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert _ended(came, "14", "GET /things") == (
        Outcome.NOT_APPLICABLE, "it is open to strangers as it stands: see 1.1",
    )  # fmt: skip


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

"""Sessions of apps that answer in their own way: what is a credential there, and what ends it."""

import secrets
from typing import Annotated

import pytest
from fastapi import Cookie, FastAPI, Header, HTTPException, Response
from starlette.responses import JSONResponse, PlainTextResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.accounts import accounts
from gatepost.attacks.trials.lifecycle import lifecycle
from gatepost.attacks.trials.refreshing import refreshing
from tests.attacks.kit.cookie_lab import cookie_people
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app
from tests.attacks.kit.test_session_endpoints import _app as better_auth_app

_COOKIE_PEOPLE = {name: step for name, step in cookie_people().items() if name != "sign_out"}


def _nothing_works() -> None:
    raise HTTPException(503)


def _with_visits(status: int) -> FastAPI:
    """Make an app whose visitors have a session before they sign in, and keep it."""
    app, passwords, sessions = FastAPI(openapi_url=None), dict[str, str](), dict[str, str]()

    @app.get("/")
    def visit(response: Response, sid: Annotated[str, Cookie()] = "") -> None:
        if sid in sessions:
            return
        session = secrets.token_hex(16)
        sessions[session] = ""
        response.set_cookie("sid", session)

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials, sid: Annotated[str, Cookie()] = "") -> Response:
        if passwords.get(sent.email) != sent.password:
            raise HTTPException(401)
        if status == 409 and sid and sessions.get(sid) != sent.email:
            raise HTTPException(409, "there is another session already")
        answer = Response(status_code=min(status, 303), headers={"Location": "/"})
        kept = sid if sid in sessions else secrets.token_hex(16)
        sessions[kept] = sent.email
        if kept != sid:
            answer.set_cookie("sid", kept)
        return answer

    app.post("/desks")(_nothing_works)
    app.post("/desks/{desk_id}/papers")(_nothing_works)

    @app.get("/me")
    def me(sid: Annotated[str, Cookie()] = "") -> dict[str, str]:
        if not sessions.get(sid):
            raise HTTPException(401)
        return {"email": sessions[sid]}

    return app


@pytest.mark.parametrize(
    ("status", "found"), [(204, {"99.1", "99.2"}), (303, {"99.1", "99.2"}), (409, set[str]())]
)
def test_a_session_that_is_kept_without_a_word_is_told(status: int, found: set[str]) -> None:
    """A session of before that becomes the victim's is told, though no answer sets it again."""
    came = attacked(
        _with_visits(status), lifecycle,
        file={"people": _COOKIE_PEOPLE, "public": {"* /": "a page", "* /desks": "broken"}},
        only=lambda trial: trial.attack.number == 99,
    )  # fmt: skip
    assert {number for number, _ in came.findings} == found, came.verdicts
    assert came.said(Outcome.INCONCLUSIVE) == {}
    assert all("is the victim's" in each for each in came.said(Outcome.FINDING).values())


def _that_says_so(*, by_cookie: bool, careless: bool) -> FastAPI:
    """Make an app that answers 200 to a wrong password as well, and says in words what it is."""
    app, known = lab_app(), dict[str, str]()

    @app.post("/enter")
    def enter(sent: Credentials) -> Response:
        good = LAB.passwords.get(sent.email) == sent.password or (
            careless and sent.password and sent.email in LAB.passwords
        )
        token = secrets.token_urlsafe(24)
        if good:
            known[token] = sent.email
        if not by_cookie:
            return JSONResponse({"token": token} if good else {"error": "wrong"})
        answer = PlainTextResponse("welcome" if good else "wrong")
        if sent.email in LAB.passwords:
            answer.set_cookie("theme", "dark")
        if good:
            answer.set_cookie("session", token)
        return answer

    @app.get("/me")
    def me(
        session: Annotated[str, Cookie()] = "", authorization: Annotated[str, Header()] = ""
    ) -> dict[str, str]:
        email = known.get(session or authorization.removeprefix("Bearer "))
        if email is None:
            raise HTTPException(401)
        return {"email": email}

    return app


@pytest.mark.parametrize("by_cookie", [True, False])
@pytest.mark.parametrize("careless", [True, False])
def test_who_is_told_no_in_words_is_not_signed_in(*, by_cookie: bool, careless: bool) -> None:
    """A 200 that gives no credential signs nobody in, and one for any password is told."""
    step = {**dict(PEOPLE["sign_in"]), "path": "/enter"}  # type: ignore[call-overload] # a table
    step["token"] = None if by_cookie else "token"
    came = attacked(
        _that_says_so(by_cookie=by_cookie, careless=careless), accounts,
        file={"people": {**PEOPLE, "sign_in": step}},
        only=lambda trial: trial.attack.number in {144, 145},
    )  # fmt: skip
    found = {number for number, _ in came.findings}
    assert ("144.1" in found) == careless
    assert careless or found == set(), came.said(Outcome.FINDING)
    assert came.verdicts["145.1", "POST /enter"].outcome is Outcome.REFUSED


def test_where_nothing_can_be_read_a_sign_in_shows_nothing() -> None:
    """A token for any password tells nothing where nothing tells whether it is a good one."""
    app = lab_app()

    @app.post("/enter")
    def enter(sent: Credentials) -> dict[str, str]:
        return {"token": f"of {sent.email}"}

    step = {**dict(PEOPLE["sign_in"]), "path": "/enter"}  # type: ignore[call-overload] # a table
    came = attacked(
        app, accounts, file={"people": {**PEOPLE, "sign_in": step}},
        only=lambda trial: trial.attack.id == "144.1",
    )  # fmt: skip
    said = came.said(Outcome.INCONCLUSIVE)
    assert set(said.values()) == {"there is nothing that a signed-in person may read"}


def _picky(*, places: int, signs_out: bool) -> FastAPI:
    app, known = lab_app(), list[str]()

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        known.extend([me] if me not in known else [])
        if me in known[places:]:
            raise HTTPException(403, "the app is full")
        return {"email": me}

    @app.post("/leave")
    def leave(me: Me) -> dict[str, str]:
        if not signs_out:
            raise HTTPException(400, "not from here")
        return {"left": me}

    return app


@pytest.mark.parametrize(
    ("places", "signs_out", "outcome", "says"),
    [
        (0, True, Outcome.INCONCLUSIVE, "is refused before anything has ended"),
        (99, False, Outcome.INCONCLUSIVE, "signing out is answered 400"),
        (99, True, Outcome.FINDING, "goes on opening the app"),
    ],
)
def test_what_has_not_ended_shows_nothing(
    places: int,
    signs_out: bool,  # noqa: FBT001 - a column
    outcome: Outcome,
    says: str,
) -> None:
    """Only a session that was good and was ended shows by going on that it should not."""
    people = {**PEOPLE, "sign_out": {"path": "/leave", "body": {}}}
    came = attacked(
        _picky(places=places, signs_out=signs_out), lifecycle, file={"people": people},
        only=lambda trial: (trial.attack.id, str(trial.operation)) == ("91.1", "GET /me"),
    )  # fmt: skip
    assert [says in each for each in came.said(outcome).values()] == [True], came.verdicts


@pytest.mark.parametrize("ends", [True, False])
def test_a_session_of_better_auth_that_gives_tokens_after_its_end_is_told(*, ends: bool) -> None:
    """A cookie that still gets a token after its sign-out is told, though it opens nothing else."""
    app, ended = better_auth_app(""), set[str]()

    @app.middleware("http")
    async def tokens(request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        session = request.cookies.get("session", "")
        if request.url.path.endswith("/sign-out"):
            ended.add(session)
        if request.url.path.endswith("/token"):
            gone = session in ended and ends
            return JSONResponse({}, 401) if gone else JSONResponse({"token": f"t-{session}"})
        return await call_next(request)

    @app.get("/me")
    def me(authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        if not authorization.startswith("Bearer t-"):
            raise HTTPException(401)
        return {"of": authorization}

    came = attacked(
        app, lifecycle, file={"people": {"kind": "better-auth"}},
        only=lambda trial: trial.attack.id == "92.1",
    )  # fmt: skip
    assert came.outcomes("92.1") == {Outcome.REFUSED if ends else Outcome.FINDING}, came.verdicts


@pytest.mark.parametrize(("reuse", "found"), [(True, {"93.1"}), (False, set[str]())])
def test_a_refresh_cookie_beside_a_token_is_attacked(*, reuse: bool, found: set[str]) -> None:
    """Where the credential is a token and the refresh token a cookie, that goes along as well."""
    app, refreshes = lab_app(), dict[str, str]()

    def give(response: Response, email: str) -> dict[str, str]:
        refresh = secrets.token_urlsafe(24)
        refreshes[refresh] = email
        response.set_cookie("refresh", refresh)
        return {"token": LAB.sign_in(Credentials(email=email, password=LAB.passwords[email]))}

    @app.post("/enter")
    def enter(sent: Credentials, response: Response) -> dict[str, str]:
        if LAB.passwords.get(sent.email) != sent.password:
            raise HTTPException(401)
        return give(response, sent.email)

    @app.post("/again")
    def again(response: Response, refresh: Annotated[str, Cookie()] = "") -> dict[str, str]:
        email = refreshes.get(refresh) if reuse else refreshes.pop(refresh, None)
        if email is None:
            raise HTTPException(401)
        return give(response, email)

    @app.get("/me")
    def me(me: Me) -> dict[str, str]:
        return {"email": me}

    step = {**dict(PEOPLE["sign_in"]), "path": "/enter"}  # type: ignore[call-overload] # a table
    people = {**PEOPLE, "sign_in": step, "refresh": {"path": "/again", "token": "token"}}
    came = attacked(app, refreshing, file={"people": people}, only=lambda t: t.attack.id == "93.1")
    assert {number for number, _ in came.findings} == found, came.verdicts

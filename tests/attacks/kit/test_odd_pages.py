"""Pages, spellings and cookies that tell too much, and Better Auth's where there is no cookie."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.page_headers import page_headers
from gatepost.attacks.trials.published_files import published_files
from gatepost.attacks.trials.spellings import spellings
from tests.attacks.kit.lab import PEOPLE, Attacked, Me, attacked, lab_app
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

"""What stands behind a door that answers oddly: what can be told of it is, and nothing more."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Query, Request, Response
from starlette.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.transport import transport
from gatepost.attacks.trials.unread_bodies import unread_bodies
from tests.attacks.kit.lab import LAB, Attacked, Me, attacked, lab_app
from tests.attacks.kit.token_app import Note

Next = Callable[[Request], Awaitable[Response]]


def _laxly(
    authorization: Annotated[str | None, Header()] = None,
    access_token: Annotated[str, Query()] = "",
    token: Annotated[str, Cookie()] = "",
) -> str:
    return LAB.who(authorization or f"Bearer {access_token or token}")


def _signed_in(request: Request) -> bool:
    try:
        return bool(LAB.who(request.headers.get("authorization")))
    except HTTPException:
        return False


def _only(attacked_operation: str, app: FastAPI, *numbers: str) -> Attacked:
    return attacked(
        app, transport,
        only=lambda trial: str(trial.operation) == attacked_operation
        and (not numbers or trial.attack.id in numbers),
    )  # fmt: skip


def test_a_row_that_cannot_be_made_is_asked_for_all_the_same() -> None:
    """Who learns, as its owner does, that a row is not there has come through the door."""
    app, asked = lab_app(), list[UUID]()

    @app.post("/papers")
    def create(me: Me) -> None:
        raise HTTPException(503, f"not now, {me}")

    @app.get("/papers/{paper_id}")
    def read(paper_id: UUID, me: Annotated[str, Depends(_laxly)]) -> None:
        asked.append(paper_id)
        raise HTTPException(404, f"nothing there for one of {len(me) and 'us'}")

    came = _only("GET /papers/{paper_id}", app)
    assert {number for number, _ in came.findings} == {"7.1", "9.2", "9.6"}, came.verdicts
    assert (
        "the answer is the owner's, 404"
        in came.said(Outcome.FINDING)["7.1", "GET /papers/{paper_id}"]
    )
    assert asked, "an id of the form that the path asks for"


@pytest.mark.parametrize(
    ("status", "number", "outcome", "says"),
    [
        (429, "3.7", Outcome.INCONCLUSIVE, "the app limits how often it is asked"),
        (500, "3.7", Outcome.FINDING, "the app breaks: 500"),
        (500, "149.1", Outcome.FINDING, "the app breaks: 500"),
        (401, "3.7", Outcome.REFUSED, ""),
    ],
)
def test_an_odd_scheme_is_answered_with_more_than_a_refusal(
    status: int, number: str, outcome: Outcome, says: str
) -> None:
    """A break over a scheme is a finding, and a call for patience tells nothing."""
    app = lab_app()

    def who(authorization: Annotated[str | None, Header()] = None) -> str:
        if (authorization or "Bearer ").partition(" ")[0] != "Bearer":
            raise HTTPException(status)
        return LAB.who(authorization)

    @app.get("/me")
    def me(who: Annotated[str, Depends(who)]) -> dict[str, str]:
        return {"email": who}

    came = _only("GET /me", app, number)
    assert [says in each for each in came.said(outcome).values()] == [True], came.verdicts


def test_of_a_door_that_nobody_opens_nothing_is_told() -> None:
    """Where the owner is refused as everybody is, a refusal shows nothing."""
    app = lab_app()

    @app.get("/me")
    def me(who: Me) -> None:
        raise HTTPException(401, f"not even {who}")

    said = _only("GET /me", app).said(Outcome.INCONCLUSIVE)
    assert set(said.values()) == {"the owner is answered 401, and so is who sends nonsense"}


def test_without_a_credential_in_the_headers_nothing_is_told() -> None:
    """Where people are known by what is no credential, none can be put in its place."""
    app = FastAPI(openapi_url=None)

    @app.get("/me")
    def me(user_agent: Annotated[str, Header()] = "") -> dict[str, str]:
        return {"of": user_agent}

    people = {"kind": "headers", "alice": {"User-Agent": "alice"}, "bob": {"User-Agent": "bob"}}
    came = attacked(app, transport, file={"people": people})
    assert set(came.said(Outcome.INCONCLUSIVE).values()) == {
        "nothing in a signed-in person's headers looks like a credential"
    }


def _leaving(*, told: bool) -> FastAPI:
    app = lab_app()

    @app.delete("/me")
    def leave(me: Annotated[str, Depends(_laxly)]) -> dict[str, str]:
        LAB.tokens = {token: email for token, email in LAB.tokens.items() if email != me}
        return {"gone": me}

    if told:

        @app.get("/me")
        def show(me: Me) -> dict[str, str]:
            return {"email": me}

    return app


def test_what_ends_a_session_is_tried_with_somebody_new_each_time() -> None:
    """A door by which an owner leaves is tried again with another, and each way in is told."""
    came = _only("DELETE /me", _leaving(told=True))
    assert {number for number, _ in came.findings} == {"7.1", "9.6"}, came.verdicts


def test_what_ends_a_session_tells_nothing_by_itself() -> None:
    """Where nothing tells whether a credential is good, nobody is sent away to find out."""
    said = _only("DELETE /me", _leaving(told=False)).said(Outcome.INCONCLUSIVE)
    assert set(said.values()) == {"nothing tells whether a credential is good"}


def _odd_refusals(folder: Path) -> FastAPI:
    app, notes = lab_app(), list[str]()
    app.mount("/media", StaticFiles(directory=folder))
    odd: dict[str, Response] = {
        "/away": RedirectResponse("/login", 303),
        "/broken": Response(status_code=500),
        "/hidden": Response(status_code=404),
        "/early": Response(status_code=422),
    }

    @app.middleware("http")
    async def gate(request: Request, call_next: Next) -> Response:
        path = request.url.path
        if path == "/notes" and not _signed_in(request):
            return Response(f"not for you: {notes}", 403)
        return await call_next(request) if _signed_in(request) else odd.get(path) or (
            await call_next(request)
        )  # fmt: skip

    @app.post("/early", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, int]:
        notes.append(f"{me} {sent.text}")
        return {"id": len(notes)}

    for path in ("/notes", "/away", "/broken", "/hidden"):
        app.get(path)(lambda: {"notes": list(notes)})

    @app.get("/ruins")
    def ruins() -> None:
        raise HTTPException(500)

    @app.get("/beta")
    def beta() -> None:
        raise HTTPException(404)

    return app


def test_odd_refusals_are_told_for_what_they_are(tmp_path: Path) -> None:
    """A refusal that leaks or breaks is a finding, an odd one a remark, and no answer is none."""
    app = _odd_refusals(tmp_path)
    came = attacked(app, anonymous)
    outcomes = {where.removeprefix("GET "): verdict.outcome
                for (_, where), verdict in came.verdicts.items()}  # fmt: skip
    assert outcomes == {
        "/notes": Outcome.FINDING,
        "/away": Outcome.REFUSED,
        "/broken": Outcome.FINDING,
        "/hidden": Outcome.REFUSED,
        "POST /early": Outcome.REMARK,
        "/ruins": Outcome.INCONCLUSIVE,
        "/beta": Outcome.NOT_APPLICABLE,
        "/media/*": Outcome.NOT_APPLICABLE,
    }, came.verdicts
    assert "what is Alice's" in came.said(Outcome.FINDING)["1.1", "GET /notes"]


def test_where_anybody_is_let_in_no_credential_is_tried() -> None:
    """Of an operation that is open everything else would say the same once more."""
    app = lab_app()

    @app.get("/things")
    def read() -> list[str]:
        return []

    @app.post("/things")
    def create(sent: dict[str, str]) -> dict[str, int]:
        return {"id": len(sent)}

    came = attacked(app, transport, unread_bodies)
    says = set(came.said(Outcome.NOT_APPLICABLE).values())
    assert says == {"a stranger gets in without anything, as 1.1 says"}
    assert {number for number, _ in came.verdicts} >= {"3.7", "149.1", "15.1"}


def test_other_verbs_that_are_open_let_nobody_in() -> None:
    """That browsers are told of the verbs, or that another verb is open to all, is no way in."""
    app = lab_app()

    @app.get("/things")
    def read(me: Me) -> list[str]:
        return [me]

    @app.post("/things")
    def ask() -> dict[str, str]:
        return {"found": "nothing"}

    @app.options("/things", include_in_schema=False)
    def verbs() -> Response:
        return Response(status_code=204, headers={"Allow": "GET, POST"})

    came = attacked(app, transport, file={"public": {"POST /things": "a search"}})
    assert came.findings == set(), came.said(Outcome.FINDING)
    assert came.verdicts["13.OPTIONS", "GET /things"].outcome is Outcome.REFUSED
    assert came.verdicts["12.34", "GET /things"].says == "POST is open there"

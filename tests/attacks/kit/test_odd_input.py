"""Hostile input to apps that break late, for others, or for everybody: what is told of it."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.error_pages import error_pages
from gatepost.attacks.trials.file_names import file_names
from gatepost.attacks.trials.hostile_bodies import hostile_bodies
from gatepost.attacks.trials.hostile_targets import hostile_targets
from gatepost.attacks.trials.markup import markup
from gatepost.attacks.trials.outbound import outbound
from tests.attacks.kit.lab import LAB, PEOPLE, Attacked, Me, attacked, lab_app


class _Score(BaseModel):
    points: float


class _Link(BaseModel):
    url: str


def _outcome(came: Attacked, number: str, where: str) -> tuple[Outcome, str]:
    verdict = came.verdicts[number, where]
    return verdict.outcome, verdict.says


def _scores(does: str) -> FastAPI:
    app, scores = lab_app(), list[tuple[str, float]]()

    @app.post("/scores", status_code=201)
    def add(sent: _Score, me: Me) -> dict[str, int]:
        if does == "always breaks":
            raise HTTPException(500)
        scores.append((me, sent.points))
        return {"id": len(scores)}

    @app.get("/scores")
    def every(me: Me) -> Response:
        shown = [points for who, points in scores if who == me or does == "breaks for all"]
        odd = any(points < 0 for points in shown) if does == "breaks later" else (
            does == "breaks for all" and any(points != points for points in shown)  # noqa: PLR0124 - NaN
        )  # fmt: skip
        return Response(str(len(shown)), 500 if odd else 200, media_type="application/json")

    return app


@pytest.mark.parametrize(
    ("does", "number", "where", "outcome", "says"),
    [
        ("works", "166.1", "POST /scores", Outcome.REFUSED, ""),
        (
            "breaks later", "166.1", "POST /scores",
            Outcome.FINDING, "what was taken cannot be read again",
        ),
        (
            "breaks for all", "166.5", "None",
            Outcome.FINDING, "what one person has sent breaks what another one reads",
        ),
        (
            "always breaks", "166.1", "POST /scores",
            Outcome.INCONCLUSIVE, "a proper request is answered 500 as well",
        ),
        ("always breaks", "166.2", "POST /scores", Outcome.REFUSED, ""),
    ],
)  # fmt: skip
def test_what_breaks_after_it_was_taken_is_told(
    does: str, number: str, where: str, outcome: Outcome, says: str
) -> None:
    """What is taken has to be read again, by whoever reads it; what never worked shows nothing."""
    came = attacked(_scores(does), hostile_bodies, only=lambda trial: trial.attack.id == number)
    assert _outcome(came, number, where) == (outcome, says)


def test_what_no_row_can_be_made_for_is_attacked_all_the_same() -> None:
    """A body that breaks before its row is looked for does so for any row."""
    app = lab_app()

    @app.post("/papers")
    def create(me: Me) -> None:
        raise HTTPException(503, f"not now, {me}")

    @app.post("/papers/{paper_id}/scores")
    def add(paper_id: str, sent: Annotated[dict[str, object] | None, Body()], me: Me) -> None:
        raise HTTPException(404 if sent else 500, f"no {paper_id} of {me}")

    came = attacked(app, hostile_bodies, only=lambda trial: trial.attack.id == "166.2")
    assert came.findings == {("166.2", "POST /papers/{paper_id}/scores")}, came.verdicts


def _hangs_up(q: str) -> Iterator[str]:
    yield "half"
    if q:
        raise RuntimeError("hangs up")


def test_a_parameter_that_comes_twice_is_told_and_a_server_that_hangs_up_is_not() -> None:
    """A list where one value was meant breaks an app; a connection that ends tells nothing."""
    app = lab_app()

    @app.get("/twice")
    def twice(request: Request, me: Me, q: str = "") -> dict[str, str]:
        if len(request.query_params.getlist("q")) > 1:
            raise HTTPException(500)
        return {"of": me, "q": str(len(q))}

    @app.get("/hangs")
    def hangs(me: Me, q: str = "") -> Response:
        return StreamingResponse(_hangs_up(q and me), headers={"Content-Length": "9"})

    came = attacked(app, hostile_targets, only=lambda trial: trial.attack.id == "166.4")
    assert came.said(Outcome.FINDING) == {("166.4", "GET /twice"): "q twice is answered 500"}
    assert came.verdicts["166.4", "GET /hangs"].outcome is Outcome.REFUSED


def _breaking_links(at: str) -> FastAPI:
    app = lab_app()

    @app.post("/links", status_code=201)
    def add(sent: _Link, me: Me) -> dict[str, str]:
        if at and at in sent.url:
            raise HTTPException(500)
        return {"id": me}

    @app.get("/pages")
    def page(me: Me, filename: str = "") -> dict[str, str]:
        if at == ".." and ".." in filename:
            raise HTTPException(500)
        return {"of": me}

    return app


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("", set[tuple[str, str]]()),
        ("127.0.0.1", {("178", "POST /links")}),
        ("/etc/passwd", {("179", "POST /links")}),
        ("..", {("177", "GET /pages")}),
    ],
)
def test_an_address_that_breaks_an_app_is_told(at: str, found: set[tuple[str, str]]) -> None:
    """An address or a name that an app does not expect is no reason to break."""
    came = attacked(_breaking_links(at), outbound, file_names)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert all("is answered 500" in each for each in came.said(Outcome.FINDING).values())


def test_a_pin_is_no_password() -> None:
    """Where nobody signs in with a password none can be repeated."""
    app = lab_app()

    @app.post("/enter")
    def enter(sent: dict[str, str]) -> dict[str, str]:
        token = f"{len(LAB.tokens)}-of-{sent['email']}"
        return {"token": token}

    step = {"path": "/enter", "body": {"email": "{email}", "pin": "0000"}, "token": "token"}
    came = attacked(app, error_pages, file={"people": {**PEOPLE, "sign_in": step}})
    assert _outcome(came, "180", "None") == (
        Outcome.NOT_APPLICABLE, "nobody signs in with a password",
    )  # fmt: skip


def test_a_text_is_not_looked_for_where_its_row_is_not() -> None:
    """What reads other rows than the new one is not asked, and nothing is made for it."""
    app, vaults, notes = lab_app(), list[str](), dict[str, str]()

    @app.post("/vaults", status_code=201)
    def lock(me: Me) -> dict[str, str]:
        vaults.append(me)
        return {"id": f"vault-{len(vaults)}"}

    @app.get("/vaults/{vault_id}/doors/{door_id}")
    def look(vault_id: str, door_id: str, me: Me) -> dict[str, str]:
        return {"vault": vault_id, "door": door_id, "of": me}

    @app.post("/notes", status_code=201)
    def note(sent: _Link, me: Me) -> dict[str, str]:
        notes[me] = sent.url
        return {"said": "thank you"}

    came = attacked(app, markup, only=lambda trial: str(trial.operation) == "POST /notes")
    assert came.findings == set()
    assert vaults == []

"""Calls that are made once, verbs that nobody declared, and orders that tell what is hidden."""

import secrets
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.oracles import oracles
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.outbound import outbound
from gatepost.attacks.trials.unread_bodies import unread_bodies
from gatepost.attacks.trials.verbs import verbs
from tests.attacks.kit.lab import Attacked, Me, attacked, lab_app

Next = Callable[[Request], Awaitable[Response]]


class _Link(BaseModel):
    url: str


class _Order(StrEnum):
    NAME = "name"
    DAY = "day"


def _outcome(came: Attacked, number: str, where: str) -> tuple[Outcome, str]:
    verdict = came.verdicts[number, where]
    return verdict.outcome, verdict.says


def _one_call(app: FastAPI, boxes: int) -> FastAPI:
    made = list[str]()

    @app.post("/boxes", status_code=201)
    def create(me: Me) -> dict[str, str]:
        if len(made) >= boxes:
            raise HTTPException(409, "no more boxes")
        made.append(me)
        return {"id": str(len(made))}

    return app


def test_a_call_that_cannot_be_made_again_is_told() -> None:
    """An app that calls whom it is told is found, also where it does so only once."""
    app = _one_call(lab_app(), 1)

    @app.post("/boxes/{box_id}/fetch")
    def fetch(box_id: str, sent: _Link, me: Me) -> dict[str, str]:
        try:
            came = httpx.get(sent.url, timeout=5).text
        except (httpx.HTTPError, httpx.InvalidURL):
            came = "nothing"
        return {"box": box_id, "of": me, "came": came}

    came = attacked(app, outbound, only=lambda trial: trial.attack.id == "178")
    assert came.findings == {("178", "POST /boxes/{box_id}/fetch")}, came.verdicts
    assert "wherever it is redirected" not in str(came.said(Outcome.FINDING))


def _tales(does: str) -> FastAPI:
    app, tales = lab_app(), dict[str, tuple[str, str]]()

    @app.post("/tales", status_code=201)
    def write(sent: _Link, me: Me) -> dict[str, str]:
        number = str(len(tales) + 1)
        tales[number] = (me, sent.url)
        return {"id": number}

    @app.get("/tales/{tale_id}")
    def read(tale_id: str, me: Me) -> dict[str, str]:
        owner, text = tales.get(tale_id, ("", ""))
        if owner != me:
            raise HTTPException(429 if owner and does == "limits" else 404)
        if does == "keeps one" and tale_id != "1":
            raise HTTPException(410)
        return {"text": text}

    @app.middleware("http")
    async def other_verbs(request: Request, call_next: Next) -> Response:
        number = request.url.path.rpartition("/")[2]
        if request.method == "PATCH" and does == "tells" and number in tales:
            return Response(tales[number][1])
        return await call_next(request)

    return app


@pytest.mark.parametrize(
    ("does", "outcome", "says"),
    [
        ("is sound", Outcome.NOT_APPLICABLE, ""),
        ("tells", Outcome.FINDING, "PATCH gives Bob what is Alice's"),
        ("keeps one", Outcome.INCONCLUSIVE, "Alice cannot read her row"),
    ],
)
def test_a_verb_that_nobody_declared_is_told(does: str, outcome: Outcome, says: str) -> None:
    """A verb that shows another's row is found, where the row can be read to begin with."""
    ended = _outcome(attacked(_tales(does), verbs), "126", "GET /tales/{tale_id}")
    assert ended[1].startswith(says)
    assert (ended[0] is outcome) or (does == "is sound" and ended[0] is Outcome.REFUSED)


def test_an_app_that_asks_for_patience_is_not_judged() -> None:
    """Who is told to ask more slowly has been refused nothing."""
    came = attacked(_tales("limits"), others_rows)
    said = came.said(Outcome.INCONCLUSIVE)["105", "GET /tales/{tale_id}"]
    assert said == "the app limits its rate (429): attack it more slowly"


def _sorted(does: str) -> FastAPI:
    app = lab_app()

    @app.get("/people")
    def people(me: Me, sort: Annotated[str, Query()] = "name") -> list[str]:
        if does == "breaks" and sort == "password_hash":
            raise HTTPException(500)
        known = ["ada", "bea"]
        return known[::-1] if does == "sorts" and sort == "password_hash" else known * bool(me)

    @app.get("/things")
    def things(me: Me, sort: _Order | str = "name") -> list[str]:
        return [me] if sort != "password_hash" else []

    return app


@pytest.mark.parametrize(
    ("does", "shared", "outcome"),
    [
        ("is sound", False, Outcome.REFUSED),
        ("breaks", False, Outcome.FINDING),
        ("sorts", False, Outcome.REMARK),
        ("sorts", True, Outcome.FINDING),
    ],
)
def test_sorting_by_what_nobody_sees_is_told(
    does: str,
    shared: bool,  # noqa: FBT001 - a column
    outcome: Outcome,
) -> None:
    """An order that only a hidden member explains tells that member, of others where all see it."""
    file: dict[str, object] = {"shared": {"GET /people": "all see all"}} if shared else {}
    came = attacked(
        _sorted(does), oracles, file=file, only=lambda trial: trial.attack.id == "110.1"
    )
    assert came.verdicts["110.1", "GET /people"].outcome is outcome, came.verdicts
    assert came.verdicts["110.1", "GET /things"].outcome is Outcome.REFUSED


@pytest.mark.parametrize("shown", [True, False])
def test_a_row_that_came_with_another_is_asked_for(*, shown: bool) -> None:
    """Where nobody may make a row, the one that came with something else is asked for by others."""
    app, papers = lab_app(), dict[str, tuple[str, str]]()

    @app.post("/papers")
    def create(me: Me) -> None:
        raise HTTPException(402, f"{me} has to pay")

    @app.post("/desks", status_code=201)
    def furnish(sent: _Link, me: Me) -> dict[str, str]:
        number = secrets.token_hex(8)
        papers[number] = (me, sent.url)
        return {"desk": "oak", "paper_id": number}

    @app.get("/papers/{paper_id}")
    def read(paper_id: str, me: Me) -> dict[str, str]:
        owner, text = papers.get(paper_id, ("", ""))
        if not owner or (owner != me and not shown):
            raise HTTPException(404)
        return {"id": paper_id, "text": text}

    came = attacked(app, others_rows)
    assert came.verdicts["105", "GET /papers/{paper_id}"].outcome is (
        Outcome.FINDING if shown else Outcome.REFUSED
    ), came.verdicts


def test_a_strangers_body_that_breaks_the_app_is_told() -> None:
    """A body that is read before anybody is asked who they are must not break the app."""
    app = lab_app()

    @app.middleware("http")
    async def reads(request: Request, call_next: Next) -> Response:
        whole = await request.body() if request.method == "POST" else b""
        return Response(status_code=500) if whole.endswith(b":") else await call_next(request)

    @app.post("/notes")
    def create(sent: dict[str, str], me: Me) -> dict[str, str]:
        return {"of": me, **sent}

    came = attacked(app, unread_bodies, only=lambda trial: trial.attack.id == "15.1")
    assert came.said(Outcome.FINDING) == {("15.1", "POST /notes"): "the app breaks: 500"}

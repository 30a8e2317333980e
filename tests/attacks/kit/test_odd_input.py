"""Hostile input to apps that break late, for others, or for everybody: what is told of it."""

from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from typing import Annotated

import httpx
import pytest
from fastapi import Body, FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.error_pages import error_pages
from gatepost.attacks.trials.file_names import file_names
from gatepost.attacks.trials.hostile_bodies import hostile_bodies
from gatepost.attacks.trials.hostile_targets import hostile_targets
from gatepost.attacks.trials.markup import markup
from gatepost.attacks.trials.oracles import oracles
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.outbound import outbound
from gatepost.attacks.trials.verbs import verbs
from tests.attacks.kit.lab import LAB, PEOPLE, Attacked, Me, attacked, lab_app

Next = Callable[[Request], Awaitable[Response]]


class _Score(BaseModel):
    points: float


class _Order(StrEnum):
    NAME = "name"
    DAY = "day"


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

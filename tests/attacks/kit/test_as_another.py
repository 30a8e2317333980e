"""Requests that name somebody else, and rows below another's: told from apps that ask who it is."""

from typing import Annotated

import pytest
from fastapi import Cookie, FastAPI, Header, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.another import another
from gatepost.attacks.trials.nested import nested
from tests.attacks.kit.lab import LAB, Me, attacked, lab_app


class Named(BaseModel):
    """Whose it is said to be."""

    user_id: int | None = None


class Whose(BaseModel):
    """Asks for somebody's, in a table of its own that may be left out."""

    filter: Named | None = None
    filters: list[Named] = []


class Bio(Named):
    """What somebody says of themselves."""

    bio: str


def _number(email: str) -> int:
    return 1_000 + list(LAB.passwords).index(email)


def _bios(hole: str) -> FastAPI:
    app, bios = lab_app(), dict[int, str]()

    def meant(me: str, said: int | None, way: str) -> int:
        return said if said is not None and hole == way else _number(me)

    @app.get("/me")
    def about(me: Me) -> dict[str, object]:
        return {"id": _number(me), "username": f"Łucja {me}", "bio": bios.get(_number(me), "")}

    @app.put("/me")
    def change(sent: Bio, me: Me) -> str:
        bios[meant(me, sent.user_id, "body")] = sent.bio
        return "changed"

    @app.patch("/me")
    def patch(sent: Bio, me: Me, x_user_id: Annotated[int | None, Header()] = None) -> str:
        bios[meant(me, x_user_id, "header")] = sent.bio
        return "changed"

    @app.delete("/me/bio")
    def clear(me: Me) -> str:
        bios.pop(_number(me), None)
        return "cleared"

    @app.get("/me/bio")
    def read(me: Me) -> str:
        return bios.setdefault(_number(me), f"of {me}")

    @app.put("/me/bio")
    def put(sent: Bio, me: Me, user_id: Annotated[int | None, Cookie()] = None) -> str:
        bios[meant(me, user_id, "cookie")] = sent.bio
        return "changed"

    @app.post("/summaries")
    def summary(sent: Whose, me: Me) -> str:
        first = next((each.user_id for each in sent.filters), None)
        wanted = meant(me, sent.filter.user_id if sent.filter else None, "table")
        wanted = meant(me, first, "list") if hole == "list" else wanted
        return "; ".join(each for each in LAB.passwords if _number(each) == wanted)

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("body", {("151.2", "PUT /me")}),
        ("header", {("151.2", "PATCH /me")}),
        ("cookie", {("151.2", "PUT /me/bio")}),
        ("table", {("151", "POST /summaries")}),
        ("list", {("151", "POST /summaries")}),
    ],
)
def test_whoever_is_named_is_not_who_asks(hole: str, found: set[tuple[str, str]]) -> None:
    """A body, a header or a cookie that says who it is for is found where it is believed."""
    came = attacked(_bios(hole), another)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE) == {}


class Label(BaseModel):
    """What a switch is called."""

    label: str


def _switches(hole: str) -> FastAPI:
    app, boards, switches = lab_app(), list[str](), list[int]()

    def checked(board_id: int, me: str) -> None:
        if board_id > len(boards) or boards[board_id - 1] != me:
            raise HTTPException(404, "no board")

    @app.post("/boards")
    def create(sent: Label, me: Me) -> dict[str, object]:
        boards.append(me)
        return {"id": len(boards), "label": sent.label}

    @app.post("/boards/{board_id}/switches")
    def add(board_id: int, sent: Label, me: Me) -> dict[str, object]:
        checked(board_id, me)
        switches.append(board_id)
        return {"id": len(switches), "label": sent.label}

    @app.get("/boards/{board_id}/switches/{switch_id}")
    def read(board_id: int, switch_id: int, me: Me) -> dict[str, bool]:
        checked(board_id, me)
        there = switch_id <= len(switches)
        inside = there and switches[switch_id - 1] == board_id
        if not (inside or (hole == "child" and there) or hole == "anything"):
            raise HTTPException(404, "no switch")
        return {"on": True}

    return app


@pytest.mark.parametrize(
    ("hole", "outcome"),
    [("", Outcome.REFUSED), ("child", Outcome.FINDING), ("anything", Outcome.REFUSED)],
)
def test_a_row_below_ones_own_is_ones_own(hole: str, outcome: Outcome) -> None:
    """Another's row that shows nothing of theirs is told by how one that nobody has is answered."""
    came = attacked(_switches(hole), nested)
    operation = "GET /boards/{board_id}/switches/{switch_id}"
    assert came.of(outcome) >= {("114", operation)}, came.said(*Outcome)
    assert came.of(Outcome.REFUSED) >= {("114.1", operation)}, came.said(*Outcome)

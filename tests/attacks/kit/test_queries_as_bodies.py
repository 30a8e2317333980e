"""Apps that take everything from the query: the same holes, and the same silence without."""

from itertools import count

import pytest
from fastapi import FastAPI, HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.owners_in_bodies import owners_in_bodies
from gatepost.attacks.trials.references import references
from gatepost.attacks.trials.sums import sums
from tests.attacks.kit.lab import Me, attacked, lab_app


def _wallet(app: FastAPI, hole: str) -> None:
    held = dict[str, int]()

    @app.get("/wallet")
    def wallet(me: Me) -> dict[str, int]:
        return {"balance": held.setdefault(me, 50)}

    @app.post("/spend")
    def spend(amount: int, me: Me) -> dict[str, int]:
        if amount > wallet(me)["balance"] or (amount <= 0 and hole != "amount"):
            raise HTTPException(400, "not that much")
        held[me] -= amount
        return wallet(me)


def _app(hole: str) -> FastAPI:
    app, numbers = lab_app(), count(1)
    pots, notes = dict[int, str](), dict[int, tuple[str, str]]()
    _wallet(app, hole)

    @app.post("/pots")
    def add_pot(name: str, me: Me) -> dict[str, object]:
        number = next(numbers)
        pots[number] = me
        return {"id": number, "name": name}

    @app.get("/pots/{pot_id}")
    def read_pot(pot_id: int, me: Me) -> str:
        if pots.get(pot_id) != me:
            raise HTTPException(404, "no pot")
        return "a pot"

    @app.post("/notes")
    def add_note(text: str, me: Me, owner_id: str = "", pot_id: int = 0) -> dict[str, object]:
        if pot_id and hole != "reference":
            read_pot(pot_id, me)
        number = next(numbers)
        notes[number] = (owner_id if owner_id and hole == "owner" else me, text)
        return {"id": number}

    @app.get("/notes")
    def every(me: Me, pot_id: int = 0) -> list[str]:
        if pot_id and pots.get(pot_id) != me:
            return []
        return [text for who, text in notes.values() if who == me]

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("owner", {("115", "POST /notes")}),
        ("reference", {("117", "POST /notes")}),
        ("amount", {("163.1", "POST /spend")}),
    ],
)
def test_what_a_query_says_is_tried_as_a_body_is(hole: str, found: set[tuple[str, str]]) -> None:
    """Owners, references and amounts that come with the query are tried as those of a body."""
    came = attacked(_app(hole), owners_in_bodies, references, sums)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE, Outcome.REMARK) == {}

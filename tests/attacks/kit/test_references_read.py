"""What a reference to another's row has done, read where it shows: be it granted or refused."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.bulk import bulk
from gatepost.attacks.trials.references import references
from tests.attacks.kit.lab import Me, attacked, lab_app


class Line(BaseModel):
    """One of several, in a card that is named."""

    card_id: int
    text: str


class Lines(BaseModel):
    """Several at once."""

    lines: list[Line]


def _cards(habit: str) -> FastAPI:  # noqa: C901 - many small handlers
    app, cards = lab_app(), list[str]()
    lines: dict[int, list[tuple[str, str]]] = {}

    @app.post("/cards")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, object]:
        cards.append(me)
        lines[len(cards)] = []
        return {"id": len(cards), "name": name}

    def mine(number: int, me: str) -> bool:
        return 0 < number <= len(cards) and cards[number - 1] == me

    if habit != "unseen":

        @app.get("/cards/{card_id}")
        def read(card_id: int, me: Me) -> dict[str, object]:
            if not mine(card_id, me):
                raise HTTPException(404, "no card")
            return {"lines": [text for _, text in lines[card_id]]}

    @app.post("/lines")
    def write(sent: Line, me: Me) -> str:
        if habit == "closed":
            raise HTTPException(409, "not now")
        if not mine(sent.card_id, me):
            if habit != "refuses late" or sent.card_id > len(cards):
                raise HTTPException(404, "no card")
            lines[sent.card_id].append((me, sent.text))
            raise HTTPException(404, "no card")
        lines[sent.card_id].append((me, sent.text))
        return "written"

    @app.post("/lines/bulk")
    def write_all(sent: Lines, me: Me) -> str:
        wrong = [each for each in sent.lines if not mine(each.card_id, me)]
        if wrong and habit in {"", "closed"}:
            raise HTTPException(404, "no card")
        for each in sent.lines:
            if mine(each.card_id, me):
                lines[each.card_id].append((me, each.text))
        if wrong and habit == "halfway":
            raise HTTPException(404, "no card")
        return "written"

    return app


@pytest.mark.parametrize(
    ("habit", "attack_id", "outcome", "says"),
    [
        ("", "117", Outcome.REFUSED, ""),
        ("", "118", Outcome.REFUSED, ""),
        ("refuses late", "117", Outcome.FINDING, "have come together"),
        ("closed", "117", Outcome.INCONCLUSIVE, "cannot do it with their own: 409"),
        ("halfway", "118", Outcome.REMARK, "the others are done all the same"),
        ("unseen", "118", Outcome.INCONCLUSIVE, "shows Alice no row"),
    ],
)
def test_what_a_reference_has_done_is_read(
    habit: str, attack_id: str, outcome: Outcome, says: str
) -> None:
    """A refusal that has written all the same is found; half of a list that is done is remarked."""
    came = attacked(_cards(habit), references, bulk)
    told = {number: each for (number, _), each in came.said(outcome).items()}
    assert attack_id in told, came.said(*Outcome)
    assert says in told[attack_id]

"""Another's rows by their ids: told from sound apps, where nothing is said."""

from itertools import count

import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from tests.attacks.kit.lab import Me, attacked, lab_app


class Note(BaseModel):
    """A note."""

    text: str


def _notes(hole: str) -> FastAPI:
    app, rows, numbers = lab_app(), dict[int, tuple[str, str]](), count(1)

    def mine(note_id: int, me: str, method: str) -> str:
        owner, text = rows.get(note_id, ("", ""))
        if note_id not in rows or (owner != me and hole != method):
            raise HTTPException(403 if hole == "tells" and note_id in rows else 404, "no note")
        return text

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, int]:
        number = next(numbers)
        rows[number] = (me, sent.text)
        return {"id": number}

    @app.get("/notes/{note_id}")
    def read(note_id: int, me: Me) -> Note:
        return Note(text=mine(note_id, me, "GET"))

    @app.put("/notes/{note_id}")
    def change(note_id: int, sent: Note, me: Me) -> Note:
        mine(note_id, me, "PUT")
        rows[note_id] = (rows[note_id][0], sent.text)
        return Note(text="changed")

    @app.delete("/notes/{note_id}", status_code=204)
    def delete(note_id: int, me: Me) -> None:
        mine(note_id, me, "DELETE")
        del rows[note_id]

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("GET", {("105", "GET /notes/{note_id}")}),
        ("PUT", {("106", "PUT /notes/{note_id}")}),
        ("DELETE", {("107", "DELETE /notes/{note_id}")}),
    ],
)
def test_anothers_row_is_found_out(hole: str, found: set[tuple[str, str]]) -> None:
    """A verb that asks for no owner is found, and where all three ask nothing is said."""
    came = attacked(_notes(hole), others_rows, others_changed)
    assert came.findings == found
    assert came.of(Outcome.INCONCLUSIVE) == set()


def test_an_answer_that_tells_of_a_row_is_remarked() -> None:
    """403 for another's row and 404 for none is a remark on each verb."""
    came = attacked(_notes("tells"), others_rows, others_changed)
    assert len(came.of(Outcome.REMARK)) == 3

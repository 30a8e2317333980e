"""Another's rows by their ids: told from sound apps, where nothing is said."""

from itertools import count
from typing import Annotated

import pytest
from fastapi import FastAPI, HTTPException, Path
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


@pytest.mark.parametrize("hole", ["", "PUT"])
@pytest.mark.parametrize("noun", ["contact", "guest", "patient"])
def test_what_people_make_is_a_row_whatever_it_is_called(noun: str, hole: str) -> None:
    """A contact that somebody has made is theirs, and is none of the people who sign in."""
    app, rows, numbers = lab_app(), dict[str, tuple[str, str]](), count(1)

    @app.post(f"/{noun}s", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, str]:
        number = f"n{next(numbers)}"
        rows[number] = (me, sent.text)
        return {"id": number, "owner_id": me}

    @app.get(f"/{noun}s")
    def listing(me: Me) -> list[dict[str, str]]:
        return [{"id": key, "text": text} for key, (whose, text) in rows.items() if whose == me]

    @app.put(f"/{noun}s/{{{noun}_id}}")
    def change(number: Annotated[str, Path(alias=f"{noun}_id")], sent: Note, me: Me) -> Note:
        if hole != "PUT" and rows.get(number, ("", ""))[0] != me:
            raise HTTPException(404, "none")
        rows[number] = (me, sent.text)
        return sent

    came = attacked(app, others_changed)
    found = {("106", f"PUT /{noun}s/{{{noun}_id}}")}
    assert came.of(Outcome.FINDING if hole else Outcome.REFUSED) == found, came.said(*Outcome)

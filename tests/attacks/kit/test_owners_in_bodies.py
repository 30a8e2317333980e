"""Whose a row is, said in its body: told from apps that decide for themselves."""

from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.owners_in_bodies import owners_in_bodies
from tests.attacks.kit.lab import Me, attacked, lab_app


class Ignoring(BaseModel):
    """Drops what it does not know."""

    text: str


class Forbidding(Ignoring):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Allowing(Ignoring):
    """Takes whatever comes."""

    model_config = ConfigDict(extra="allow")


class Declaring(Ignoring):
    """Lets whoever sends it say whose it is."""

    owner_id: str | None = None
    author: str = ""


def _notes(create: type[Ignoring], change: type[Ignoring], *, believes: bool) -> FastAPI:
    app, rows, numbers = lab_app(), dict[int, dict[str, object]](), count(1)

    def mine(note_id: int, me: str) -> dict[str, object]:
        if rows.get(note_id, {}).get("owner_id") != me:
            raise HTTPException(404, "no note")
        return rows[note_id]

    def said(sent: BaseModel) -> dict[str, object]:
        known = sent.model_dump(exclude_none=True)
        return known if believes else {"text": known["text"]}

    @app.post("/notes", status_code=201)
    def add(sent: create, me: Me) -> dict[str, object]:  # type: ignore[valid-type] # a case of the table
        number = next(numbers)
        rows[number] = {"owner_id": me, **said(sent), "id": number}
        return {"id": number}

    @app.get("/notes")
    def every(me: Me) -> list[dict[str, object]]:
        return [row for row in rows.values() if row["owner_id"] == me]

    @app.get("/notes/{note_id}")
    def read(note_id: int, me: Me) -> dict[str, object]:
        return mine(note_id, me)

    @app.patch("/notes/{note_id}")
    def alter(note_id: int, sent: change, me: Me) -> dict[str, object]:  # type: ignore[valid-type] # the same
        row = mine(note_id, me)
        row.update(said(sent))
        return row

    return app


@pytest.mark.parametrize(
    ("create", "change", "believes", "found"),
    [
        (Ignoring, Ignoring, False, set()),
        (Forbidding, Forbidding, True, set()),
        (Declaring, Allowing, False, set()),
        (Allowing, Ignoring, True, {("115", "POST /notes")}),
        (Declaring, Ignoring, True, {("115", "POST /notes")}),
        (Ignoring, Allowing, True, {("116", "PATCH /notes/{note_id}")}),
        (Forbidding, Declaring, True, {("116", "PATCH /notes/{note_id}")}),
    ],
)
def test_a_row_belongs_to_whoever_makes_it(
    create: type[Ignoring],
    change: type[Ignoring],
    believes: bool,  # noqa: FBT001 - a case of the table
    found: set[tuple[str, str]],
) -> None:
    """Where a body that says whose a row is is believed, that is found, and nothing elsewhere."""
    came = attacked(_notes(create, change, believes=believes), owners_in_bodies)
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE, Outcome.REMARK) == {}


@pytest.mark.parametrize("checks", [True, False])
def test_a_row_is_not_taken_over_by_its_update(checks: bool) -> None:  # noqa: FBT001 - a case
    """An update that is granted because its body names the caller is found."""
    app, rows, numbers = lab_app(), dict[int, dict[str, object]](), count(1)

    @app.post("/cards")
    def add(sent: Ignoring, me: Me) -> dict[str, object]:
        number = next(numbers)
        rows[number] = {"user_id": me, "text": sent.text}
        return {"id": number}

    @app.put("/cards/{card_id}")
    def alter(card_id: int, sent: Allowing, me: Me) -> dict[str, object]:
        given = sent.model_dump()
        row = rows.get(card_id)
        if row is None or (row["user_id"] != me and (checks or given.get("user_id") != me)):
            raise HTTPException(404, "no card")
        row["text"] = sent.text
        return {"text": sent.text}

    came = attacked(app, owners_in_bodies)
    assert came.findings == (set() if checks else {("169", "PUT /cards/{card_id}")})


def test_who_has_written_a_book_is_no_owner() -> None:
    """A member that is called author and holds a free text is the app's own affair."""
    app, rows, numbers = lab_app(), dict[int, tuple[str, Declaring]](), count(1)

    @app.post("/books")
    def add(sent: Declaring, me: Me) -> dict[str, object]:
        number = next(numbers)
        rows[number] = (me, sent)
        return {"id": number, "author": sent.author}

    assert attacked(app, owners_in_bodies).findings == set()


@pytest.mark.parametrize("checks", [True, False])
def test_a_row_is_not_handed_over_by_whoever_wants_it(checks: bool) -> None:  # noqa: FBT001 - a case
    """A transfer that anybody may ask for in their own favour is found."""
    app, rows, numbers = lab_app(), dict[int, str](), count(1)

    @app.post("/cars")
    def add(sent: Ignoring, me: Me) -> dict[str, object]:
        number = next(numbers)
        rows[number] = me
        return {"id": number, "text": sent.text}

    @app.post("/cars/{car_id}/transfer")
    def transfer(car_id: int, new_owner_id: Annotated[str, Body(embed=True)], me: Me) -> str:
        if car_id not in rows or (rows[car_id] != me and (checks or new_owner_id != me)):
            raise HTTPException(404, "no car")
        rows[car_id] = new_owner_id
        return "handed over"

    came = attacked(app, owners_in_bodies)
    assert came.findings == (set() if checks else {("169", "POST /cars/{car_id}/transfer")})


@pytest.mark.parametrize("believes", [True, False])
def test_a_contact_belongs_to_whoever_writes_it_down(believes: bool) -> None:  # noqa: FBT001 - a case
    """A contact that names no person who signs in is a row as any other is."""
    app, rows, numbers = lab_app(), dict[str, dict[str, str]](), count(1)

    @app.post("/contacts", status_code=201)
    def add(
        name: Annotated[str, Body()], me: Me, owner_id: Annotated[str | None, Body()] = None
    ) -> dict[str, str]:
        number = f"n{next(numbers)}"
        whose = owner_id if believes and owner_id is not None else me
        rows[number] = {"id": number, "owner_id": whose, "name": name}
        return rows[number]

    @app.get("/contacts")
    def listing(me: Me) -> list[dict[str, str]]:
        return [each for each in rows.values() if each["owner_id"] == me]

    came = attacked(app, owners_in_bodies)
    wanted = Outcome.FINDING if believes else Outcome.REFUSED
    assert ("115", "POST /contacts") in came.of(wanted), came.said(*Outcome)

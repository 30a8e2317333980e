"""`get_one` answers any identifier as it answers one that never existed."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from gatepost.errors import NotFound, Refusal
from gatepost.events import EventName
from gatepost.rows import Owned
from tests.rows.lab import lab_on, run
from tests.rows.models import Book, Cat, Diary, House, Note
from tests.rows.walls import Place, Walls


class Numbered(Owned, House):
    """Somebody's, with a number for a key."""

    __tablename__ = "rows_numbered"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str]


class Paired(Owned, House):
    """Somebody's, with a key of two parts."""

    __tablename__ = "rows_paired"

    left: Mapped[str] = mapped_column(Text, primary_key=True)
    right: Mapped[int] = mapped_column(Integer, primary_key=True)


HOSTILE: dict[str, object] = {
    "missing": "no-such-id",
    "another's": "ada-note",
    "empty": "",
    "NUL": "a\x00b",
    "NUL alone": "\x00",
    "lone surrogate": "\ud800",
    "long": "x" * 1_000_000,
    "like pattern": "%",
    "quote": "' OR '1'='1",
    "bytes": b"ada-note",
    "none": None,
    "true": True,
    "small integer": 7,
    "negative integer": -1,
    "31 bits and more": 2**31,
    "63 bits and more": 2**63,
    "huge integer": 10**30,
    "float": 1.5,
    "not a number": float("nan"),
    "list": ["ada-note"],
    "dict of the key": {"id": "ada-note"},
    "dict of nonsense": {"nonsense": 1},
    "empty tuple": (),
    "long tuple": ("ada-note", "x"),
    "tuple of none": (None,),
    "object": object(),
    "uuid": uuid.UUID(int=1),
    "date": dt.date(2020, 1, 1),
}


async def _get(place: Place, model: type[Note | Numbered | Paired], ident: object) -> object:
    async with lab_on(place) as lab:
        try:
            found = await lab.bob.get_one(model, ident)
        except Refusal as refusal:
            # The session can go on: one bad identifier spoils nothing.
            await lab.bob.get_one(Note, "bob-note")
            return refusal
        return found


@pytest.mark.parametrize("ident", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("model", [Note, Numbered, Paired])
def test_any_identifier_has_an_answer(
    model: type[Note | Numbered | Paired], ident: object, place: Place
) -> None:
    """An identifier of any type and content is a refusal to the caller, never a database error."""
    assert isinstance(run(lambda: _get(place, model, ident)), Refusal)


async def _answers(place: Place) -> list[tuple[str, str]]:
    async with lab_on(place) as lab:
        answers = []
        for ident in ("no-such-id", "ada-note"):
            try:
                await lab.bob.get_one(Note, ident)
            except NotFound as missing:
                answers.append((missing.code, missing.message))
        return answers


def test_another_s_row_is_answered_as_a_missing_one(place: Place) -> None:
    """Nothing in the answer tells another's row from none."""
    first, second = run(lambda: _answers(place))
    assert first == second == ("NOTE_NOT_FOUND", "No such note")


async def _told(place: Place) -> dict[str, list[EventName]]:
    told = {}
    for model, prefix in ((Note, "note"), (Book, "book"), (Cat, "cat"), (Diary, "diary")):
        for ident in (f"ada-{prefix}", "no-such-id"):
            async with lab_on(place) as lab:
                try:
                    await lab.bob.get_one(model, ident)
                except NotFound:
                    told[f"{model.__name__} {ident}"] = [
                        event.name for event in lab.recorder.events
                    ]
    return told


def test_another_s_row_is_told_to_the_log_alone(place: Place) -> None:
    """The event log knows of a foreign row, and of nothing where there is none.

    Behind row-level security nobody can know, the log included.
    """
    told = run(lambda: _told(place))
    foreign = {name: events for name, events in told.items() if " ada-" in name}
    missing = {name: events for name, events in told.items() if " ada-" not in name}
    assert len(told) == 8
    known = () if place.walls is Walls.BOTH else (EventName.FOREIGN_ROW,)
    assert set(map(tuple, foreign.values())) == {known}
    assert set(map(tuple, missing.values())) == {()}


async def _own(place: Place) -> str:
    async with lab_on(place) as lab:
        lab.bob.add(Paired(left="a", right=1))
        await lab.bob.commit()
        return (await lab.bob.get_one(Paired, ("a", 1))).left


def test_key_of_two_parts_is_a_tuple(place: Place) -> None:
    """A composite key is given as a tuple in the order of its columns."""
    assert run(lambda: _own(place)) == "a"

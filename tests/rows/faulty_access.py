"""A model with rules that cannot be held: `python -m tests.rows.faulty_access`, by itself.

An owned model is known to its whole process, so one that stops every start cannot stand in this
one. Prints what the start would say of each, as JSON.
"""

import json
import sys
from collections.abc import Callable
from typing import ClassVar

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gatepost.errors import ConfigurationError
from gatepost.rows import Access, Owned, everyone, owner, person, shared_with, through
from gatepost.rows.access import Rule
from gatepost.rows.owned_tables import OwnedTables


class Faulty(DeclarativeBase):
    """The base of all of them."""


class Share(Faulty):
    """Nobody's."""

    __tablename__ = "share"

    id: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str]
    person_id: Mapped[str]
    since: Mapped[float]
    right: Mapped[str]


class HiddenShare(Owned, Faulty):
    """Whom it names cannot see it."""

    __tablename__ = "hidden_share"

    id: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str]
    person_id: Mapped[str]


class LooseShare(Owned, Faulty):
    """Anybody can write one for themselves."""

    __tablename__ = "loose_share"
    __access__: ClassVar[Access] = Access(can_read=(owner, person("person_id")))

    id: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(ForeignKey("row.id"))
    person_id: Mapped[str]


class Row(Owned, Faulty):
    """Has whichever rules are tried."""

    __tablename__ = "row"

    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    number: Mapped[float]
    count: Mapped[int] = mapped_column(Integer)
    parent_id: Mapped[str] = mapped_column(ForeignKey("row.id"))
    __access__: ClassVar[Access] = Access()


def _shared(row: str = "row_id", person: str = "person_id", here: str = "id") -> Rule:
    return shared_with(Share, row=row, person=person, here=here)


def _with_right(*rights: str) -> Rule:
    return shared_with(Share, row="row_id", person="person_id", where={"right": rights})


def _reading(*rules: Rule) -> Callable[[], Access]:
    return lambda: Access(can_read=(owner, *rules))


CASES: dict[str, Callable[[], Access]] = {
    "writes what it does not read": lambda: Access(can_write=(owner, _shared())),
    "deletes by a wider right": lambda: Access(
        can_read=(
            owner,
            _with_right("x"),
        ),
        can_delete=(owner, _shared()),
    ),
    "no such attribute": _reading(person("nobody")),
    "no such attribute there": _reading(_shared(row="nothing")),
    "no such attribute here": _reading(_shared(here="nothing")),
    "a person of no id's type": _reading(_shared(person="since")),
    "a flag that is none": _reading(everyone(where="count")),
    "a right that nothing may be": _reading(_with_right()),
    "through what refers to nothing": _reading(through("text")),
    "round in a circle": _reading(through("parent_id")),
    "belongs with nothing": lambda: Access(belongs_with="text"),
    "named where nobody sees it": _reading(
        shared_with(HiddenShare, row="row_id", person="person_id")
    ),
    "named by anybody": _reading(shared_with(LooseShare, row="row_id", person="person_id")),
    "nothing wrong": _reading(_shared()),
}


def _said(access: Access) -> str:
    Row.__access__ = access
    try:
        OwnedTables()
    except ConfigurationError as refused:
        return str(refused)
    return ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: _said(made()) for name, made in CASES.items()}))

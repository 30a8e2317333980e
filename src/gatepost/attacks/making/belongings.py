"""What somebody has: rows, by what they are known, and what the app calls the person."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.harvest import members
from gatepost.attacks.making.makers import is_private, makers
from gatepost.attacks.making.resources import Row, names_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage

_SHORTEST_MARK = 16
_IDS = ("id", "uuid", "uid", "key")


@dataclass(frozen=True, slots=True)
class Belongings:
    """What somebody has.

    Attributes:
        person: whose it is.
        rows: that the kit has made as them, whoever may see them.
        ids: what the app calls the person by: numbers, texts, names; the likeliest first.
        marks: texts that are nowhere but in rows that only they may see, in lower case.
    """

    person: Person
    rows: tuple[Row, ...]
    ids: tuple[str, ...]
    marks: frozenset[str]

    def id_for(self, parameter: str) -> str | None:
        """Return an id that some answer calls what a parameter does, `job_id`."""
        wanted = names_of(parameter)[:4]
        for row in reversed(self.rows):
            for name, value in members(row.answer):
                if name in wanted and isinstance(value, str | int) and not isinstance(value, bool):
                    return str(value)
        return None


def belongings_of(stage: Stage, person: Person) -> Belongings:
    """Return what somebody has; their rows are made when it is first asked for."""
    rows = stage.once(("furnished", person.name), lambda: _furnish(stage, person))
    ids = stage.preparing(person).called
    known = stage.once(("marks", person.name), lambda: _Marks(stage, person))
    return Belongings(person, rows, ids, known.until_now() - {each.lower() for each in ids})


class _Marks:
    """The texts by which somebody's private rows are known: the canaries in them, and long ids."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self._surface = stage.surface
        self._preparing = stage.preparing(person)
        self._found: set[str] = set()
        self._open = ""
        self._read = 0

    def until_now(self) -> frozenset[str]:
        """Return those of every row that has been made so far."""
        made = self._preparing.made
        for row in made[self._read :]:
            if is_private(self._surface, row.by):
                self._found.update(each.lower() for each in self._of(row))
            else:
                # A row of one's own may tell of one that is for everybody, by its id or whole.
                self._open += _whole(row).lower()
        self._read = len(made)
        return frozenset(each for each in self._found if each not in self._open)

    def _of(self, row: Row) -> Iterator[str]:
        yield from self._preparing.canaries.found_in(_whole(row).encode())
        top = row.answer if isinstance(row.answer, dict) else {}
        for name in _IDS:
            value = top.get(name)
            if isinstance(value, str) and len(value) >= _SHORTEST_MARK:
                yield value


def _whole(row: Row) -> str:
    return json.dumps([row.sent, row.answer, dict(row.values)], default=str)


def _furnish(stage: Stage, person: Person) -> tuple[Row, ...]:
    made = []
    for maker in makers(stage.surface):
        try:
            made.append(stage.preparing(person).row(maker))
        except Inconclusive:
            continue
    return tuple(made)

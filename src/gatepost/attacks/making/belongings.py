"""What somebody has: rows that they alone may see, and what the app calls the person."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.harvest import called, members, owners_in
from gatepost.attacks.making.resources import Row, names_of, parsed
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

NOT_MAKING = re.compile(
    r"log-?(in|out)|sign-?(in|up|out|off)|register|token|refresh|revoke|password|reset|verify|"
    r"delete|remove|deactivate|close|clear|purge|cancel|leave|logoff|session|"
    r"destroy|disable|suspend|unsubscribe|terminate|wipe|erase|flush"
)
_TELLS_WHO = re.compile(r"/(me|whoami|profile|account|self|current|current[-_]?user)/?$")
_SHORTEST_MARK = 16
_IDS = ("id", "uuid", "uid", "key")


@dataclass(frozen=True, slots=True)
class Belongings:
    """What somebody has.

    Attributes:
        person: whose it is.
        rows: that the kit has made as them, and that nobody else may see.
        ids: what the app calls the person by: numbers, texts, names; the likeliest first.
        marks: texts that are in these rows and nowhere else, in lower case.
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
    furnished = stage.once(("furnished", person.name), lambda: _furnish(stage, person))
    rows = tuple(row for row in furnished if is_private(stage.surface, row.by))
    ids = stage.once(("called", person.name), lambda: _ids(stage, person, furnished))
    known = stage.once(("marks", person.name), lambda: _Marks(stage, person))
    return Belongings(person, rows, ids, known.until_now() - {each.lower() for each in ids})


class _Marks:
    """The texts by which somebody's private rows are known: the canaries in them, and long ids."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self._surface = stage.surface
        self._preparing = stage.preparing(person)
        self._found: set[str] = set()
        self._read = 0

    def until_now(self) -> frozenset[str]:
        """Return those of every row that has been made so far."""
        made = self._preparing.made
        for row in made[self._read :]:
            if is_private(self._surface, row.by):
                self._found.update(each.lower() for each in self._of(row))
        self._read = len(made)
        return frozenset(self._found)

    def _of(self, row: Row) -> Iterator[str]:
        whole = json.dumps([row.sent, row.answer, dict(row.values)], default=str)
        yield from self._preparing.canaries.found_in(whole.encode())
        top = row.answer if isinstance(row.answer, dict) else {}
        for name in _IDS:
            value = top.get(name)
            if isinstance(value, str) and len(value) >= _SHORTEST_MARK:
                yield value


def makers(surface: Surface) -> list[Operation]:
    """Return the operations that make rows of people's own, and end nothing else."""
    return [each for each in surface if _makes(surface, each)]


def is_private(surface: Surface, maker: Operation) -> bool:
    """Whether what an operation makes is for its owner: nothing that reads it is shared."""
    readers = [
        each
        for each in surface.operations
        if each.method == "GET"
        and (each.path == maker.path or re.fullmatch(r"/\{[^/]+\}", each.path[len(maker.path) :]))
        and each.path.startswith(maker.path)
    ]
    return all(surface.of_people(each) for each in readers or [maker])


def _makes(surface: Surface, operation: Operation) -> bool:
    if operation.method not in {"POST", "PUT"} or surface.administrative(operation) is not None:
        return False
    if surface.public(operation) is not None or NOT_MAKING.search(operation.path.lower()):
        return False
    read_there = surface.find("GET", operation.path) is not None
    if operation.method == "PUT":
        made = surface.find("POST", operation.path.rsplit("/", 1)[0]) is not None
        return bool(operation.names) and operation.path.endswith("}") and read_there and not made
    below = rf"{re.escape(operation.path.rstrip('/'))}/\{{[^/]+\}}"
    named = any(each.method == "GET" and re.match(below, each.path) for each in surface)
    return read_there or named or not operation.names


def _furnish(stage: Stage, person: Person) -> tuple[Row, ...]:
    made = []
    for maker in makers(stage.surface):
        try:
            made.append(stage.preparing(person).row(maker))
        except Inconclusive:
            continue
    return tuple(made)


def _ids(stage: Stage, person: Person, rows: tuple[Row, ...]) -> tuple[str, ...]:
    answers = []
    for operation in stage.surface:
        asks = operation.method == "GET" and not operation.names
        if asks and stage.surface.of_people(operation) and _TELLS_WHO.search(operation.path):
            try:
                request = stage.preparing(person).prepare(operation).request
                answers.append(parsed(stage.send(request, person).answered.body))
            except Inconclusive:
                continue
    owners = [owner for row in rows for owner in owners_in(row.answer)]
    return tuple(dict.fromkeys([*called(person, tuple(answers)), *owners]))

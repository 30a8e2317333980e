"""What the attack file says is to be sent, with the rows that it names."""

import re
from typing import Protocol

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.resources import Row, tables_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

_ROW = re.compile(r"\{([A-Z]+) (/[^:\s]*):([A-Za-z0-9_]+)\}")


class MakesRows(Protocol):
    """Makes the rows that are named."""

    def row(self, producer: Operation) -> Row:
        """Return a row, made now or before."""


class SaidBodies:
    """Fills what stands below `[bodies]`.

    Members that are called as a parameter of the path or the query fill that; the others are the
    body. In texts `{canary}` is a new canary, `{email}` the person's address, and
    `{POST /products:id}` a member of a row that is made first.

    Args:
        surface: the app's operations and the attack file.
        person: who sends it.
        canaries: theirs.
        rows: makes what is named.
    """

    def __init__(
        self, surface: Surface, person: Person, canaries: Canaries, rows: MakesRows
    ) -> None:
        self._surface = surface
        self._person = person
        self._canaries = canaries
        self._rows = rows

    def body_of(self, operation: Operation) -> object:
        """Return the body that is said, or None where nothing is said of one."""
        said = self._surface.file.bodies.get(str(operation))
        if said is None:
            return None
        if not isinstance(said, dict):
            return self._filled(said)
        elsewhere = {*operation.names, *(each.name for each in operation.taken("query"))}
        body = {name: value for name, value in said.items() if name not in elsewhere}
        return self._filled(body) if body or operation.body is not None else None

    def value_of(self, operation: Operation, name: str) -> object:
        """Return what is said of a parameter of the path or the query, or None."""
        said = self._surface.file.bodies.get(str(operation), {})
        if not isinstance(said, dict):
            return None
        elsewhere = {*operation.names, *(each.name for each in operation.taken("query"))}
        return self._filled(said[name]) if name in said and name in elsewhere else None

    def _filled(self, value: object) -> object:
        if isinstance(value, dict):
            return {name: self._filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if not isinstance(value, str):
            return value
        whole = _ROW.fullmatch(value)
        if whole is not None:
            return self._named(whole)
        text = _ROW.sub(lambda match: str(self._named(match)), value)
        text = text.replace("{email}", self._person.email)
        return text.replace("{canary}", self._canaries.new()) if "{canary}" in text else text

    def _named(self, match: re.Match[str]) -> str | int:
        """Return a member of a row: a number where the app's own answer has it as one."""
        what, path, member = match.groups()
        producer = self._surface.find(what, path)
        if producer is None:
            raise Inconclusive(f"[bodies] names {what} {path}, and there is no such operation")
        row = self._rows.row(producer)
        found = row.id_for(member)
        if found is None:
            raise Inconclusive(f"[bodies] names {member} of {what} {path}, which has none")
        told = (value for table in tables_in(row.answer) for value in table.values())
        is_number = any(type(each) is int and str(each) == found for each in (*told, row.answer))
        return int(found) if is_number else found


def said_maker(surface: Surface, operation: Operation, name: str) -> Operation | None:
    """Return what makes the rows that `[bodies]` says a member names, or None.

    Args:
        surface: the app's operations and the attack file.
        operation: the one whose body is said.
        name: of the member, or of the list whose items are ids.
    """
    said = surface.file.bodies.get(str(operation))
    value = said.get(name) if isinstance(said, dict) else None
    first = value[0] if isinstance(value, list) and value else value
    row = _ROW.fullmatch(first) if isinstance(first, str) else None
    return None if row is None else surface.find(row[1], row[2])


def what_to_write(operation: Operation, unmade: list[str]) -> str:
    """Return what to write in the attack file so that the owner's request is granted."""
    if unmade:
        named = " and ".join(unmade)
        filled = ", ".join(f'{name} = "…"' for name in unmade)
        return (
            f"Nothing was found that makes {named}: write below [bodies] "
            f'"{operation}" = {{ {filled} }}, where "{{POST /things:id}}" makes one first'
        )
    return (
        f'Write below [bodies] "{operation}" = {{ … }} what the app takes; '
        '"{POST /things:id}" makes a row first'
    )

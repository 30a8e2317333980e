"""What the members of somebody's requests refer to: rows of theirs, themselves, a friend."""

from collections.abc import Callable, Iterator
from typing import Protocol

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.identities import Identities, names_another
from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.producers import last_name
from gatepost.attacks.making.references import Reference, reference_of
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.schemas import MemberPath, kind_of
from gatepost.attacks.making.texts import Maker
from gatepost.attacks.making.values import Referred
from gatepost.attacks.people.person import Person
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface

Friend = Callable[[], Person | None]
"""Gives somebody who is neither the attacker nor the owner, where people can sign up."""

_ADDRESSES = frozenset({"email", "mail", "address", "username", "user", "to", "login"})


class MakesRows(Protocol):
    """Makes the rows that are referred to."""

    def row(self, producer: Operation, *, slot: int = 0) -> Row:
        """Return a row; those of different slots are different."""

    def listed_id(self, noun: str) -> str:
        """Return the id of a row that only a list shows."""


class Referring:
    """Says what members refer to, for one person.

    Args:
        surface: the app's operations.
        person: who refers.
        rows: makes what is referred to.
        identities: who people are.
        friend: somebody else.
    """

    def __init__(
        self,
        surface: Surface,
        person: Person,
        rows: MakesRows,
        identities: Identities,
        friend: Friend,
    ) -> None:
        self._surface = surface
        self._person = person
        self._rows = rows
        self._identities = identities
        self._friend = friend
        self._about: list[tuple[Operation, dict[str, list[MemberPath]]]] = []

    def begin(self, operation: Operation) -> None:
        """Remember whose members are asked for from now on."""
        self._about.append((operation, {}))

    def end(self) -> None:
        """Return to the operation of before."""
        self._about.pop()

    def of(self, path: MemberPath, schema: Schema) -> Referred:
        """Return what a member refers to."""
        name = next((part for part in reversed(path) if not part.isdigit()), "")
        if not self._about or not name:
            return Referred()
        operation, slots = self._about[-1]
        if _is_an_address(operation, name, schema):
            return Referred((lambda: self._friends(numeric=False, address=True),))
        found = reference_of(self._surface, operation, name, schema)
        if found is None or found.maker == operation:
            return Referred()  # what is above one of its own kind comes later, if at all
        numeric = kind_of(schema) == "integer"
        if found.person:
            return Referred(tuple(self._people(name, numeric=numeric)), found.certain)
        return Referred((lambda: self._id(found, path, slots, numeric=numeric),), found.certain)

    def _id(
        self,
        found: Reference,
        path: MemberPath,
        slots: dict[str, list[MemberPath]],
        *,
        numeric: bool,
    ) -> object:
        name = next((part for part in reversed(path) if not part.isdigit()), "")
        if found.maker is None:
            return _typed(self._rows.listed_id(found.noun), numeric=numeric)
        used = slots.setdefault(str(found.maker), [])
        if path not in used:
            used.append(path)
        row = self._rows.row(found.maker, slot=used.index(path))
        own = row.id_for(name if found.noun == "" else f"{found.noun}_id")
        if own is None:
            raise Inconclusive(f"the answer of {found.maker} names no {name}")
        return _typed(own, numeric=numeric)

    def _people(self, name: str, *, numeric: bool) -> Iterator[Maker]:
        def own() -> object:
            return self._first(self._person, numeric=numeric)

        def friends() -> object:
            return self._friends(numeric=numeric)

        yield from (friends, own) if names_another(name) else (own, friends)
        if not numeric:
            yield lambda: self._friends(numeric=False, address=True)

    def _first(self, person: Person, *, numeric: bool) -> object:
        fitting = self._identities.fitting(person, numeric=numeric)
        if not fitting:
            raise Inconclusive(f"the app nowhere says what id {person.name} has")
        return fitting[0]

    def _friends(self, *, numeric: bool, address: bool = False) -> object:
        friend = self._friend()
        if friend is None:
            raise Inconclusive("there is nobody else to name: nobody new can sign up")
        return friend.email if address else self._first(friend, numeric=numeric)


def _is_an_address(operation: Operation, name: str, schema: Schema) -> bool:
    """Whether a member is the address of somebody else, who may have to have an account."""
    is_text = kind_of(schema) == "string" and schema.get("format") in {None, "email"}
    below = len(operation.names) > 0 or "invit" in last_name(operation.path)
    return (
        is_text and below and bool(set(words_of(name)) & _ADDRESSES) and "id" not in words_of(name)
    )


def _typed(found: str, *, numeric: bool) -> object:
    return int(found) if numeric and found.isdigit() else found

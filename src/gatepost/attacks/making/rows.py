"""The rows that one person has made, each remembered until it is gone."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Protocol, TypeAlias

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.nouns import names_of, words_of
from gatepost.attacks.making.producers import last_name, listing_of, listings
from gatepost.attacks.making.resources import Row, items_of, parsed
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange, Sender
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

_NOT_TAKEN = ". The app does not take this credential: see [people] of the attack file"
_DEEPEST = 4
_SHORTEST_MARK = 12
_NAMES = ("id", "slug", "filename")


class Prepares(Protocol):
    """Writes requests, and sends them until they are granted."""

    def granted(
        self, operation: Operation, *, fresh: bool = False, values: Mapping[str, str] | None = None
    ) -> "Granted":
        """Send a request of an operation, mended after each refusal."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A request that was sent as its person, and its answer, which may still be a refusal.

    Attributes:
        values: of the parameters in the path.
        body: what was sent, before it was encoded.
    """

    operation: Operation
    values: Mapping[str, str]
    body: object
    exchange: Exchange


_Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...], int]
Above: TypeAlias = Callable[[Operation], "Rows | None"]
"""Gives the rows of whoever may make what this person may not: the administrator's."""


class Rows:
    """Makes rows of one person, and finds them again.

    Args:
        surface: the app's operations.
        sender: sends to the app.
        person: whose rows they are.
        prepares: writes the requests that make them.
        above: who else may make what this person may not.
    """

    def __init__(
        self, surface: Surface, sender: Sender, person: Person, prepares: Prepares, above: Above
    ) -> None:
        self.made: list[Row] = []
        self._surface = surface
        self._sender = sender
        self._person = person
        self._prepares = prepares
        self._above = above
        self._kept: dict[_Key, Row] = {}
        self._depth = 0

    def row(
        self,
        producer: Operation,
        *,
        fresh: bool = False,
        known: Mapping[str, str] | None = None,
        slot: int = 0,
    ) -> Row:
        """Return a row, made now or before.

        Args:
            producer: makes it.
            fresh: whether it is to be a new one; it is not kept for others then.
            known: values of the path of `producer`.
            slot: rows of different slots are different.

        Raises:
            Inconclusive: the app refused to make it.
        """
        above = self._above(producer)
        if above is not None:
            return above.row(producer, fresh=fresh, slot=slot)
        parents = {name: value for name, value in (known or {}).items() if name in producer.names}
        key = (str(producer), tuple(sorted(parents.items())), slot)
        kept = self._kept.get(key)
        if kept is not None and not fresh:
            return kept
        try:
            row = self._new(producer, parents)
        except Inconclusive:
            if kept is None:
                raise
            return kept  # there may be one of a kind only
        if kept is None and not fresh:
            self._kept[key] = row
        return row

    def listed_id(self, noun: str) -> str:
        """Return the id of a row that a list shows and that nobody here can make.

        Raises:
            Inconclusive: no list shows one.
        """
        for operation in listings(self._surface, noun):
            for item in self._listed(operation.path):
                for name in names_of(f"{noun}_id"):
                    value = item.get(name)
                    if isinstance(value, str | int) and not isinstance(value, bool):
                        return str(value)
        raise Inconclusive(f"nothing was found that makes or lists a {noun.replace('_', ' ')}")

    @property
    def any_kept(self) -> bool:
        """Whether a row of before would be taken again."""
        return bool(self._kept)

    def clear(self) -> None:
        """Make everything anew, the next time that it is needed."""
        self._kept.clear()

    def forget(self, gone: object) -> None:
        """Make anew what was named by these values, the next time that it is needed.

        Args:
            gone: ids, anywhere in a table or a list.
        """
        values = set(_ids_in(gone))
        self._kept = {key: row for key, row in self._kept.items() if not values & set(_called(row))}

    def _new(self, producer: Operation, parents: Mapping[str, str]) -> Row:
        if self._depth >= _DEEPEST:
            raise Inconclusive(f"{producer} needs itself to be made")
        self._depth += 1
        try:
            made = self._prepares.granted(producer, values=parents)
            if made.exchange.status >= 400 and self._needed_before(producer, made.exchange):  # noqa: PLR2004 - RFC 9110, section 15.5
                made = self._prepares.granted(producer, values=parents)
        finally:
            self._depth -= 1
        exchange = made.exchange
        if exchange.status >= 400:  # noqa: PLR2004
            shown = exchange.answered.body[:200].decode(errors="replace")
            why = _NOT_TAKEN if exchange.status == HTTPStatus.UNAUTHORIZED else ""
            raise Inconclusive(f"{producer} made nothing: {exchange.status} {shown}{why}")
        location = next(iter(exchange.answered.every("Location")), "")
        row = Row(producer, made.values, parsed(exchange.answered.body), location, made.body)
        row = self._found_in_a_list(row)
        self.made.append(row)
        return row

    def _needed_before(self, producer: Operation, refused: Exchange) -> bool:
        """Make what a refusal speaks of: "your cart is empty"; returns whether there was such."""
        told = re.findall(r"\w+", refused.answered.body.decode(errors="replace"))
        said = {word for part in told for word in words_of(part)}
        for each in self._surface:
            about = set(words_of(each.path.replace("/", " ").replace("{", " ")))
            if each.method != "POST" or each == producer or each.names or not about & said:
                continue
            if self._surface.ends_sessions(each) or self._surface.public(each) is not None:
                continue
            if {"empty", "missing", "required", "first", "no", "need"} & said:
                try:
                    return self._prepares.granted(each).exchange.succeeded
                except Inconclusive:
                    return False
        return False

    def _found_in_a_list(self, row: Row) -> Row:
        """Look a row up where the answer of its making does not say its id."""
        name = f"{last_name(row.by.path).rstrip('s')}_id"
        if row.id_for(name) is not None:
            return row
        marks = set(marks_in(row.sent))
        for operation in listing_of(self._surface, row.by):
            path = operation.path
            for parameter, value in row.values.items():
                path = path.replace(f"{{{parameter}}}", value)
            items = self._listed(path)
            mine = [item for item in items if marks & set(marks_in(item))] or items[-1:]
            if mine:
                return replace(row, answer=mine[-1])
        return row

    def _listed(self, path: str) -> list[Mapping[str, object]]:
        exchange = self._sender.send(RawRequest("GET", path), self._person)
        return items_of(parsed(exchange.answered.body)) if exchange.succeeded else []


def _ids_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _ids_in(each)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


def _called(row: Row) -> Iterator[str]:
    """Yield what a row is called by, in the paths and in the bodies of the app."""
    for name in (f"{last_name(row.by.path).rstrip('s')}_id", *row.by.names[-1:], *_NAMES):
        if (found := row.id_for(name)) is not None:
            yield found


def marks_in(value: object) -> Iterator[str]:
    """Yield the texts in a value that are long enough not to be there by chance."""
    if isinstance(value, str) and len(value) >= _SHORTEST_MARK:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from marks_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from marks_in(each)

"""Where an operation takes the id of a row, or what a person is called by, but in its path."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gatepost.attacks.making.belongings import Belongings
from gatepost.attacks.making.identities import called_by
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.preparing import Prepared, Preparing
from gatepost.attacks.making.resources import Row, maker_of, noun_of
from gatepost.attacks.making.schemas import EACH, narrowed, properties_of
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trials.asking import with_cookies, with_query
from gatepost.attacks.trials.seeing import with_member
from gatepost.attacks.wire import RawRequest, with_fields

_ABOUT_PERSONS = re.compile(
    r"^(x[-_])?(for_?|as_?|on_behalf_of_?|acting_|target_|current_|by_)?"
    r"(user|owner|author|account|member|person|profile|creator|customer|tenant|created_by|"
    r"assignee|belongs_to|on_behalf_of|impersonate|act_as|sub|email|user_?name|login|org|"
    r"organi[sz]ation|team|workspace|client|principal|identity|recipient)s?"
    r"([-_]?(id|ids|uuid|email|name|key|mail))?$"
)
_ROWS = re.compile(r"(^|[-_])(id|ids|uuid|uuids|key|ref)$|Ids?$")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place.

    Attributes:
        where: `query`, `header`, `cookie` or `body`.
        path: of a member in the body; its name elsewhere. `EACH` stands for each of a list.
        maker: of the rows that go there; None where it is a person.
        many: whether it takes a list of ids.
    """

    where: str
    path: tuple[str, ...]
    schema: Schema
    maker: Operation | None
    many: bool

    @property
    def name(self) -> str:
        """What the place is called."""
        return self.path[-1]

    def values_of(self, belongings: Belongings) -> list[object]:
        """Return what of somebody's goes there, as the schema has it."""
        return [each for text in self._texts(belongings) if (each := self._typed(text)) is not None]

    def _texts(self, belongings: Belongings) -> list[str]:
        if self.maker is None:
            return called_by(self.name, belongings.person, belongings.ids)
        rows = [row for row in belongings.rows if row.by == self.maker]
        return [found for row in rows[:1] if (found := self.text_of(row)) is not None]

    def of_row(self, row: Row) -> object:
        """Return what of a row goes there, as the schema has it, or None."""
        text = self.text_of(row)
        return None if text is None else self._typed(text)

    def text_of(self, row: Row) -> str | None:
        """Return the id of a row that this place asks for."""
        return row.id_for(self.name.removesuffix("s") if self.many else self.name)

    def _typed(self, text: str) -> object:
        kinds = _kinds(self.schema)
        if "string" in kinds or not kinds:
            return text
        return int(text) if "integer" in kinds and re.fullmatch(r"-?\d+", text) else None


def slots_of(surface: Surface, operation: Operation) -> list[Slot]:
    """Return the places of an operation that name rows or persons."""
    found: list[Slot] = []
    for taken in operation.parameters:
        if taken.where != "path" and taken.name.lower() != "authorization":
            found += _slots(surface, operation, taken.where, (taken.name,), taken.schema)
    if operation.body is not None:
        found += _in_body(surface, operation, operation.body.schema)
    return found


def filled(prepared: Prepared, preparing: Preparing, slot: Slot, value: object) -> RawRequest:
    """Return somebody's own prepared request, with one value in one place."""
    whole = [value] if slot.many and not isinstance(value, list) else value
    if slot.where == "body":
        body = with_member(prepared.body, slot.path, whole)
        return preparing.write(prepared.operation, prepared.values, body)
    text = str(value)
    if slot.where == "query":
        return with_query(prepared.request, (slot.name, text))
    if slot.where == "cookie":
        return with_cookies(prepared.request, preparing.person, {slot.name: text})
    return with_fields(prepared.request, (slot.name, text))


def _in_body(
    surface: Surface, operation: Operation, schema: Schema, path: tuple[str, ...] = ()
) -> Iterator[Slot]:
    for name, part in properties_of(schema).items():
        yield from _slots(surface, operation, "body", (*path, name), part)
        items = narrowed(part).get("items")
        if len(path) < 2:  # noqa: PLR2004 - ids are not deeper
            yield from _in_body(surface, operation, part, (*path, name))
            if isinstance(items, dict):
                yield from _in_body(surface, operation, items, (*path, name, EACH))


def _slots(
    surface: Surface, operation: Operation, where: str, path: tuple[str, ...], schema: Schema
) -> Iterator[Slot]:
    name = path[-1]
    plain = schema
    many = "array" in _kinds(schema)
    if many:
        branches = [schema, *_branches(schema)]
        plain = next((i for each in branches if isinstance(i := each.get("items"), dict)), {})
    maker = _maker(surface, operation, name)
    if maker is not None:
        yield Slot(where, path, plain, maker, many)
    elif _ABOUT_PERSONS.search(name.lower().replace("-", "_")):
        yield Slot(where, path, plain, None, many)


def _maker(surface: Surface, operation: Operation, name: str) -> Operation | None:
    """Return what makes the rows that go by a name, `note_id`; `id` is of the path's noun."""
    noun = noun_of(name)
    if noun in {"", "id", "uuid", "key"} and _ROWS.search(name):
        nouns = [noun_of(part) for part in operation.path.split("/") if part and part[0] != "{"]
        candidates = [maker_of(surface, each) for each in reversed(nouns)]
    elif _ROWS.search(name):
        candidates = [maker_of(surface, noun)]
    else:
        return None
    rows = makers(surface)
    return next((each for each in candidates if each is not None and each in rows), None)


def _kinds(schema: Schema) -> set[str]:
    kinds: set[str] = set()
    for each in (schema, *_branches(schema)):
        kind = each.get("type")
        kinds.update(map(str, kind if isinstance(kind, list) else [kind]))
    return kinds - {"null", "None"}


def _branches(schema: Schema) -> list[Schema]:
    unions = [schema.get(union) for union in ("anyOf", "oneOf", "allOf")]
    branches = [each for union in unions if isinstance(union, list) for each in union]
    return [each for each in branches if isinstance(each, dict)]

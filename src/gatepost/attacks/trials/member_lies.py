"""Requests that are the owner's but for one text: a parameter or a member of the body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, urlencode

from gatepost.attacks.making.preparing import encode
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema

_NO_TEXTS = frozenset({"uuid", "date", "date-time", "time", "duration", "binary"})


@dataclass(frozen=True)
class Slot:
    """A place of a request into which a text goes.

    Attributes:
        where: `path`, `query` or `body`.
        name: of the parameter or member; nested ones with dots.
        schema: what it says that it takes.
    """

    where: str
    name: str
    schema: Schema = field(compare=False)

    @property
    def last(self) -> str:
        """The name without what it is within."""
        return self.name.rpartition(".")[2]


def text_slots(operation: Operation, *, named: re.Pattern[str] | None = None) -> list[Slot]:
    """Return the places of an operation that take a text, those of a name where one is given."""
    found = [
        Slot(each.where, each.name, each.schema)
        for each in operation.parameters
        if each.where in {"path", "query"} and _is_text(each.schema)
    ]
    if operation.body is not None:
        found += _members(operation.body.schema, "")
    return [each for each in found if named is None or named.search(each.last)]


def _members(schema: Schema, prefix: str, depth: int = 3) -> Iterator[Slot]:
    members = schema.get("properties")
    for name, part in members.items() if isinstance(members, dict) else ():
        if not isinstance(part, dict):
            continue
        if _is_text(part):
            yield Slot("body", f"{prefix}{name}", part)
        elif depth:
            yield from _members(part, f"{prefix}{name}.", depth - 1)


def _is_text(schema: Schema) -> bool:
    unions = (schema.get(union) for union in ("anyOf", "oneOf", "allOf"))
    branches = [each for union in unions if isinstance(union, list) for each in union]
    every = [schema, *(each for each in branches if isinstance(each, dict))]
    return any(
        each.get("type") == "string" and "enum" not in each and each.get("format") not in _NO_TEXTS
        and "contentMediaType" not in each
        for each in every
    )  # fmt: skip


def send_with(
    stage: Stage, operation: Operation, slots: dict[Slot, str], person: Person | None
) -> Exchange:
    """Send the owner's request with texts in some of its places.

    Args:
        stage: the app and its people.
        operation: what is asked for.
        slots: the texts, unencoded; one in the path is encoded but for `%` and `/`.
        person: who sends it.

    Raises:
        Inconclusive: the request cannot be prepared.
    """
    owner = person or stage.alice
    in_path = {slot.name: f"\0{slot.name}\0" for slot in slots if slot.where == "path"}
    prepared = stage.prepare(operation, owner, fresh=operation.changes, values=in_path or None)
    request = prepared.request
    for slot, text in slots.items():
        if slot.where == "path":
            mark = quote(f"\0{slot.name}\0", safe="")
            request = replace(
                request,
                target=request.target.replace(mark, quote(text, safe="/%.", errors="replace")),
            )
    path, _, query = request.target.partition("?")
    named = {slot.name: text for slot, text in slots.items() if slot.where == "query"}
    if named:
        request = replace(
            request, target=f"{path}?{urlencode({**dict(parse_qsl(query)), **named})}"
        )
    inside = {slot.name: text for slot, text in slots.items() if slot.where == "body"}
    if inside and operation.body is not None:
        media_type, body = encode(operation.body, _with_members(prepared.body, inside))
        kept = tuple(each for each in request.fields if each[0].lower() != "content-type")
        request = replace(request, fields=(*kept, ("Content-Type", media_type)), body=body)
    return stage.send(request, person)


def _with_members(body: object, texts: dict[str, str]) -> object:
    made = dict(body) if isinstance(body, dict) else {}
    for name, text in texts.items():
        first, _, rest = name.partition(".")
        made[first] = _with_members(made.get(first), {rest: text}) if rest else text
    return made


def caller_of(stage: Stage, operation: Operation) -> Person | None:
    """Return who calls an operation that ends no session: nobody where it is public.

    Raises:
        Inconclusive: it is an administrator's, and none is known.
    """
    if stage.surface.public(operation) is not None:
        return None
    return stage.owner_of(operation)

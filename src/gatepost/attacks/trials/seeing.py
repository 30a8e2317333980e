"""What somebody sees of a row: by its id, and in the lists that may show it."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.encoding import as_text
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.making.producers import listing_of, producer_of
from gatepost.attacks.making.resources import Row, items_of, parsed, tables_in
from gatepost.attacks.making.rows import Granted, marks_in
from gatepost.attacks.making.schemas import EACH, MemberPath
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

_MOST_LISTS = 3


def readers_of(surface: Surface, producer: Operation) -> list[Operation]:
    """Return the operations that read one row of what a producer makes."""
    return [
        each
        for each in surface
        if each.method == "GET"
        and each.names
        and each.path.rstrip("/").endswith(f"{{{each.names[-1]}}}")
        and producer_of(surface, each, each.names[-1]) == producer
    ]


def row_of(granted: Granted) -> Row:
    """Return what a granted request has made."""
    exchange = granted.exchange
    location = next(iter(exchange.answered.every("Location")), "")
    answer = parsed(exchange.answered.body)
    return Row(granted.operation, granted.values, answer, location, granted.body)


def proper(stage: Stage, operation: Operation, person: Person, *, fresh: bool = False) -> Granted:
    """Let somebody do with their own what an operation is for.

    Raises:
        Inconclusive: they cannot, so that a refusal of anything else shows nothing.
    """
    granted = stage.preparing(person).granted(operation, fresh=fresh)
    if not granted.exchange.succeeded:
        status, body = granted.exchange.status, granted.exchange.answered.body
        shown = f"{status} {body[:200].decode(errors='replace')}"
        raise Inconclusive(f"{person.name.title()} cannot do it with their own: {shown}")
    return granted


def read(
    stage: Stage, operation: Operation, values: Mapping[str, str], person: Person
) -> Exchange | None:
    """Read a row or a list as somebody; None where the path needs more than is known."""
    if set(operation.names) - set(values):
        return None
    known = {name: values[name] for name in operation.names}
    try:
        request = stage.prepare(operation, person, values=known).request
    except Inconclusive:
        return None
    return stage.send(request, person)


def read_made(stage: Stage, row: Row, person: Person) -> Exchange | None:
    """Read what was made by its id, as somebody; None where the app has no way to."""
    for reader in readers_of(stage.surface, row.by):
        found = row.id_for(reader.names[-1])
        if found is not None:
            return read(stage, reader, {**row.values, reader.names[-1]: found}, person)
    return None


def lists_of(stage: Stage, producer: Operation, values: Mapping[str, str]) -> list[Operation]:
    """Return the lists that may show what a producer makes."""
    found = dict.fromkeys(str(each) for each in listing_of(stage.surface, producer))
    listing = [stage.surface.find(*name.split(" ", 1)) for name in found]
    known = [each for each in listing if each is not None and not set(each.names) - set(values)]
    return known[:_MOST_LISTS]


def seen_in_lists(
    stage: Stage, producer: Operation, values: Mapping[str, str], person: Person, marks: set[str]
) -> Exchange | None:
    """Return the list in which somebody sees one of some texts, or None."""
    for operation in lists_of(stage, producer, values):
        exchange = read(stage, operation, values, person)
        if exchange is not None and exchange.succeeded and has_any(exchange, marks):
            return exchange
    return None


def has_any(exchange: Exchange, marks: Iterable[str]) -> bool:
    """Whether an answer holds one of some texts."""
    return any(mark.encode() in exchange.answered.body for mark in marks)


def marks_of(stage: Stage, person: Person, body: object) -> set[str]:
    """Return the texts of a body that hold a canary of somebody's."""
    canaries = stage.preparing(person).canaries
    return {each for mark in marks_in(body) for each in canaries.found_in(mark.encode())}


def members_in(exchange: Exchange | None) -> dict[str, object]:
    """Return the members of the row that an answer is or holds; its outermost object's first."""
    if exchange is None or not exchange.succeeded:
        return {}
    answer = parsed(exchange.answered.body)
    if isinstance(answer, list):
        return dict(items_of(answer)[0]) if items_of(answer) else {}
    found: dict[str, object] = {}
    for table in tables_in(answer, 2):
        for name, value in table.items():
            found.setdefault(name, value)
    return found


def with_member(body: object, path: MemberPath, value: object) -> object:
    """Return a body in which a member has another value; what leads to it is made."""
    if not path:
        return value
    whole = copy.copy(body) if isinstance(body, dict | list) else ([] if path[0] == EACH else {})
    name, *rest = path
    if name == EACH and isinstance(whole, list):
        first = whole[0] if whole else None
        return [with_member(first, tuple(rest), value), *whole[1:]]
    if isinstance(whole, dict):
        whole[name] = with_member(whole.get(name), tuple(rest), value)
    return whole


def rewritten(
    stage: Stage, person: Person, operation: Operation, values: Mapping[str, str], body: object
) -> RawRequest:
    """Write a request of an operation with another body than what was prepared."""
    return stage.preparing(person).write(operation, values, body)


def with_query(request: RawRequest, name: str, value: str) -> RawRequest:
    """Return a request with a parameter of the query spelled so, the others as they were."""
    path, _, query = request.target.partition("?")
    kept = [each for each in query.split("&") if each and each.split("=")[0] != quote(name)]
    spelled = urlencode({name: ""}) + value
    return replace(request, target=f"{path}?{'&'.join([*kept, spelled])}")


def asking(
    stage: Stage, person: Person, prepared: Prepared, spot: tuple[str, MemberPath], value: object
) -> RawRequest:
    """Write a prepared request with another value in one place: of its query, or of its body."""
    where, path = spot
    if where == "query":
        return with_query(prepared.request, path[0], quote(as_text(value), safe=""))
    body = with_member(prepared.body, path, value)
    return rewritten(stage, person, prepared.operation, prepared.values, body)


def missing_like(value: object) -> object:
    """Return an id of the same shape that nobody has."""
    if isinstance(value, int):
        return 987_654_321
    text = str(value)
    if text.isdigit():
        return "987654321"
    turned = {"0": "1", "a": "b", "f": "e", "1": "2"}
    changed = "".join(turned.get(each, each) for each in text[::-1])
    if len(text) == len("00000000-0000-0000-0000-000000000000") and text.count("-") == 4:  # noqa: PLR2004 - a UUID
        return text[:24] + "".join(turned.get(each, "7") for each in text[24:])
    return changed if changed != text else f"{quote(text)}x"

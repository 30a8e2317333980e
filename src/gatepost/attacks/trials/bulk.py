"""Lists of ids with one of another's in them, 118: refused whole."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.schemas import EACH, MemberPath
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, remark, worst
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.references import Referring, id_of, referring_members, seen_below
from gatepost.attacks.trials.seeing import (
    lists_of,
    marks_of,
    proper,
    read,
    read_made,
    rewritten,
    with_member,
)


def bulk(surface: Surface) -> Iterator[Trial]:
    """Plan attack 118 for each operation whose body names several rows."""
    for operation in surface:
        named = referring_members(surface, operation)
        if surface.of_people(operation) and any(each.in_list for each in named):
            yield Trial(find("118"), operation, partial(_one_of_many, operation))


def _one_of_many(operation: Operation, stage: Stage) -> Verdict:
    proper(stage, operation, stage.bob, fresh=bool(operation.names))
    verdicts = [
        _mixed(operation, member, stage, bobs_first=first)
        for member in referring_members(stage.surface, operation)
        if member.in_list
        for first in (True, False)
    ]
    return worst(verdicts)


def _mixed(operation: Operation, member: Referring, stage: Stage, *, bobs_first: bool) -> Verdict:
    # First what may have to make rows by itself; then the rows whose state is compared.
    prepared = stage.prepare(operation, stage.bob)
    hers = stage.preparing(stage.alice).row(member.maker, fresh=True)
    his = stage.preparing(stage.bob).row(member.maker, fresh=True)
    before, own_before = _state(stage, hers, stage.alice), _state(stage, his, stage.bob)
    ids = [id_of(his, member), id_of(hers, member)]
    body = _with_several(prepared.body, member.path, ids if bobs_first else ids[::-1])
    request = rewritten(stage, stage.bob, operation, prepared.values, body)
    exchange = stage.send(request, stage.bob)
    if leaked := stage.leaked(exchange):
        return got_in(f"one of the ids is Alice's, and her row comes out: {leaked[0]}", exchange)
    if _state(stage, hers, stage.alice) != before:
        return got_in("one of the ids is Alice's, and her row is not as it was", exchange)
    if seen_below(stage, hers, marks_of(stage, stage.bob, prepared.body)) is not None:
        return got_in("what Bob has sent for one of the ids is among what is Alice's", exchange)
    if not exchange.succeeded and _state(stage, his, stage.bob) != own_before:
        return remark("one foreign id is refused, and the others are done all the same", exchange)
    if exchange.succeeded and before is None:
        raise Inconclusive("the app shows Alice no row by which it could be told what was done")
    return REFUSED


def _state(stage: Stage, row: Row, person: Person) -> bytes | None:
    """Return a row as somebody reads it, or the lists that show it; None where there is no way."""
    reading = read_made(stage, row, person)
    if reading is not None:
        return str(reading.status).encode() + reading.answered.body
    lists = [read(stage, each, row.values, person) for each in lists_of(stage, row.by, row.values)]
    shown = [each.answered.body for each in lists if each is not None and each.succeeded]
    return b"".join(shown) if shown else None


def _with_several(body: object, path: MemberPath, values: list[object]) -> object:
    """Return a body whose list has one item for each value."""
    at = path.index(EACH)
    single = with_member(body, path, values[0])
    items: object = single
    for name in path[:at]:
        items = items[name] if isinstance(items, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    several = [with_member(first, path[at + 1 :], value) for value in values]
    return with_member(single, path[:at], several)

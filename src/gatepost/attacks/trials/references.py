"""References to another's row in a body, 117: answered as those to a row that never was."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.nouns import noun_of
from gatepost.attacks.making.producers import last_name, listing_of
from gatepost.attacks.making.references import Reference, kin_of, reference_of
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.schemas import EACH, Member, MemberPath, kind_of, members_of, narrowed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, remark, worst
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.seeing import (
    asking,
    has_any,
    lists_of,
    marks_of,
    missing_like,
    proper,
    read,
    read_made,
    readers_of,
)
from gatepost.attacks.trials.signed_links import wants_a_signature

_MOST_MEMBERS = 6


@dataclass(frozen=True, slots=True)
class Referring:
    """A member of a body, or a parameter of a query, that names a row, and what makes such rows."""

    where: str
    path: MemberPath
    schema: Schema
    maker: Operation
    noun: str
    certain: bool

    @property
    def in_list(self) -> bool:
        """Whether several may be named: in a list of ids, or of objects that have one each."""
        return EACH in self.path


def references(surface: Surface) -> Iterator[Trial]:
    """Plan attack 117 for each operation whose body names a row."""
    for operation in surface:
        named = referring_members(surface, operation)
        tried = surface.of_people(operation) and not operation.is_websocket
        if tried and any(not each.in_list for each in named):
            yield Trial(find("117"), operation, partial(_anothers_row_named, operation))


def referring_members(surface: Surface, operation: Operation) -> Iterator[Referring]:
    """Yield the members of a body and the parameters of a query that name rows of people."""
    found = 0
    for where, member in _naming(operation):
        reference = _reference(surface, operation, member)
        if reference is None or reference.maker is None or found >= _MOST_MEMBERS:
            continue
        if surface.of_people(reference.maker) and _are_private(surface, reference.maker):
            found += 1
            yield Referring(
                where,
                member.path,
                member.schema,
                reference.maker,
                reference.noun,
                reference.certain,
            )


def _naming(operation: Operation) -> Iterator[tuple[str, Member]]:
    if operation.body is not None and operation.changes:
        for member in members_of(operation.body.schema):
            yield "body", member
    for each in operation.taken("query"):
        yield "query", Member((each.name,), narrowed(each.schema), each.required)


def _reference(surface: Surface, operation: Operation, member: Member) -> Reference | None:
    if kind_of(member.schema) in {"array", "object"}:
        return None
    name = member.name
    if name == "id":
        # Its own, which attack 160 tries; in a list, that of each of the rows which it has.
        maker = kin_of(surface, operation, member.path) if EACH in member.path else None
        return None if maker is None else Reference(maker, noun_of(last_name(maker.path)), True)  # noqa: FBT003 - certain
    return reference_of(surface, operation, name, member.schema)


def _are_private(surface: Surface, maker: Operation) -> bool:
    """Whether the rows of a maker are read by their owners alone."""
    readers = [*readers_of(surface, maker), *listing_of(surface, maker)]
    return not any(
        surface.shared(each) or (surface.public(each) and not wants_a_signature(each))
        for each in readers
    )


def _anothers_row_named(operation: Operation, stage: Stage) -> Verdict:
    proper(stage, operation, stage.bob, fresh=bool(operation.names))
    verdicts = [
        _one_member(operation, member, stage)
        for member in referring_members(stage.surface, operation)
        if not member.in_list
    ]
    return worst(verdicts)


def _one_member(operation: Operation, member: Referring, stage: Stage) -> Verdict:
    hers = stage.preparing(stage.alice).row(member.maker)
    own_id = id_of(hers, member)
    seen = _send_naming(operation, member, own_id, stage)
    name = ".".join(member.path)
    if leaked := stage.leaked(seen.exchange):
        return got_in(
            f"the row that {name} names is Alice's, and comes out: {leaked[0]}", seen.exchange
        )
    if not operation.changes:
        return REFUSED  # a list that is narrowed to what is not Bob's may well be empty
    shown = seen_below(stage, hers, seen.marks) or _seen_later_by_bob(operation, stage, seen)
    if shown is not None:
        says = f"by {name}, what is Bob's and what is Alice's have come together"
        return got_in(says, seen.exchange, shown)
    missing = _send_naming(operation, member, missing_like(own_id), stage)
    if seen.exchange.succeeded and (member.certain or not missing.exchange.succeeded):
        return got_in(f"Bob's {name} is Alice's, and is taken", seen.exchange, missing.exchange)
    if seen.exchange.status != missing.exchange.status:
        return remark(
            f"as {name}, another's id is answered {seen.exchange.status} and a missing one "
            f"{missing.exchange.status}: whether a row exists can be told",
            seen.exchange,
            missing.exchange,
        )
    return REFUSED


@dataclass(frozen=True, slots=True)
class _Sent:
    exchange: Exchange
    marks: set[str]
    values: dict[str, str]


def _send_naming(operation: Operation, member: Referring, value: object, stage: Stage) -> _Sent:
    prepared = stage.prepare(operation, stage.bob, fresh=bool(operation.names))
    request = asking(stage, stage.bob, prepared, (member.where, member.path), value)
    exchange = stage.send(request, stage.bob)
    marks = marks_of(stage, stage.bob, [prepared.body, request.target])
    return _Sent(exchange, marks, dict(prepared.values))


def seen_below(stage: Stage, hers: Row, marks: set[str]) -> Exchange | None:
    """Return where Alice sees what Bob has sent: by her row, in a list of it or below it."""
    if not marks:
        return None
    reading = read_made(stage, hers, stage.alice)
    if reading is not None and has_any(reading, marks):
        return reading
    for below in stage.surface:
        if below.method != "GET" or not below.names or not stage.surface.of_people(below):
            continue
        own = hers.id_for(below.names[-1])
        prefix = hers.by.path.rstrip("/")
        if own is not None and below.path.startswith(f"{prefix}/{{{below.names[-1]}}}/"):
            values = {**hers.values, below.names[-1]: own}
            listed = read(stage, below, values, stage.alice)
            if listed is not None and has_any(listed, marks):
                return listed
    return None


def _seen_later_by_bob(operation: Operation, stage: Stage, sent: _Sent) -> Exchange | None:
    """Return where Bob sees Alice's row because his own names it now."""
    if not sent.exchange.succeeded:
        return None
    reading = stage.surface.find("GET", operation.path) if operation.names else None
    lists = lists_of(stage, operation, sent.values)
    for each in (reading, *lists):
        if each is not None and stage.surface.of_people(each):
            seen = read(stage, each, sent.values, stage.bob)
            if seen is not None and seen.succeeded and stage.leaked(seen):
                return seen
    return None


def id_of(row: Row, member: Referring) -> object:
    """Return the id of a row as a member takes it.

    Raises:
        Inconclusive: the app's answer names none.
    """
    name = next((part for part in reversed(member.path) if part != EACH), "id")
    found = row.id_for(f"{member.noun}_id" if member.noun else name)
    if found is None:
        raise Inconclusive(f"the answer of {row.by} names no id")
    return int(found) if kind_of(member.schema) == "integer" and found.isdigit() else found

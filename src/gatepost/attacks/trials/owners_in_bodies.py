"""Whose a row is, said in its body, 115, 116 and 169: ignored or refused, never believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.identities import names_a_person
from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.producers import last_name, producer_of
from gatepost.attacks.making.resources import Row, noun_of
from gatepost.attacks.making.rows import Granted
from gatepost.attacks.making.schemas import kind_of, narrowed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.naming_owners import OWNERS, as_people, declared_members, ways_to_name
from gatepost.attacks.trials.seeing import (
    marks_of,
    members_in,
    proper,
    read,
    read_made,
    rewritten,
    row_of,
    seen_in_lists,
    with_query,
)

_MAKERS = frozenset(
    {"owner", "owner_id", "ownerId", "created_by", "createdBy", "creator_id", "creatorId",
     "author_id", "authorId"}
)  # fmt: skip
_LETS_IN = frozenset(
    {"member", "share", "invite", "invitation", "collaborator", "participant", "follow", "friend",
     "message", "permission", "grant", "transfer", "assign", "block", "contact", "attendee"}
)  # fmt: skip


def owners_in_bodies(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 115, 116 and 169 for what makes a row or changes one."""
    for operation in surface:
        if not surface.of_people(operation):
            continue
        if operation.method == "POST" and {each.name for each in operation.taken("query")} & {
            *OWNERS
        }:
            yield Trial(find("115"), operation, partial(_asked_in_anothers_name, operation))
            continue
        if not _takes_a_table(surface, operation):
            continue
        if operation.method == "POST" and not _lets_in(operation):
            yield Trial(find("115"), operation, partial(_in_anothers_name, operation))
        if operation.method == "POST" and operation.names and _hands_over(operation):
            yield Trial(find("169"), operation, partial(_taken_over, operation))
        if operation.method in {"PUT", "PATCH"} and operation.names:
            yield Trial(find("116"), operation, partial(_given_away, operation))
            yield Trial(find("169"), operation, partial(_taken_over, operation))


def _lets_in(operation: Operation) -> bool:
    """Whether a body names whom something is for: a message does, a contact need not."""
    if noun_of(last_name(operation.path)) not in _LETS_IN:
        return False
    declared = declared_members(operation)
    others = [name for name in declared if "mail" in name.lower() or names_a_person(name)]
    return bool(operation.names) or not declared or any(each not in _MAKERS for each in others)


def _hands_over(operation: Operation) -> bool:
    return bool(
        {"transfer", "owner", "ownership", "assign", "claim"}
        & set(words_of(last_name(operation.path)))
    )


def _takes_a_table(surface: Surface, operation: Operation) -> bool:
    if str(operation) in surface.file.bodies:
        return isinstance(surface.file.bodies[str(operation)], dict)
    return operation.body is not None and kind_of(narrowed(operation.body.schema)) in {"object", ""}


@dataclass(frozen=True, slots=True)
class _Baseline:
    """What Bob gets without saying whose it is.

    Attributes:
        members: of his row, as he reads it.
        open: whether Alice sees it anyway, so that her seeing it shows nothing.
    """

    granted: Granted
    members: dict[str, object]
    open: bool


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What Bob has made or changed, and whom he has named as its owner."""

    made: Row
    exchange: Exchange
    marks: set[str]
    owner: dict[str, object]


def _in_anothers_name(operation: Operation, stage: Stage) -> Verdict:
    baseline = _baseline(operation, stage)
    for owner in ways_to_name(operation, stage, stage.alice, baseline.members):
        prepared = stage.prepare(operation, stage.bob)
        body = {**prepared.body, **owner} if isinstance(prepared.body, dict) else owner
        request = rewritten(stage, stage.bob, operation, prepared.values, body)
        exchange = stage.send(request, stage.bob)
        if exchange.succeeded:
            made = row_of(Granted(operation, prepared.values, body, exchange))
            marks = marks_of(stage, stage.bob, prepared.body)
            verdict = _whose(stage, baseline, _Attempt(made, exchange, marks, owner))
            if verdict is not REFUSED:
                return verdict
    return REFUSED


def _asked_in_anothers_name(operation: Operation, stage: Stage) -> Verdict:
    """Say it in the query, where a handler takes its values from there."""
    baseline = _baseline(operation, stage)
    for each in operation.taken("query"):
        if each.name not in OWNERS:
            continue
        for own in stage.identities.of(stage.alice)[:2]:
            prepared = stage.prepare(operation, stage.bob)
            request = with_query(prepared.request, each.name, quote(own, safe=""))
            exchange = stage.send(request, stage.bob)
            made = row_of(Granted(operation, prepared.values, prepared.body, exchange))
            marks = marks_of(stage, stage.bob, [prepared.body, request.target])
            if exchange.succeeded and not baseline.open:
                seen = _seen_by_alice(stage, made, marks)
                if seen is not None:
                    return got_in("what Bob made in Alice's name is hers", exchange, seen)
    return REFUSED


def _baseline(operation: Operation, stage: Stage) -> _Baseline:
    granted = proper(stage, operation, stage.bob)
    made = row_of(granted)
    marks = marks_of(stage, stage.bob, [granted.body, granted.exchange.request.target])
    seen = _seen_by_alice(stage, made, marks)
    reading = read_made(stage, made, stage.bob)
    members = {**members_in(granted.exchange), **members_in(reading)}
    return _Baseline(granted, members, seen is not None)


def _whose(stage: Stage, baseline: _Baseline, attempt: _Attempt) -> Verdict:
    """Tell whose a row is that Bob has made and called Alice's."""
    made, exchange = attempt.made, attempt.exchange
    if not baseline.open:
        seen = _seen_by_alice(stage, made, attempt.marks)
        if seen is not None:
            return got_in("what Bob made in Alice's name is among what is hers", exchange, seen)
    members = {**members_in(exchange), **members_in(read_made(stage, made, stage.bob))}
    mine = {str(each) for each in stage.identities.of(stage.bob)}
    for name, value in attempt.owner.items():
        before = baseline.members.get(name)
        if before is not None and before != value and members.get(name) == value:
            kept_by_app = name not in declared_members(baseline.granted.operation)
            if kept_by_app or str(before) in mine:
                return got_in(f"the app answers that {name} is whom Bob has named", exchange)
    return REFUSED


def _seen_by_alice(stage: Stage, made: Row, marks: set[str]) -> Exchange | None:
    if not marks:
        return None
    listed = seen_in_lists(stage, made.by, made.values, stage.alice, marks)
    if listed is not None:
        return listed
    reading = read_made(stage, made, stage.alice)
    found = reading is not None and reading.succeeded
    return reading if reading is not None and found and _holds(reading, marks) else None


def _holds(exchange: Exchange, marks: set[str]) -> bool:
    return any(mark.encode() in exchange.answered.body for mark in marks)


def _given_away(operation: Operation, stage: Stage) -> Verdict:
    granted = proper(stage, operation, stage.bob, fresh=True)
    producer = producer_of(stage.surface, operation, operation.names[-1]) or operation
    made = Row(producer, granted.values, members_in(granted.exchange), "", granted.body)
    marks = marks_of(stage, stage.bob, granted.body)
    reading = stage.surface.find("GET", operation.path)
    own = None if reading is None else read(stage, reading, granted.values, stage.bob)
    members = {**members_in(granted.exchange), **members_in(own)}
    baseline = _Baseline(granted, members, _seen_by_alice(stage, made, marks) is not None)
    for owner in ways_to_name(operation, stage, stage.alice, members):
        prepared = stage.prepare(operation, stage.bob, values=granted.values)
        body = {**prepared.body, **owner} if isinstance(prepared.body, dict) else owner
        request = rewritten(stage, stage.bob, operation, prepared.values, body)
        exchange = stage.send(request, stage.bob)
        if exchange.succeeded:
            changed = Row(producer, made.values, members_in(exchange) or made.answer, "", body)
            sent = marks_of(stage, stage.bob, prepared.body)
            found = _whose(stage, baseline, _Attempt(changed, exchange, sent, owner))
            if found is not REFUSED:
                return found
    return REFUSED


def _taken_over(operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    for owner in [
        *as_people(operation, stage, stage.bob),
        *ways_to_name(operation, stage, stage.bob, {})[:2],
    ]:
        prepared = stage.prepare(operation, fresh=True)
        body = stage.preparing(stage.bob).body_of(operation)
        whole = {**body, **owner} if isinstance(body, dict) else owner
        request = rewritten(stage, stage.bob, operation, prepared.values, whole)
        exchange = stage.send(request, stage.bob)
        if exchange.succeeded and not _may_be_his_own(operation, stage):
            return got_in("Bob is granted an update of Alice's row that says it is his", exchange)
        reading = stage.surface.find("GET", operation.path)
        after = None if reading is None else read(stage, reading, prepared.values, stage.bob)
        if after is not None and after.succeeded and stage.leaked(after):
            return got_in("Alice's row is Bob's after an update that was refused", exchange, after)
    return REFUSED


def _may_be_his_own(operation: Operation, stage: Stage) -> bool:
    """Whether everybody has rows of that name: `PUT /files/{name}` makes Bob's own file."""
    return producer_of(stage.surface, operation, operation.names[-1]) in (None, operation)

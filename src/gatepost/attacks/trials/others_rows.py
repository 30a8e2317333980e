"""Another's rows by the ids in a path, 105 and 124: the answer is that for no such row.

By HEAD and in parts as well, which handlers answer early: 105.2 and 105.6.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import (
    ask,
    granted,
    is_profile,
    missing,
    names_rows,
    path_of,
    send,
)
from gatepost.attacks.trials.judging import alike, crash, leaked
from gatepost.attacks.wire import RawRequest, with_fields

_BACKGROUND = re.compile(r"job|export|import|background|process|/results?\b|/reports?\b|/runs?\b")
_UNDER_WAY = re.compile(
    rb"pending|queued|running|processing|started|progress|waiting|scheduled|not ready"
)
_ACCEPTED = 202
_LONGEST_WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 0.2
_PART = ("Range", "bytes=0-65535")


def others_rows(surface: Surface) -> Iterator[Trial]:
    """Plan attack 105 for each operation that reads a row named in its path; 124 for jobs."""
    for operation in surface:
        if not is_for_everybody_signed_in(surface, operation):
            continue
        if operation.method == "HEAD" and operation.names and surface.of_people(operation):
            yield Trial(find("105.2"), operation, partial(_head, operation))
        if not reads_by_path(operation):
            continue
        attack = find("124" if is_of_background(operation) else "105")
        yield Trial(attack, operation, partial(_read, operation))
        if surface.of_people(operation):
            yield Trial(find("105.6"), operation, partial(_part, operation))
            if surface.find("HEAD", operation.path) is None:
                yield Trial(find("105.2"), operation, partial(_head, operation))


def reads_by_path(operation: Operation) -> bool:
    """Whether an operation reads what its path names."""
    return operation.method == "GET" and bool(operation.names)


def is_for_everybody_signed_in(surface: Surface, operation: Operation) -> bool:
    """Whether it is for people, their own rows or shared ones, and for no stranger."""
    return surface.public(operation) is None and surface.administrative(operation) is None


def is_of_background(operation: Operation) -> bool:
    """Whether an operation reads of what the app does meanwhile: a job, its result."""
    return _BACKGROUND.search(operation.path.lower()) is not None


def when_done(stage: Stage, first: Exchange, person: Person) -> Exchange:
    """Ask again for as long as an answer says that something is under way."""
    until, latest = time.monotonic() + _LONGEST_WAIT_SECONDS, first
    while _is_under_way(latest) and time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)
        latest = send(stage, first.request, person)
    return latest


def _is_under_way(exchange: Exchange) -> bool:
    return exchange.status in {_ACCEPTED, 409, 425} or bool(
        _UNDER_WAY.search(exchange.answered.body.lower())
    )


def _read(operation: Operation, stage: Stage) -> Verdict:
    values = path_of(stage, operation, stage.alice)
    hers = granted(stage, ask(stage, operation, stage.alice, values), stage.alice)
    if is_of_background(operation):
        hers = when_done(stage, hers, stage.alice)
    exchange = send(stage, ask(stage, operation, stage.bob, values), stage.bob)
    if found := leaked(stage, exchange):
        return got_in(f"Bob's answer has what is Alice's: {found[0]}", exchange)
    if stage.surface.shared(operation) is not None:
        return REFUSED
    return crash(exchange, hers) or _compared(operation, stage, values, exchange)


def _compared(
    operation: Operation, stage: Stage, values: Mapping[str, str], exchange: Exchange
) -> Verdict:
    """Judge an answer beside that for an id that nobody has."""
    nobodys = missing(values, operation.names[-1])
    twin = send(stage, ask(stage, operation, stage.bob, nobodys), stage.bob)
    ids = {*values.values(), *nobodys.values()}
    if alike(exchange.answered, twin.answered, ids):
        return REFUSED
    if not exchange.succeeded:
        return remark(
            f"another's id is answered {exchange.status} and a missing one {twin.status}, not "
            "alike: whether a row exists can be told",
            exchange,
            twin,
        )
    if not names_rows(stage, operation, stage.alice) or is_profile(stage.surface, operation):
        return REFUSED  # of whoever is named: attack 150 looks at what is told of people
    again = send(stage, ask(stage, operation, stage.bob, values), stage.bob)
    if twin.succeeded and not alike(exchange.answered, again.answered, ids):
        return remark("no two of its answers are alike: what they tell is not seen", exchange)
    return got_in("Bob is granted what is Alice's", exchange, twin)


def _head(operation: Operation, stage: Stage) -> Verdict:
    values = path_of(stage, operation, stage.alice)
    hers = send(stage, _heads(stage, operation, stage.alice, values), stage.alice)
    if not hers.succeeded:
        return not_applicable("it answers no HEAD")
    exchange = send(stage, _heads(stage, operation, stage.bob, values), stage.bob)
    if found := leaked(stage, exchange):
        return got_in(f"Bob's answer has what is Alice's: {found[0]}", exchange)
    nobodys = missing(values, operation.names[-1])
    twin = send(stage, _heads(stage, operation, stage.bob, nobodys), stage.bob)
    told = exchange.succeeded and not twin.succeeded
    if told and not is_profile(stage.surface, operation):
        return got_in("Bob is granted the head of what is Alice's", exchange, twin)
    return crash(exchange, hers) or REFUSED


def _part(operation: Operation, stage: Stage) -> Verdict:
    """Ask for some bytes, which a handler may send before it asks whose they are."""
    values = path_of(stage, operation, stage.alice)
    plain = ask(stage, operation, stage.bob, values)
    if send(stage, plain, stage.bob).succeeded:
        return REFUSED  # attack 105 tells of that
    exchange = send(stage, with_fields(plain, _PART), stage.bob)
    if found := leaked(stage, exchange):
        return got_in(f"Bob's part has what is Alice's: {found[0]}", exchange)
    hers = send(stage, with_fields(plain, _PART), stage.alice)
    if exchange.succeeded and exchange.answered.body == hers.answered.body:
        return got_in("Bob is granted a part of what is Alice's", exchange)
    return crash(exchange, hers) or REFUSED


def _heads(stage: Stage, operation: Operation, by: Person, values: Mapping[str, str]) -> RawRequest:
    return replace(ask(stage, operation, by, values), method="HEAD")

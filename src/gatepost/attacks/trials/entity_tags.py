"""Another's row by its entity tag, 120: a precondition tells only whoever may read the row."""

from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import answered, ask, granted, is_made, missing, path_of, send
from gatepost.attacks.trials.others_rows import reads_by_path
from gatepost.attacks.trials.owners_answers import hers
from gatepost.attacks.wire import with_fields

_NOT_MODIFIED, _FAILED = 304, 412
_OTHER = '"another-entity-tag"'


def entity_tags(surface: Surface) -> Iterator[Trial]:
    """Plan attack 120 for each operation on one row, and 120.1 for each on a list."""
    for operation in surface:
        if not surface.of_people(operation):
            continue
        reading = surface.find("GET", operation.path)
        if reads_by_path(operation):
            yield Trial(find("120"), operation, partial(_not_modified, operation))
        elif operation.method == "GET":
            yield Trial(find("120.1"), operation, partial(_same_list, operation))
        elif operation.changes and operation.names and reading is not None:
            yield Trial(find("120"), operation, partial(_if_match, operation, reading))


def _tags(exchange: Exchange) -> tuple[str, str]:
    """Return the entity tag of an answer and the date of its last change; empty where none."""
    tag = next(iter(exchange.answered.every("ETag")), "")
    return tag, next(iter(exchange.answered.every("Last-Modified")), "")


def _conditions(exchange: Exchange) -> list[tuple[str, str]]:
    tag, modified = _tags(exchange)
    pairs = [("If-None-Match", tag), ("If-Modified-Since", modified)]
    return [*(pair for pair in pairs if pair[1]), *([("If-None-Match", "*")] if tag else [])]


def _not_modified(operation: Operation, stage: Stage) -> Verdict:
    values = path_of(stage, operation, stage.alice)
    first = granted(stage, ask(stage, operation, stage.alice, values), stage.alice)
    conditions = _conditions(first)
    if not conditions:
        return not_applicable("its answers have no entity tag")
    nobodys = missing(values, operation.names[-1])
    for field in conditions:
        request = with_fields(ask(stage, operation, stage.bob, values), field)
        exchange = send(stage, request, stage.bob)
        if exchange.status in {_NOT_MODIFIED, _FAILED}:
            twin_request = with_fields(ask(stage, operation, stage.bob, nobodys), field)
            twin = send(stage, twin_request, stage.bob)
            if twin.status != exchange.status:
                return got_in(f"{field[0]} tells Bob of Alice's row: {exchange.status}", exchange)
    return REFUSED


def _same_list(operation: Operation, stage: Stage) -> Verdict:
    """Ask for Bob's list by the tag of Alice's: it is another, so the tag must not be its own."""
    first = hers(stage, operation)
    if not _tags(first)[0]:
        return not_applicable("its answers have no entity tag")
    first = answered(stage, operation, stage.alice)
    his = send(stage, ask(stage, operation, stage.bob, {}), stage.bob)
    tag, _ = _tags(first)
    if not tag or not his.succeeded:
        return not_applicable("its answers have no entity tag")
    if first.answered.body == his.answered.body:
        return not_applicable("Alice's answer and Bob's are the same")
    request = with_fields(ask(stage, operation, stage.bob, {}), ("If-None-Match", tag))
    exchange = send(stage, request, stage.bob)
    if exchange.status == _NOT_MODIFIED:
        return got_in("Alice's list and Bob's, which differ, go by one entity tag", exchange, his)
    return REFUSED


def _if_match(operation: Operation, reading: Operation, stage: Stage) -> Verdict:
    fresh = is_made(stage.surface, operation, operation.names[-1])
    values = path_of(stage, operation, stage.alice, fresh=fresh)
    tag, _ = _tags(granted(stage, ask(stage, reading, stage.alice, values), stage.alice))
    if not tag:
        return not_applicable("its answers have no entity tag")
    wrong = _with_tag(operation, stage, values, _OTHER)
    right = _with_tag(operation, stage, values, tag)
    if operation.method == "DELETE":
        stage.preparing(stage.alice).forget(values)
    if right.succeeded:
        return got_in("by its entity tag Bob changes what is Alice's", right)
    if (wrong.status == _FAILED) != (right.status == _FAILED):
        return got_in("whether an entity tag is that of Alice's row can be told", wrong, right)
    return REFUSED


def _with_tag(operation: Operation, stage: Stage, values: Mapping[str, str], tag: str) -> Exchange:
    request = ask(stage, operation, stage.bob, values)
    return send(stage, with_fields(request, ("If-Match", tag)), stage.bob)

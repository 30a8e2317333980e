"""A row below another: one's own parent with another's child, and the other way round (114)."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.identities import stands_for_person
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import ask, granted, is_made, missing, path_of, send
from gatepost.attacks.trials.judging import alike, crash
from gatepost.attacks.trials.others_changed import Watched, happened_to

_METHODS = frozenset({"GET", "PUT", "PATCH", "DELETE", "POST"})


def nested(surface: Surface) -> Iterator[Trial]:
    """Plan attack 114 for each operation that names a row and what the row is in."""
    for operation in surface:
        rows = [name for name in operation.names if _is_row(surface, operation, name)]
        if len(rows) > 1 and operation.method in _METHODS and surface.of_people(operation):
            yield Trial(find("114"), operation, partial(_own_parent, operation))
            yield Trial(find("114.1"), operation, partial(_own_child, operation))


def _is_row(surface: Surface, operation: Operation, name: str) -> bool:
    return is_made(surface, operation, name) or stands_for_person(surface, operation, name)


def _own_parent(operation: Operation, stage: Stage) -> Verdict:
    hers = path_of(stage, operation, stage.alice, fresh=operation.changes)
    if not operation.changes:
        granted(stage, ask(stage, operation, stage.alice, hers), stage.alice)
    his = path_of(stage, operation, stage.bob)
    watched = _watched(stage, operation, hers)
    for split in range(1, len(operation.names)):
        mixed = {**hers, **{name: his[name] for name in operation.names[:split]}}
        verdict = _mixed(operation, stage, watched, mixed)
        if verdict is not REFUSED:
            return verdict
    return REFUSED


def _mixed(operation: Operation, stage: Stage, watched: Watched, mixed: dict[str, str]) -> Verdict:
    last = operation.names[-1]
    exchange = send(stage, ask(stage, operation, stage.bob, mixed), stage.bob)
    if happened := happened_to(stage, watched, exchange) or crash(exchange):
        return happened
    # Somebody may well name another person below a row of their own: to invite them.
    if not exchange.succeeded or stands_for_person(stage.surface, operation, last):
        return REFUSED
    nobodys = missing(mixed, last)
    twin = send(stage, ask(stage, operation, stage.bob, nobodys), stage.bob)
    ids = {*mixed.values(), *nobodys.values()}
    same = alike(exchange.answered, twin.answered, ids)
    if not twin.succeeded or not (operation.changes or same):
        return got_in("below his own row Bob is granted what is Alice's", exchange, twin)
    return REFUSED


def _watched(stage: Stage, operation: Operation, hers: dict[str, str]) -> Watched:
    if not operation.changes:
        return Watched(stage.alice, (), ())
    return Watched.of(stage, operation, stage.alice, hers)


def _own_child(operation: Operation, stage: Stage) -> Verdict:
    last = operation.names[-1]
    hers = path_of(stage, operation, stage.alice)
    his = path_of(stage, operation, stage.bob, fresh=operation.changes)
    watched = _watched(stage, operation, hers)
    mixed = {**hers, last: his[last]}
    exchange = send(stage, ask(stage, operation, stage.bob, mixed), stage.bob)
    if operation.method == "DELETE":
        stage.preparing(stage.bob).forget(his)
    return happened_to(stage, watched, exchange) or crash(exchange) or REFUSED

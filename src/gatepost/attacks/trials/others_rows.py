"""Another's rows by their ids, 105 to 107: the answer is that for an id that never existed."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, remark
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial

_BY_METHOD = {"GET": "105", "PUT": "106", "PATCH": "106", "DELETE": "107", "POST": "106"}


def others_rows(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 105, 106 and 107 for each operation that names a row in its path."""
    for operation in surface:
        if operation.names and surface.of_people(operation) and operation.method in _BY_METHOD:
            attack = find(_BY_METHOD[operation.method])
            yield Trial(attack, operation, partial(_anothers_row, operation))


def _anothers_row(operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    prepared = stage.prepare(operation, fresh=operation.changes)
    before = _seen_by_owner(operation, stage, prepared.values)
    exchange = stage.send(prepared.request, stage.bob)
    if leaked := stage.leaked(exchange):
        return got_in(f"Bob's answer has what is Alice's: {leaked[0]}", exchange)
    if exchange.succeeded:
        return got_in("Bob is granted what is Alice's", exchange)
    after = _seen_by_owner(operation, stage, prepared.values)
    if before != after:
        return got_in("Alice's row is not as it was before Bob's refused request", exchange)
    missing = stage.prepare(operation, values=_missing(prepared.values))
    twin = stage.send(missing.request, stage.bob)
    if twin.status != exchange.status:
        return remark(
            f"another's id is answered {exchange.status} and a missing one {twin.status}: whether "
            "a row exists can be told",
            exchange,
            twin,
        )
    return REFUSED


def _seen_by_owner(
    operation: Operation, stage: Stage, values: dict[str, str] | object
) -> bytes | None:
    """Return the row as its owner reads it, where the app has a way to read it."""
    reading = stage.surface.find("GET", operation.path)
    if reading is None or not isinstance(values, dict):
        return None
    try:
        request = stage.prepare(reading, values=values).request
    except Inconclusive:
        return None
    return stage.send(request, stage.alice).answered.body


def _missing(values: object) -> dict[str, str]:
    """Return ids of the same shape that nobody has."""
    known = values if isinstance(values, dict) else {}
    return {name: _like(value) for name, value in known.items()}


def _like(value: str) -> str:
    if value.isdigit():
        return "9" * min(max(len(value), 9), 9)
    turned = {"0": "1", "a": "b", "f": "e"}
    return (
        "".join(turned.get(each, each) for each in value[::-1]) if len(value) > 4 else f"{value}x"
    )

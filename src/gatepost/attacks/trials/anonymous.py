"""Nobody at the door: every operation that is not public, without a credential."""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus

from gatepost.attacks.answers import Expected, complaints
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.door import any_request, broke, door_of

_REDIRECTS = range(300, 400)
_NOTHING_THERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def anonymous(surface: Surface) -> Iterator[Trial]:
    """Plan attack 1 for each operation that is for people.

    Signing out is not tried: who has no session may be told that it is over.
    """
    signing_out = surface.file.people.sign_out
    for operation in surface:
        if operation.is_websocket or surface.public(operation) is not None:
            continue
        if signing_out is None or operation.path != signing_out.path:
            yield Trial(find("1.1"), operation, partial(_without_a_credential, operation))


def _without_a_credential(operation: Operation, stage: Stage) -> Verdict:
    exchange = _knocked(operation, stage)
    if exchange.succeeded:
        if _is_documentation(operation):
            return remark("the documentation that FastAPI makes is open to strangers", exchange)
        return got_in("a stranger without any credential is answered", exchange)
    if leaked := stage.leaked(exchange):
        return got_in(f"a refusal tells a stranger what is Alice's: {leaked[0]}", exchange)
    if exchange.status in _REDIRECTS:
        return REFUSED
    if exchange.status in _REFUSALS:
        flaws = complaints(Expected.R0, exchange.answered)
        return remark("; ".join(flaws), exchange) if flaws else REFUSED
    return _compared(operation, stage, exchange)


def _knocked(operation: Operation, stage: Stage) -> Exchange:
    try:
        return door_of(stage, operation).knock()
    except Inconclusive:
        # What no row can be made for is asked for all the same: the door comes before the row.
        return stage.send(any_request(stage, operation))


def _compared(operation: Operation, stage: Stage, exchange: Exchange) -> Verdict:
    """Tell what an answer means that neither grants nor refuses: the owner may get another."""
    if operation.path.endswith("*") and exchange.status in _NOTHING_THERE:
        return not_applicable("nothing answers there")
    if broke(exchange):
        stage.control(operation)
        return got_in(f"the app breaks: {exchange.status}, where 401 is owed", exchange)
    if exchange.status in _NOTHING_THERE:
        try:
            stage.control(operation)
        except Inconclusive:
            return not_applicable("nothing answers there")
        return REFUSED
    stage.control(operation)
    return remark(f"a stranger is answered {exchange.status}, and not 401", exchange)


def _is_documentation(operation: Operation) -> bool:
    """Whether it is one of the pages that FastAPI adds by itself."""
    place = operation.place
    return place is not None and place.file.replace("\\", "/").endswith("fastapi/applications.py")

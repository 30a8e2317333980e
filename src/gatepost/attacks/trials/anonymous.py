"""Nobody at the door: every operation that is not public, without a credential."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.answers import Expected, complaints
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial

_REDIRECTS = range(300, 400)


def anonymous(surface: Surface) -> Iterator[Trial]:
    """Plan attack 1 for each operation that is for people."""
    for operation in surface:
        if surface.public(operation) is None and not operation.is_websocket:
            yield Trial(find("1.1"), operation, partial(_without_a_credential, operation))


def _without_a_credential(operation: Operation, stage: Stage) -> Verdict:
    try:
        prepared = stage.prepare(operation)
    except Inconclusive:
        # What no row can be made for is asked for all the same: the door comes before the row.
        prepared = stage.prepare(operation, values=dict.fromkeys(operation.names, "1"))
    exchange = stage.send(prepared.request)
    if exchange.succeeded:
        return got_in("a stranger without any credential is answered", exchange)
    if leaked := stage.leaked(exchange):
        return got_in(f"a refusal tells a stranger what is Alice's: {leaked[0]}", exchange)
    if exchange.status in _REDIRECTS:
        return REFUSED
    if exchange.status in {404, 405}:
        return not_applicable("nothing answers there")
    flaws = complaints(Expected.R0, exchange.answered)
    return remark("; ".join(flaws), exchange) if flaws else REFUSED

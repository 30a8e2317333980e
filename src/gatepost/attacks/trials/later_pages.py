"""Another's rows on a later page, 108.1: what is left out of the first page is left out of all."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.resources import items_of, parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Parameter
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import own, send, with_query
from gatepost.attacks.trials.judging import crash, leaked
from gatepost.attacks.trials.parameters import LIMITS, declared_like, numbered_pages

_MOST_ROWS = 50
_AT_ONCE = 5
_MOST_PAGES = 25
_FEW = "5"


def later_pages(surface: Surface) -> Iterator[Trial]:
    """Plan attack 108.1 for each list of a person's own whose pages have numbers."""
    for operation in surface:
        if operation.method == "GET" and surface.of_people(operation):
            for taken in numbered_pages(operation)[:1]:
                yield Trial(find("108.1"), operation, partial(_turned, operation, taken))


def _turned(operation: Operation, taken: Parameter, stage: Stage) -> Verdict:
    """Turn Bob's pages until there are no more, when Alice has more than goes on one."""
    if not _alice_has_two_pages(operation, taken, stage):
        return not_applicable(f"Alice's rows are on one page, or {_MOST_ROWS} are not enough")
    for number in range(2, _MOST_PAGES):
        exchange = _page(operation, taken, stage, number, bobs=True)
        if found := leaked(stage, exchange):
            return got_in(f"page {number} of Bob's has what is Alice's: {found[0]}", exchange)
        if failed := crash(exchange):
            return failed
        if not exchange.succeeded or not items_of(parsed(exchange.answered.body)):
            break
    return REFUSED


def _alice_has_two_pages(operation: Operation, taken: Parameter, stage: Stage) -> bool:
    """Let Alice make rows until there is a second page; returns whether there is one."""
    near = [each for each in makers(stage.surface) if each.path.rstrip("/") in operation.path]
    for made in range(0, _MOST_ROWS + 1, _AT_ONCE):
        second = _page(operation, taken, stage, 2, bobs=False)
        if items_of(parsed(second.answered.body)):
            return second.succeeded
        if not near or made == _MOST_ROWS:
            break
        for _ in range(_AT_ONCE):
            with suppress(Inconclusive):
                stage.preparing(stage.alice).row(near[-1], fresh=True)
    return False


def _page(
    operation: Operation, taken: Parameter, stage: Stage, number: int, *, bobs: bool
) -> Exchange:
    whose = stage.bob if bobs else stage.alice
    few = [(each.name, _FEW) for each in declared_like(operation, LIMITS)]
    return send(
        stage, with_query(own(stage, operation, whose), *few, (taken.name, str(number))), whose
    )

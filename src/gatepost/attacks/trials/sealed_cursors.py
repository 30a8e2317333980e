"""Sealed cursors, 111.2: one that nobody can change is still another's, and opens for them alone.

Nothing of Alice's comes out by it; what it says of her rows, their times or titles, is told by
what it leaves of Bob's own.
"""

import re
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.harvest import decoded
from gatepost.attacks.making.resources import items_of, parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import granted, own, send, with_query
from gatepost.attacks.trials.cursors import cursors_of, make_there
from gatepost.attacks.trials.parameters import CURSORS, LIMITS, declared_like
from gatepost.attacks.wire import RawRequest

_SEALED = re.compile(r"[A-Za-z0-9_.+/=-]{24,}")
_OF_ROWS = re.compile(r"\d{4}-\d\d-\d\d.*|[0-9a-fA-F-]{24,36}")
"""A time or an id, in plain letters."""
_MOST_TRIED = 3
_CHANGES = 6


def sealed_cursors(surface: Surface) -> Iterator[Trial]:
    """Plan attack 111.2 for each operation that takes a cursor."""
    for operation in surface:
        taken = declared_like(operation, CURSORS)
        if operation.method == "GET" and taken and surface.of_people(operation):
            yield Trial(find("111.2"), operation, partial(_opens, operation, taken[0].name))


def _opens(operation: Operation, name: str, stage: Stage) -> Verdict:
    """Let Bob, who has rows from before and after Alice's, go on where her page ended."""
    make_there(operation, stage, stage.bob)
    hers = cursors_of(operation, name, stage, stage.alice)
    make_there(operation, stage, stage.bob)
    sealed = [each for each in hers if _is_sealed(each)][:_MOST_TRIED]
    if not sealed:
        return not_applicable("no cursor of Alice's is sealed")
    limits = [(each.name, "1") for each in declared_like(operation, LIMITS)]
    plain = with_query(own(stage, operation, stage.bob), *limits)
    first = granted(stage, plain, stage.bob)
    for word in sealed:
        exchange = send(stage, with_query(plain, (name, word)), stage.bob)
        if _rows_in(exchange) and _rows_in(exchange) != _rows_in(first):
            if _is_kept_whole(stage, plain, name, word):
                return remark("a sealed cursor of Alice's opens for Bob", exchange, first)
            return not_applicable("its cursors are places that anybody may write")
    return REFUSED


def _is_sealed(cursor: str) -> bool:
    """Whether a cursor may be sealed or signed: no plain place, nor one in base64."""
    return (
        _SEALED.fullmatch(cursor) is not None
        and _OF_ROWS.fullmatch(cursor) is None
        and decoded(cursor) is None
    )


def _rows_in(exchange: Exchange) -> list[object]:
    return list(items_of(parsed(exchange.answered.body))) if exchange.succeeded else []


def _is_kept_whole(stage: Stage, plain: RawRequest, name: str, word: str) -> bool:
    """Whether the app refuses a cursor in which any letter is another."""
    for at in range(0, len(word) - 1, max(1, len(word) // _CHANGES)):
        changed = f"{word[:at]}{'B' if word[at] == 'A' else 'A'}{word[at + 1 :]}"
        if send(stage, with_query(plain, (name, changed)), stage.bob).succeeded:
            return False
    return True

"""Questions about what one may not see: filters, searches and sorting, 110."""

import secrets
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.harvest import texts
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Parameter
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import own, send, with_query
from gatepost.attacks.trials.judging import alike, crash, leaked
from gatepost.attacks.trials.others_rows import is_for_everybody_signed_in
from gatepost.attacks.trials.parameters import SORTS, choices_of, declared_like, is_text

_HIDDEN = (
    "password", "password_hash", "hashed_password", "owner.email", "owner__email", "user.password",
    "-password_hash", "secret",
)  # fmt: skip
_MOST_VALUES = 4


def oracles(surface: Surface) -> Iterator[Trial]:
    """Plan attack 110 for each operation that filters or sorts by what it is told."""
    for operation in surface:
        if operation.method != "GET" or not is_for_everybody_signed_in(surface, operation):
            continue
        sorts = [each for each in declared_like(operation, SORTS) if is_text(each)]
        filters = [each for each in operation.taken("query") if is_text(each) and each not in sorts]
        if filters:
            yield Trial(find("110"), operation, partial(_filter, operation, filters))
        if sorts:
            yield Trial(find("110.1"), operation, partial(_sort, operation, sorts))


def _filter(operation: Operation, filters: list[Parameter], stage: Stage) -> Verdict:
    plain, tried = own(stage, operation, stage.bob), False
    for taken in filters:
        for value in _hers(stage, operation, taken.name):
            tried = True
            strange = f"c{secrets.token_hex(len(value) // 2)}"[: len(value)]
            asked, other = (with_query(plain, (taken.name, each)) for each in (value, strange))
            exchange = send(stage, asked, stage.bob)
            if found := leaked(stage, exchange):
                return got_in(f"Bob looks for a text of Alice's and finds: {found[0]}", exchange)
            twin, again = send(stage, other, stage.bob), send(stage, asked, stage.bob)
            ids = (value, strange)
            if alike(exchange.answered, twin.answered, ids):
                continue
            if alike(exchange.answered, again.answered, ids):
                says = f"{taken.name!r} answers otherwise for a text that Alice has"
                return got_in(says, exchange, twin)
    return REFUSED if tried else not_applicable("there is no text of Alice's to look for")


def _hers(stage: Stage, operation: Operation, name: str) -> list[str]:
    """Return texts of Alice's, first those that she has given to a member of the same name."""
    belongings = belongings_of(stage, stage.alice)
    near = sorted(belongings.rows, key=lambda row: not operation.path.startswith(row.by.path))
    named = [row.sent[name] for row in near if isinstance(row.sent, dict) and name in row.sent]
    found = [each for each in texts([*named, *(row.sent for row in near)]) if len(each) > 3]  # noqa: PLR2004
    hers = [each for each in found if each.lower() in belongings.marks]
    return list(dict.fromkeys(hers))[:_MOST_VALUES]


def _sort(operation: Operation, sorts: list[Parameter], stage: Stage) -> Verdict:
    plain = own(stage, operation, stage.bob)
    for taken in sorts:
        if list(choices_of(taken.schema)):
            continue
        nonsense = send(stage, with_query(plain, (taken.name, "zzz_nothing")), stage.bob)
        if failed := crash(nonsense):
            return failed
        for hidden in _HIDDEN:
            exchange = send(stage, with_query(plain, (taken.name, hidden)), stage.bob)
            if failed := crash(exchange):
                return failed
            if exchange.succeeded and not alike(exchange.answered, nonsense.answered):
                says = f"it sorts by {hidden!r}, which nobody sees, and by no other unknown name"
                shared = stage.surface.shared(operation) is not None
                return (got_in if shared else remark)(says, exchange, nonsense)
    return REFUSED

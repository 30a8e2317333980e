"""Signatures, 20 to 63: tokens that nobody who may has signed, at every door.

Every closed operation gets the handful that a single route gets wrong by itself: an app may verify
in one dependency and decode without looking in another. The whole list goes to few, as
`aiming.the_few` says.
"""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.catalogue.any_token import SIGNATURE_OF_ANY_APP
from gatepost.attacks.catalogue.attack import TokenAttack
from gatepost.attacks.catalogue.claims import CLAIMS
from gatepost.attacks.catalogue.signature import SIGNATURE
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.material import DoesNotApply
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, probe, the_few
from gatepost.attacks.trials.door import Door, broke, door_of
from gatepost.attacks.trials.hostile_tokens import (
    Forged,
    broken_by_the_key,
    forgeries,
    hostile_token,
    is_refusal,
    signed_again,
    why_not,
)

_HANDFUL = frozenset({"20", "20.1", "25.1", "25.2", "44.1"})
_COMPARED = tuple(
    each for each in (*SIGNATURE, *SIGNATURE_OF_ANY_APP, *CLAIMS)
    if each.id in {"20", "25.1", "44.1", "64.3"}
)  # fmt: skip
_MOST_SHOWN = 5


def signatures(surface: Surface) -> Iterator[Trial]:
    """Plan the attacks on signatures; what lets nobody in by itself is tried together, as 149.2."""
    few = the_few(surface)
    for operation in closed(surface):
        for attack in (*SIGNATURE, *SIGNATURE_OF_ANY_APP):
            if attack.lets_in and (operation in few or attack.id in _HANDFUL):
                yield Trial(attack, operation, partial(hostile_token, attack, operation))
    seen = probe(surface)
    if seen is not None:
        yield Trial(find("149.2"), seen, partial(_lax, seen))
        yield Trial(find("149.3"), seen, partial(_tells_the_cause, seen))


def _lax(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (closed_to_all := why_not(door)) is not None:
        return closed_to_all
    accepted: dict[str, Exchange] = {}
    broken: Verdict | None = None
    for attack in (*SIGNATURE, *SIGNATURE_OF_ANY_APP, *CLAIMS):
        if attack.lets_in or not is_refusal(attack):
            continue
        for forged in _made(attack, door):
            exchange = door.present(forged.token)
            if forged.by_key and broke(exchange, door.control()):
                broken = broken or broken_by_the_key(exchange)
                continue
            verdict = door.judge(exchange, attack.name, lets_in=False)
            if verdict.outcome is Outcome.FINDING:
                return verdict
            if door.grants(exchange):
                accepted[f"{attack.id} {attack.name}"] = exchange
    if accepted:
        shown = tuple(accepted.values())[:_MOST_SHOWN]
        return remark(f"accepted, where a refusal is owed: {', '.join(accepted)}", *shown)
    return broken or REFUSED


def _made(attack: TokenAttack, door: Door) -> list[Forged]:
    """Return the tokens of an attack, those that are signed only where such are believed."""
    try:
        made = list(forgeries(attack, door))
        if any(each.by_key for each in made):
            signed_again(door)
    except (DoesNotApply, Inconclusive):
        return []
    return made


def _tells_the_cause(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (closed_to_all := why_not(door)) is not None:
        return closed_to_all
    nonsense = door.nonsense()
    for attack in _COMPARED:
        for forged in _made(attack, door):
            exchange = door.present(forged.token)
            if not door.grants(exchange) and _told_apart(exchange, nonsense):
                return remark(
                    f"refusals tell the cause: {attack.name} is answered in other words than "
                    "nonsense is",
                    exchange,
                    nonsense,
                )
    return REFUSED


def _told_apart(one: Exchange, other: Exchange) -> bool:
    seen = [
        (each.status, each.answered.every("WWW-Authenticate"), each.answered.body)
        for each in (one, other)
    ]
    return seen[0] != seen[1]

"""Bodies of strangers, 15: who is not known is refused before their body is read."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.client import HTTPException

from gatepost.attacks.catalogue.attack import RequestAttack
from gatepost.attacks.catalogue.transport import TRANSPORT
from gatepost.attacks.outcomes import REFUSED, Verdict, not_applicable, remark
from gatepost.attacks.people.carrier import bare
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import the_few
from gatepost.attacks.trials.door import Door, door_of
from gatepost.attacks.trials.transport import why_open
from gatepost.attacks.wire import RawRequest, send, with_fields

_BODIES = 15
_LEAST_SECONDS = 2.0
_TIMES_AS_LONG = 50
_CONTINUE = 100


def unread_bodies(surface: Surface) -> Iterator[Trial]:
    """Plan attack 15 for one operation that takes a body.

    That an app reads first and asks afterwards lets nobody in: it is remarked.
    """
    taking = [each for each in the_few(surface) if each.changes and each.body is not None]
    for operation in taking[:1]:
        for attack in TRANSPORT:
            if attack.number == _BODIES:
                yield Trial(attack, operation, partial(_body_of_a_stranger, attack, operation))


def _body_of_a_stranger(attack: RequestAttack, operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return not_applicable(reason)
    plain = door.stranger()
    kept = tuple(
        each for each in door.request().fields if each[0].lower() != "content-length"
    )  # fmt: skip
    request = replace(
        with_fields(replace(door.request(), fields=kept), *attack.fields),
        body=attack.body, announced=attack.announced,
    )  # fmt: skip
    exchange = _answer_in_time(door, request, max(_LEAST_SECONDS, _TIMES_AS_LONG * plain.seconds))
    if exchange is None:
        return remark(f"a stranger is kept waiting: {attack.name}", plain)
    if exchange.status == _CONTINUE:
        return remark(f"a stranger is asked for the body: {attack.name}", exchange)
    if exchange.status not in {plain.status, 401, 403}:
        verdict = door.judge(exchange, f"a stranger gets in: {attack.name}")
        if verdict != REFUSED:
            return verdict
        return remark(f"a stranger's body is read: {attack.name} is answered {exchange.status}",
                      exchange)  # fmt: skip
    return REFUSED


def _answer_in_time(door: Door, request: RawRequest, seconds: float) -> Exchange | None:
    """Return the answer to a request whose body does not come, or None where there is none."""
    fields = [*request.fields, *bare(door.owner).fields]
    began = time.monotonic()
    try:
        whole = replace(request, fields=fields)
        answered = send(door.stage.sender.url, whole, seconds=seconds)
    except (OSError, HTTPException):
        return None
    return Exchange(whole, answered, "", time.monotonic() - began)

"""One person's after another's: after a failure (129), and at the same time (130)."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import answered, own, path_of, send
from gatepost.attacks.trials.judging import leaked, marks_in
from gatepost.attacks.trials.owners_answers import never_ends
from gatepost.attacks.wire import RawRequest

_TIMES = 20
_MOST_OPERATIONS = 6
_TOO_LONG = "x" * 10_000
_TOO_LARGE = 2**63


def crossing(surface: Surface) -> Iterator[Trial]:
    """Plan attack 129 for each operation that makes rows, and 130 for the first that read."""
    for operation in makers(surface):
        if surface.of_people(operation) and operation.body is not None:
            yield Trial(find("129"), operation, partial(_after_failure, operation))
    for operation in _reading(surface)[:_MOST_OPERATIONS]:
        yield Trial(find("130"), operation, partial(_at_once, operation))


def _reading(surface: Surface) -> list[Operation]:
    """Return what reads a person's own, that which has fewer parameters first."""
    found = [
        each
        for each in surface
        if each.method == "GET" and surface.of_people(each) and "*" not in each.path
    ]
    return sorted(found, key=lambda each: len(each.names))


def _after_failure(operation: Operation, stage: Stage) -> Verdict:
    """Let Alice's request fail on its way; what comes next must not be taken for hers."""
    preparing = stage.preparing(stage.alice)
    prepared = preparing.prepare(operation, values=path_of(stage, operation, stage.alice))
    belongings_of(stage, stage.bob)  # else his rows would be made while a failure lasts
    readings = _readings(stage, operation)
    if not readings:
        return not_applicable("nothing reads what it makes")
    known = {
        each for request in readings for each in leaked(stage, send(stage, request, stage.bob))
    }
    for body in _failing(prepared):
        send(stage, preparing.write(operation, prepared.values, body), stage.alice)
        sent = preparing.canaries.found_in(json.dumps(body).encode())
        for request in readings:
            for person in (stage.bob, None):
                exchange = send(stage, request, person)
                shown = [each for each in sent if each.encode() in exchange.answered.body]
                told = [each for each in leaked(stage, exchange) if each not in known]
                if found := shown or told:
                    who = "Bob" if person else "a stranger"
                    says = f"after a request of Alice's has failed {who} has what is hers"
                    return got_in(f"{says}: {found[0]}", exchange)
                if person is None and exchange.succeeded:
                    return got_in("after a request of Alice's a stranger is answered", exchange)
    return REFUSED


def _readings(stage: Stage, operation: Operation) -> list[RawRequest]:
    """Return Bob's requests that read such rows, and one that tells who he is."""
    beginning = operation.path.rstrip("/")
    near = [each for each in _reading(stage.surface) if each.path.startswith(beginning)][:1]
    who = [each for each in _reading(stage.surface) if each.path.endswith(("/me", "/whoami"))][:1]
    found = []
    for each in (*near, *who):
        try:
            found.append(own(stage, each, stage.bob))
        except Inconclusive:
            continue
    return found


def _failing(prepared: Prepared) -> Iterator[object]:
    """Yield bodies that look proper at first, and fail where they are checked, or kept."""
    body = prepared.body
    yield [body]
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        wrong = deepcopy(body)
        if isinstance(value, str):
            wrong[name] = value + _TOO_LONG
        elif isinstance(value, int) and not isinstance(value, bool):
            wrong[name] = _TOO_LARGE
        else:
            continue
        yield wrong
        break
    if len(body) > 1:
        yield dict(list(body.items())[:-1])


def _at_once(operation: Operation, stage: Stage) -> Verdict:
    if never_ends(stage, operation):
        return not_applicable("it is a stream of events: attack 153")
    requests = {each.name: own(stage, operation, each) for each in (stage.alice, stage.bob)}
    for each in (stage.alice, stage.bob):
        answered(stage, operation, each)
    hers, his = belongings_of(stage, stage.alice), belongings_of(stage, stage.bob)

    def repeat(person: Person) -> list[Exchange]:
        return [send(stage, requests[person.name], person) for _ in range(_TIMES)]

    with ThreadPoolExecutor(2) as pool:
        alices, bobs = _both(pool.map(repeat, (stage.alice, stage.bob)))
    # What each is shown in quiet is not shown for being asked for at the same time.
    quiet = [send(stage, requests[each.name], each) for each in (stage.alice, stage.bob)]
    allowed = {*marks_in(quiet[0].answered, his), *leaked(stage, quiet[1])}
    for exchange in bobs:
        if found := [each for each in leaked(stage, exchange) if each not in allowed]:
            return got_in(f"at the same time as Alice, Bob has what is hers: {found[0]}", exchange)
    for exchange in alices:
        crossed = [each for each in marks_in(exchange.answered, his) if each not in allowed]
        if crossed:
            return got_in(f"at the same time as Bob, Alice has his: {crossed[0]}", exchange)
    shown = any(marks_in(each.answered, hers) for each in alices)
    return REFUSED if shown else not_applicable("Alice's answers show nothing of hers")


def _both(results: Iterator[list[Exchange]]) -> tuple[list[Exchange], list[Exchange]]:
    first, second = results
    return first, second

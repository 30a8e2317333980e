"""Counts, totals and facets, 109: what Alice makes changes nothing in what Bob is told."""

import time
from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.attacks.answers import Answered
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.makers import is_private, makers
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import own, send
from gatepost.attacks.trials.judging import changed
from gatepost.attacks.trials.owners_answers import never_ends
from gatepost.attacks.wire import RawRequest

_SHAM_SECONDS = 0.3
_ROUNDS = 2


def counts(surface: Surface) -> Iterator[Trial]:
    """Plan attack 109 for each operation that reads what is a person's own."""
    for operation in surface:
        if operation.method == "GET" and surface.of_people(operation) and "*" not in operation.path:
            yield Trial(find("109"), operation, partial(_count, operation))


def _count(operation: Operation, stage: Stage) -> Verdict:
    suspects = stage.once("counts", lambda: _suspects(stage))
    request = suspects.get(str(operation))
    if request is None:
        return REFUSED
    if not alice_makes(stage):
        return not_applicable("Alice can make nothing")
    for _ in range(_ROUNDS):
        first = send(stage, request, stage.bob)
        # What changes by itself, with time or with each reading, is no trace of Alice's.
        time.sleep(_SHAM_SECONDS)
        second = send(stage, request, stage.bob)
        alice_makes(stage)
        third = send(stage, request, stage.bob)
        told = changed((first.answered, second.answered), third.answered)
        if not told:
            return REFUSED
    return got_in(f"Bob can tell that Alice has made something: {told[0]}", second, third)


def _suspects(stage: Stage) -> dict[str, RawRequest]:
    """Return Bob's requests whose answers were not the same after Alice had made something.

    All operations are watched at once, so that she need not make rows for each.
    """
    watched = watched_of(stage, stage.bob)
    rounds = [read_all(stage, watched, stage.bob), read_all(stage, watched, stage.bob)]
    alice_makes(stage)
    rounds.append(read_all(stage, watched, stage.bob))
    return {
        name: request
        for name, request in watched.items()
        if changed((rounds[0][name], rounds[1][name]), rounds[2][name])
    }


def watched_of(stage: Stage, person: Person) -> dict[str, RawRequest]:
    """Return somebody's requests of everything that reads what is theirs, by its operation."""
    watched: dict[str, RawRequest] = {}
    for operation in stage.surface:
        reads = operation.method == "GET" and stage.surface.of_people(operation)
        if reads and not never_ends(stage, operation):
            try:
                watched[str(operation)] = own(stage, operation, person)
            except Inconclusive:
                continue
    return watched


def read_all(
    stage: Stage, requests: Mapping[str, RawRequest], person: Person
) -> dict[str, Answered]:
    """Let somebody send each request; returns the answers by the same names."""
    return {name: send(stage, each, person).answered for name, each in requests.items()}


def alice_makes(stage: Stage) -> bool:
    """Let Alice make one of everything that is for her alone."""
    belongings_of(stage, stage.alice)
    made = False
    for maker in makers(stage.surface):
        if is_private(stage.surface, maker):
            try:
                stage.preparing(stage.alice).row(maker, fresh=True)
                made = True
            except Inconclusive:
                continue
    return made

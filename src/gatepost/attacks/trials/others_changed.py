"""Another's rows changed or deleted, 106 and 107: as their owner reads them, nothing happened."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from gatepost.attacks.answers import Answered
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.identities import stands_for_person
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import ask, is_made, missing, names_rows, path_of, send
from gatepost.attacks.trials.judging import changed, crash, leaked
from gatepost.attacks.wire import RawRequest

_MOST_VIEWS = 3


def others_changed(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 106 and 107 for each operation that changes what its path names."""
    for operation in surface:
        if operation.changes and operation.names and surface.of_people(operation):
            attack = find("107" if operation.method == "DELETE" else "106")
            yield Trial(attack, operation, partial(_change, operation))


@dataclass(frozen=True, slots=True)
class Watched:
    """What an owner sees of rows of theirs, read twice before anything is tried.

    Attributes:
        requests: of the owner, each reading something that the rows show in.
    """

    owner: Person
    requests: tuple[RawRequest, ...]
    readings: tuple[tuple[Answered, Answered], ...]

    @classmethod
    def of(
        cls, stage: Stage, operation: Operation, owner: Person, values: Mapping[str, str]
    ) -> "Watched":
        """Read what an operation's path names: the row, and the lists that it is in."""
        views = _views(stage.surface, operation)[:_MOST_VIEWS]
        known = [{name: values[name] for name in view.names} for view in views]
        requests = [ask(stage, view, owner, each) for view, each in zip(views, known, strict=True)]
        return cls.by(stage, owner, requests)

    @classmethod
    def by(cls, stage: Stage, owner: Person, requests: Iterable[RawRequest]) -> "Watched":
        """Read by an owner's own requests; what they may not read is not watched."""
        belongings_of(stage, owner)  # what is made for them is made before it is counted
        kept, readings = [], []
        for request in requests:
            first = send(stage, request, owner)
            if first.succeeded:
                kept.append(request)
                readings.append((first.answered, send(stage, request, owner).answered))
        return cls(owner, tuple(kept), tuple(readings))

    def difference(self, stage: Stage) -> str | None:
        """Read again; return what is not as it was, or None."""
        for request, readings in zip(self.requests, self.readings, strict=True):
            now = send(stage, request, self.owner)
            if found := changed(readings, now.answered):
                return f"GET {request.target}: {found[0]}"
        return None


def _views(surface: Surface, operation: Operation) -> list[Operation]:
    """Return what reads the row of an operation, its list and its parent, the nearest first."""
    above = [
        each
        for each in surface.operations
        if each.method == "GET"
        and "*" not in each.path
        and f"{operation.path.rstrip('/')}/".startswith(f"{each.path.rstrip('/')}/")
        and each.path.strip("/")
    ]
    return sorted(above, key=lambda each: -len(each.path))


def _change(operation: Operation, stage: Stage) -> Verdict:
    owner = _owner(operation, stage)
    values = _fresh(operation, stage, owner)
    watched = Watched.of(stage, operation, owner, values)
    exchange = send(stage, ask(stage, operation, stage.bob, values), stage.bob)
    happened = happened_to(stage, watched, exchange)
    if happened is None:
        happened = _compared(operation, stage, watched, exchange, values)
    if operation.method == "DELETE":
        stage.preparing(owner).forget(values)
    return happened


def happened_to(stage: Stage, watched: Watched, exchange: Exchange) -> Verdict | None:
    """Return a finding where Bob's request has told him or changed what its owner sees."""
    own = watched.owner
    found = leaked(stage, exchange) if own is stage.alice else []
    if found:
        return got_in(f"Bob's answer has what is Alice's: {found[0]}", exchange)
    difference = watched.difference(stage)
    if difference is not None:
        done = "granted" if exchange.succeeded else "refused"
        return got_in(
            f"the owner's rows are not as before Bob's request, which was {done}: {difference}",
            exchange,
        )
    return None


def _compared(
    operation: Operation,
    stage: Stage,
    watched: Watched,
    exchange: Exchange,
    values: Mapping[str, str],
) -> Verdict:
    """Judge Bob's answer beside its owner's, and beside that for an id that nobody has."""
    nobodys = missing(values, operation.names[-1])
    twin = send(stage, ask(stage, operation, stage.bob, nobodys), stage.bob)
    if exchange.succeeded and twin.succeeded:
        # It answers so whatever the id is, and a row that its owner sees is as it was.
        said = "Bob's request succeeds, and whether it did anything cannot be seen"
        return REFUSED if watched.requests else remark(said, exchange, twin)
    if exchange.succeeded:
        return got_in("Bob is granted what is Alice's to change", exchange, twin)
    hers = send(stage, ask(stage, operation, watched.owner, values), watched.owner)
    if not hers.succeeded:
        shown = hers.answered.body[:200].decode(errors="replace")
        raise Inconclusive(f"the owner's own request is answered {hers.status} {shown}")
    if failed := crash(exchange, hers):
        return failed
    if twin.status != exchange.status:
        return remark(
            f"another's id is answered {exchange.status} and a missing one {twin.status}: whether "
            "a row exists can be told",
            exchange,
            twin,
        )
    return REFUSED


def _owner(operation: Operation, stage: Stage) -> Person:
    """Return whose row is tried: Alice's, but where the row is a person, somebody who may go."""
    if not stands_for_person(stage.surface, operation, operation.names[-1]):
        return stage.alice
    if operation.method != "DELETE":
        return stage.somebody("victim")
    victim = stage.new_person("victim")
    stage.ledger.know(stage.preparing(victim).called)
    return victim


def _fresh(operation: Operation, stage: Stage, owner: Person) -> dict[str, str]:
    """Return the path of a new row; one that its owner names is made by naming it.

    Raises:
        Inconclusive: nothing makes it.
    """
    last = operation.names[-1]
    if operation.method == "PUT" and not names_rows(stage, operation, owner):
        parents = path_of(stage, operation, owner)
        parents.pop(last)
        return dict(stage.preparing(owner).row(operation, fresh=True, known=parents).values)
    fresh = is_made(stage.surface, operation, last)
    return path_of(stage, operation, owner, fresh=fresh)

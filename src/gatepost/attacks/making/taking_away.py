"""Taking away what the attack has made, where the app has a way to; and nothing else."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from gatepost.attacks.errors import AttackError, Inconclusive, OutOfTime
from gatepost.attacks.ledger import Made
from gatepost.attacks.making.resources import producer_of
from gatepost.attacks.people.leaving import accounts_among, leave
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation

_GONE = {404, 410}
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Left:
    """What has been taken away, and what is still there.

    Attributes:
        rows_away: rows that were deleted.
        rows_left: rows that the app did not let be deleted, or that have no way to be.
        people_away: accounts that were deleted.
        people_left: accounts that are still there.
    """

    rows_away: int = 0
    rows_left: int = 0
    people_away: int = 0
    people_left: int = 0


def take_away(stage: Stage) -> Left:
    """Delete the rows that the attack has made, the newest first, and then its people.

    A row of which it cannot be told that the attack has made it stays: one that was there before
    and that the app gave to whoever asked for a new one.
    """
    away = people = 0
    accounts = accounts_among(stage.ledger.people, stage.doors)
    removable = list(_removable(stage))
    with suppress(AttackError, Inconclusive, OutOfTime):
        for made, removals in removable:
            away += any(_removed(stage, made, removal, values) for removal, values in removals)
        for person in reversed(accounts):
            people += leave(person, stage.doors, stage.sender)
    return Left(away, len(removable) - away, people, len(accounts) - people)


def _removable(
    stage: Stage,
) -> Iterator[tuple[Made, list[tuple[Operation, dict[str, str]]]]]:
    """Yield what the attack has made for certain, with the requests that would delete it."""
    made = [
        (each, removals)
        for each in reversed(stage.ledger.made)
        if (removals := list(_removals(stage, each)))
    ]
    # One id for two posts is a row that was found and not made, the cart that one has.
    given = Counter(_key(removals) for each, removals in made if each.row.by.method == "POST")
    ours = {person.email for person in accounts_among(stage.ledger.people, stage.doors)}
    seen = set()
    for each, removals in made:
        key = _key(removals)
        is_ours = each.person is not None and each.person.email in ours
        certain = each.sent_ours if is_ours else each.sent_ours and each.told_ours
        if certain and given[key] <= 1 and key not in seen:
            seen.add(key)
            yield each, removals


def _key(removals: list[tuple[Operation, dict[str, str]]]) -> tuple[object, ...]:
    operation, values = removals[0]
    return str(operation), *sorted(values.items())


def _removals(stage: Stage, made: Made) -> Iterator[tuple[Operation, dict[str, str]]]:
    for operation in stage.surface:
        if operation.method != "DELETE" or not operation.names:
            continue
        name = operation.names[-1]
        if producer_of(stage.surface, operation, name) != made.row.by:
            continue
        found = made.row.values.get(name) or made.row.id_for(name)
        values = {**made.row.values, name: found or ""}
        if found and set(operation.names) <= set(values):
            yield operation, {name: values[name] for name in operation.names}


def _removed(stage: Stage, made: Made, removal: Operation, values: Mapping[str, str]) -> bool:
    people = (stage.alice, stage.bob) if made.person is None else (made.person,)
    return any(_deletes(stage, person, removal, values) for person in people)


def _deletes(stage: Stage, person: Person, removal: Operation, values: Mapping[str, str]) -> bool:
    try:
        request = stage.prepare(removal, person, values=values).request
        exchange = stage.send(request, person)
        if exchange.status == _UNAUTHORIZED and stage.doors.opens_accounts:
            exchange = stage.send(request, stage.doors.sign_in(person))
    except (Inconclusive, AttackError):
        return False
    return exchange.succeeded or exchange.status in _GONE

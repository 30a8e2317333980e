"""Choosing some of the attacks, by number, and some of the routes, by method and path."""

from collections.abc import Iterable
from dataclasses import dataclass

from gatepost.attacks.catalogue import CATALOGUE
from gatepost.attacks.errors import AttackError
from gatepost.attacks.targets.surface import Surface, said_of
from gatepost.attacks.trial import Trial


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be tried; everything where nothing is said.

    Attributes:
        numbers: of the catalogue.
        ids: of single attacks.
        routes: patterns, as the attack file writes them.
    """

    numbers: frozenset[int] = frozenset()
    ids: frozenset[str] = frozenset()
    routes: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.numbers or self.ids or self.routes)

    def of(self, surface: Surface, trials: Iterable[Trial]) -> tuple[Trial, ...]:
        """Return the trials that are chosen.

        Raises:
            AttackError: a pattern is about no route of the app.
        """
        for pattern in self.routes:
            if not any(said_of(each, {pattern: ""}) == "" for each in surface.operations):
                raise AttackError(f"--route {pattern!r} is about no route of the app.")
        return tuple(each for each in trials if self._has(each))

    def _has(self, trial: Trial) -> bool:
        attack, operation = trial.attack, trial.operation
        by_attack = not (self.numbers or self.ids) or (
            attack.number in self.numbers or attack.id in self.ids
        )
        by_route = not self.routes or (
            operation is not None and said_of(operation, dict.fromkeys(self.routes, "")) == ""
        )
        return by_attack and by_route


def choice_of(only: str, routes: Iterable[str]) -> Choice:
    """Read what to attack, `105,131-138` or `12.3`, and where, `GET /notes/*`.

    Raises:
        AttackError: there is no such attack.
    """
    known = {attack.id: attack.number for attacks in CATALOGUE.values() for attack in attacks}
    numbers: set[int] = set()
    ids: set[str] = set()
    for part in filter(None, (each.strip() for each in only.split(","))):
        first, dash, last = part.partition("-")
        wanted = _numbers(first, last if dash else first) & set(known.values())
        if wanted:
            numbers |= wanted
        elif part in known:
            ids.add(part)
        else:
            raise AttackError(
                f"--only {part!r} names no attack. Write numbers, 105,131-138; `gatepost attack "
                "--list` has them."
            )
    return Choice(frozenset(numbers), frozenset(ids), tuple(routes))


def _numbers(first: str, last: str) -> set[int]:
    if not (first.isdigit() and last.isdigit()):
        return set()
    return set(range(int(first), min(int(last), int(first) + 10_000) + 1))

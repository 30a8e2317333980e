"""A trial: one attack on one operation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gatepost.attacks.catalogue.attack import Attack
from gatepost.attacks.outcomes import Verdict
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

Run: TypeAlias = Callable[[Stage], Verdict]
"""Tries it. It may raise `Inconclusive`, and nothing else on purpose."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One attack, aimed.

    Attributes:
        attack: of the catalogue.
        operation: what is attacked; None where it is the app as a whole.
        run: tries it.
    """

    attack: Attack
    operation: Operation | None
    run: Run

    @property
    def name(self) -> str:
        """What it is called in reports and test ids; unique in one plan."""
        where = "the app" if self.operation is None else str(self.operation)
        return f"{self.attack.id} {self.attack.name} | {where}"


Family: TypeAlias = Callable[[Surface], Iterator[Trial]]
"""Plans the trials of one family; sends nothing."""

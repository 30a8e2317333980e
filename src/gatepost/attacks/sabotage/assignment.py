"""What a child process is told to attack, and what it tells of it."""

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sabotage.mutant import is_of

_WORTH_A_WORD = (Outcome.FINDING, Outcome.REMARK)
_ID = re.compile(r"\b\d{1,3}(?:\.\w+)*\b")


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Aim(_Message):
    """Trials, by the ids of their attacks and a pattern of operations."""

    attacks: tuple[str, ...]
    at: str


class Tried(_Message):
    """What one trial came to."""

    attack: str
    trial: str
    outcome: Outcome
    says: str

    def is_news(self, known: Mapping[str, "Tried"], aims: Sequence[str]) -> bool:
        """Whether the sound app does not come to this.

        What is tried together is one remark, which names the attacks: one more that is aimed at
        the mutant is news as well.

        Args:
            known: what the sound app comes to, by the name of the trial.
            aims: the ids of the attacks that are aimed at the mutant.
        """
        if self.outcome not in _WORTH_A_WORD:
            return False
        before, order = known.get(self.trial), list(Outcome)
        if before is None or order.index(self.outcome) < order.index(before.outcome):
            return True
        named = set(_ID.findall(self.says)) - set(_ID.findall(before.says))
        return self.outcome is before.outcome and any(
            is_of(name, aim) for name in named for aim in aims
        )


class Assignment(_Message):
    """What to attack.

    Attributes:
        known: what the sound app comes to, by the name of the trial; a mutant is dead with the
            first trial that comes to more.
        to_the_end: whether every trial is to be run.
        seconds: after which no further trial begins.
    """

    target: str
    factory: bool
    file: AttackFile
    aims: tuple[Aim, ...]
    known: dict[str, Tried]
    to_the_end: bool
    seconds: float

    @property
    def attacks(self) -> tuple[str, ...]:
        """The ids of all that is aimed."""
        return tuple(attack for aim in self.aims for attack in aim.attacks)


class Told(_Message):
    """What came of it.

    Attributes:
        tried: the trials, in order.
        failed: why there was nothing to attack; empty where there was.
        refused_to_start: whether that is the app's own word: it will not run like this.
    """

    tried: tuple[Tried, ...] = ()
    failed: str = ""
    refused_to_start: bool = False

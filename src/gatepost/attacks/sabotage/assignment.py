"""What a child process is told to attack, and what it tells of it."""

from pydantic import BaseModel, ConfigDict

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.outcomes import Outcome

WORTH_A_WORD = (Outcome.FINDING, Outcome.REMARK)


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Aim(_Message):
    """Trials, by the ids of their attacks and a pattern of operations."""

    attacks: tuple[str, ...]
    at: str


class Assignment(_Message):
    """What to attack.

    Attributes:
        known: what the sound app comes to, by the name of the trial; a mutant is dead with the
            first trial that comes to worse.
        to_the_end: whether every trial is to be run.
        seconds: after which no further trial begins.
    """

    target: str
    factory: bool
    file: AttackFile
    aims: tuple[Aim, ...]
    known: dict[str, Outcome]
    to_the_end: bool
    seconds: float


class Tried(_Message):
    """What one trial came to."""

    attack: str
    trial: str
    outcome: Outcome
    says: str

    def is_news(self, known: dict[str, Outcome]) -> bool:
        """Whether the sound app does not come to this."""
        order = list(Outcome)
        before = known.get(self.trial, Outcome.REFUSED)
        return self.outcome in WORTH_A_WORD and order.index(self.outcome) < order.index(before)


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

"""What a trial came to."""

from dataclasses import dataclass
from enum import StrEnum

from gatepost.attacks.sending import Exchange


class Outcome(StrEnum):
    """The outcomes of a trial, the worst first."""

    FINDING = "finding"
    """Something got in, or came out."""
    INCONCLUSIVE = "inconclusive"
    """The owner could not do it either, so that a refusal tells nothing."""
    REMARK = "remark"
    """Nothing got in, and the answer is not the one that is owed."""
    NOT_RUN = "not run"
    """The time was over, or somebody stopped the attack."""
    NOT_APPLICABLE = "not applicable"
    """The app has nothing of the kind."""
    REFUSED = "refused"
    """The app did what it owes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial came to, and by which requests.

    Attributes:
        says: one sentence of what was seen; empty where the app refused.
        exchanges: the requests that show it, with their answers.
    """

    outcome: Outcome
    says: str = ""
    exchanges: tuple[Exchange, ...] = ()


REFUSED = Verdict(Outcome.REFUSED)


def got_in(says: str, *exchanges: Exchange) -> Verdict:
    """Say that something got in."""
    return Verdict(Outcome.FINDING, says, exchanges)


def remark(says: str, *exchanges: Exchange) -> Verdict:
    """Say that nothing got in and something is not as it is owed."""
    return Verdict(Outcome.REMARK, says, exchanges)


def not_applicable(says: str) -> Verdict:
    """Say that there is nothing of the kind to attack."""
    return Verdict(Outcome.NOT_APPLICABLE, says)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the worst of several."""
    order = list(Outcome)
    return min(verdicts, key=lambda verdict: order.index(verdict.outcome), default=REFUSED)

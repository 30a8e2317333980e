"""Every mutant, in the order of the rooms that a request goes through."""

from gatepost.attacks.sabotage.mutant import Mutant
from gatepost.attacks.sabotage.mutants.answers import ANSWERS
from gatepost.attacks.sabotage.mutants.browser import FLAGS, ORIGINS
from gatepost.attacks.sabotage.mutants.claims import CLAIMS
from gatepost.attacks.sabotage.mutants.ends import ENDS
from gatepost.attacks.sabotage.mutants.gate import GATE
from gatepost.attacks.sabotage.mutants.passwords import PASSWORDS
from gatepost.attacks.sabotage.mutants.policies import POLICIES
from gatepost.attacks.sabotage.mutants.rows import ROWS
from gatepost.attacks.sabotage.mutants.tasks import TASKS
from gatepost.attacks.sabotage.mutants.tokens import TOKENS

__all__ = ["MUTANTS"]

# What lets nobody in, and is not what is owed, the kit tries together.
_LAX_ABOUT_THE_HEADER, _LAX_ABOUT_TOKENS, _TELLING = "149.1", "149.2", "149.3"

MUTANTS: tuple[Mutant, ...] = (
    *(each.also(_LAX_ABOUT_THE_HEADER) for each in GATE),
    *(each.also(_LAX_ABOUT_TOKENS, _TELLING) for each in (*TOKENS, *CLAIMS)),
    *POLICIES, *ENDS, *PASSWORDS, *ORIGINS, *FLAGS, *ANSWERS, *ROWS,
    *TASKS,
)  # fmt: skip
"""The ways of weakening the house, each by one protection."""

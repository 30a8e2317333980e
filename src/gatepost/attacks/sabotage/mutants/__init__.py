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

MUTANTS: tuple[Mutant, ...] = (
    *GATE, *TOKENS, *CLAIMS, *POLICIES, *ENDS, *PASSWORDS, *ORIGINS, *FLAGS, *ANSWERS, *ROWS,
    *TASKS,
)  # fmt: skip
"""The ways of weakening the house, each by one protection."""

"""What ends an attack early, and what ends one trial alone."""

from gatepost.attacks.errors import AttackError
from gatepost.attacks.outcomes import Outcome, Verdict


def verdict_on(error: Exception) -> Verdict:
    """Return what a trial came to that raised what no trial raises on purpose."""
    if isinstance(error, AttackError):
        return Verdict(Outcome.INCONCLUSIVE, str(error))
    fault = f"a fault of the kit itself, please report it: {error!r}"
    return Verdict(Outcome.INCONCLUSIVE, fault)

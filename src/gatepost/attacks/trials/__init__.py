"""Every trial, by family: what is sent, and what is owed."""

from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Family, Trial
from gatepost.attacks.trials.accounts import accounts
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.claims_of_tokens import claims
from gatepost.attacks.trials.credentials import credentials
from gatepost.attacks.trials.lifecycle import lifecycle
from gatepost.attacks.trials.other_kinds import other_kinds
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.posing import posing
from gatepost.attacks.trials.refreshing import refreshing
from gatepost.attacks.trials.tokens import signatures
from gatepost.attacks.trials.transport import transport
from gatepost.attacks.trials.unread_bodies import unread_bodies

FAMILIES: tuple[Family, ...] = (
    anonymous,
    others_rows,
    transport,
    unread_bodies,
    signatures,
    claims,
    credentials,
    posing,
    other_kinds,
    refreshing,
    lifecycle,
    accounts,
)
"""The families, in the order in which they run: what ends sessions or deletes comes last."""


def plan(surface: Surface) -> tuple[Trial, ...]:
    """Return every trial on an app, in order; nothing is sent."""
    return tuple(trial for family in FAMILIES for trial in family(surface))

"""Every trial, by family: what is sent, and what is owed."""

from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Family, Trial
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.bulk import bulk
from gatepost.attacks.trials.forgotten import forgotten
from gatepost.attacks.trials.functions import functions
from gatepost.attacks.trials.hostile_bodies import hostile_bodies
from gatepost.attacks.trials.hostile_targets import hostile_targets
from gatepost.attacks.trials.injection import injection
from gatepost.attacks.trials.lowered_roles import lowered_roles
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.owners_in_bodies import owners_in_bodies
from gatepost.attacks.trials.read_only_members import read_only_members
from gatepost.attacks.trials.references import references
from gatepost.attacks.trials.roles import roles
from gatepost.attacks.trials.sharing import sharing
from gatepost.attacks.trials.sums import sums
from gatepost.attacks.trials.verbs import verbs

FAMILIES: tuple[Family, ...] = (
    anonymous,
    others_rows,
    owners_in_bodies,
    read_only_members,
    references,
    bulk,
    roles,
    functions,
    lowered_roles,
    verbs,
    forgotten,
    sharing,
    sums,
    injection,
    hostile_targets,
    hostile_bodies,
)
"""The families, in the order in which they run: what ends sessions or deletes comes last."""


def plan(surface: Surface) -> tuple[Trial, ...]:
    """Return every trial on an app, in order; nothing is sent."""
    return tuple(trial for family in FAMILIES for trial in family(surface))

"""Every trial, by family: what is sent, and what is owed."""

from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Family, Trial
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.another import another
from gatepost.attacks.trials.caches import caches
from gatepost.attacks.trials.counts import counts
from gatepost.attacks.trials.crossing import crossing
from gatepost.attacks.trials.cursors import cursors
from gatepost.attacks.trials.entity_tags import entity_tags
from gatepost.attacks.trials.hearing import hearing
from gatepost.attacks.trials.hidden_members import hidden_members
from gatepost.attacks.trials.idempotency import idempotency
from gatepost.attacks.trials.includes import includes
from gatepost.attacks.trials.links import links
from gatepost.attacks.trials.lists import lists
from gatepost.attacks.trials.named_elsewhere import named_elsewhere
from gatepost.attacks.trials.nested import nested
from gatepost.attacks.trials.oracles import oracles
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.people_shown import people_shown
from gatepost.attacks.trials.taken_names import taken_names

FAMILIES: tuple[Family, ...] = (
    anonymous,
    others_rows,
    lists,
    includes,
    named_elsewhere,
    another,
    nested,
    others_changed,
    oracles,
    counts,
    cursors,
    links,
    hidden_members,
    people_shown,
    caches,
    entity_tags,
    idempotency,
    taken_names,
    hearing,
    crossing,
)
"""The families, in the order in which they run: what ends sessions or deletes comes last."""


def plan(surface: Surface) -> tuple[Trial, ...]:
    """Return every trial on an app, in order; nothing is sent."""
    return tuple(trial for family in FAMILIES for trial in family(surface))

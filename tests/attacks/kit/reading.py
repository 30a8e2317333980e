"""The families by which one person reads, or infers, what is another's."""

from gatepost.attacks.trial import Family
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
from gatepost.attacks.trials.later_pages import later_pages
from gatepost.attacks.trials.links import links
from gatepost.attacks.trials.lists import lists
from gatepost.attacks.trials.named_elsewhere import named_elsewhere
from gatepost.attacks.trials.nested import nested
from gatepost.attacks.trials.oracles import oracles
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.people_shown import people_shown
from gatepost.attacks.trials.taken_names import taken_names

READING: tuple[Family, ...] = (
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
    later_pages,
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
"""In the order in which they run."""

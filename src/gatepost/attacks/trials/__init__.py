"""Every trial, by family: what is sent, and what is owed."""

from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Family, Trial
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.changing_gets import changing_gets
from gatepost.attacks.trials.cookies import cookies
from gatepost.attacks.trials.cross_site import cross_site, csrf_tokens
from gatepost.attacks.trials.foreign_readers import foreign_readers
from gatepost.attacks.trials.foreign_sign_in import foreign_sign_in
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.redirects import redirects

FAMILIES: tuple[Family, ...] = (
    anonymous,
    others_rows,
    cross_site,
    csrf_tokens,
    changing_gets,
    foreign_sign_in,
    foreign_readers,
    redirects,
    cookies,
)
"""The families, in the order in which they run: what ends sessions or deletes comes last."""


def plan(surface: Surface) -> tuple[Trial, ...]:
    """Return every trial on an app, in order; nothing is sent."""
    return tuple(trial for family in FAMILIES for trial in family(surface))

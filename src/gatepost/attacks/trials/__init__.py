"""Every trial, by family: what is sent, and what is owed."""

from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Family, Trial
from gatepost.attacks.trials.accounts import accounts
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.another import another
from gatepost.attacks.trials.bulk import bulk
from gatepost.attacks.trials.caches import caches
from gatepost.attacks.trials.callbacks import callbacks
from gatepost.attacks.trials.changing_gets import changing_gets
from gatepost.attacks.trials.chosen_exports import chosen_exports
from gatepost.attacks.trials.claims_of_tokens import claims
from gatepost.attacks.trials.cookies import cookies
from gatepost.attacks.trials.counts import counts
from gatepost.attacks.trials.credentials import credentials
from gatepost.attacks.trials.cross_site import cross_site, csrf_tokens
from gatepost.attacks.trials.crossing import crossing
from gatepost.attacks.trials.cursors import cursors
from gatepost.attacks.trials.entity_tags import entity_tags
from gatepost.attacks.trials.error_pages import error_pages
from gatepost.attacks.trials.file_names import file_names
from gatepost.attacks.trials.foreign_readers import foreign_readers
from gatepost.attacks.trials.foreign_sign_in import foreign_sign_in
from gatepost.attacks.trials.forgotten import forgotten
from gatepost.attacks.trials.functions import functions
from gatepost.attacks.trials.hearing import hearing
from gatepost.attacks.trials.hidden_members import hidden_members
from gatepost.attacks.trials.hostile_bodies import hostile_bodies
from gatepost.attacks.trials.hostile_targets import hostile_targets
from gatepost.attacks.trials.idempotency import idempotency
from gatepost.attacks.trials.includes import includes
from gatepost.attacks.trials.injection import injection
from gatepost.attacks.trials.later_pages import later_pages
from gatepost.attacks.trials.lifecycle import lifecycle
from gatepost.attacks.trials.links import links
from gatepost.attacks.trials.lists import lists
from gatepost.attacks.trials.lowered_roles import lowered_roles
from gatepost.attacks.trials.markup import markup
from gatepost.attacks.trials.named_elsewhere import named_elsewhere
from gatepost.attacks.trials.nested import nested
from gatepost.attacks.trials.oracles import oracles
from gatepost.attacks.trials.other_kinds import other_kinds
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from gatepost.attacks.trials.others_sessions import others_sessions
from gatepost.attacks.trials.outbound import outbound
from gatepost.attacks.trials.owners_in_bodies import owners_in_bodies
from gatepost.attacks.trials.page_headers import page_headers
from gatepost.attacks.trials.people_shown import people_shown
from gatepost.attacks.trials.posing import posing
from gatepost.attacks.trials.published_files import published_files
from gatepost.attacks.trials.read_only_members import read_only_members
from gatepost.attacks.trials.recent_sign_ins import recent_sign_ins
from gatepost.attacks.trials.redirects import redirects
from gatepost.attacks.trials.references import references
from gatepost.attacks.trials.refreshing import refreshing
from gatepost.attacks.trials.roles import roles
from gatepost.attacks.trials.scopes import scopes
from gatepost.attacks.trials.sealed_cursors import sealed_cursors
from gatepost.attacks.trials.session_endpoints import session_endpoints
from gatepost.attacks.trials.shared_addresses import shared_addresses
from gatepost.attacks.trials.sharing import sharing
from gatepost.attacks.trials.signed_sessions import signed_sessions
from gatepost.attacks.trials.spellings import spellings
from gatepost.attacks.trials.sums import sums
from gatepost.attacks.trials.taken_names import taken_names
from gatepost.attacks.trials.tokens import signatures
from gatepost.attacks.trials.transport import transport
from gatepost.attacks.trials.two_credentials import two_credentials
from gatepost.attacks.trials.unread_bodies import unread_bodies
from gatepost.attacks.trials.uploads import uploads
from gatepost.attacks.trials.verbs import verbs
from gatepost.attacks.trials.websockets import websockets

FAMILIES: tuple[Family, ...] = (
    anonymous,
    transport,
    two_credentials,
    unread_bodies,
    signatures,
    claims,
    scopes,
    recent_sign_ins,
    credentials,
    signed_sessions,
    posing,
    other_kinds,
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
    sealed_cursors,
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
    cross_site,
    csrf_tokens,
    changing_gets,
    foreign_sign_in,
    session_endpoints,
    foreign_readers,
    redirects,
    callbacks,
    cookies,
    websockets,
    published_files,
    spellings,
    file_names,
    outbound,
    uploads,
    markup,
    chosen_exports,
    page_headers,
    error_pages,
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
    shared_addresses,
    sums,
    injection,
    hostile_targets,
    hostile_bodies,
    refreshing,
    lifecycle,
    others_sessions,
    accounts,
)
"""The families, in the order in which they run: what ends sessions or deletes comes last."""


def plan(surface: Surface) -> tuple[Trial, ...]:
    """Return every trial on an app, in order; nothing is sent."""
    return tuple(trial for family in FAMILIES for trial in family(surface))

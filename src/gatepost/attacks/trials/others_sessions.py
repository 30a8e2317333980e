"""The sessions of others, 91.2, 96.6, 100.4 and 100.5: whoever ends or lists some has their own.

What ends one session and what lists them is Better Auth's, where its endpoints are; in other apps
it is a list by its name, and the sign-out that the attack file names.
"""

import json
import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote

from gatepost.attacks.attack_file import Step
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, probe, taken_at
from gatepost.attacks.trials.sessions import (
    act,
    granted,
    must_be_granted,
    still_granted,
    with_cookies,
)
from gatepost.attacks.wire import RawRequest

_LIST = re.compile(r"/([a-z-]*sessions?|devices|logins|sign-?ins|[a-z-]*tokens)/?$", re.IGNORECASE)
_SHORTEST = 12


def others_sessions(surface: Surface) -> Iterator[Trial]:
    """Plan what is tried with the sessions of others."""
    people, seen = surface.file.people, probe(surface)
    if people.kind == "better-auth":
        yield Trial(find("100.4"), None, _listed_by_better_auth)
        yield Trial(find("100.5"), None, _another_ended)
        yield Trial(find("96.6"), None, _others_not_ended)
    for operation in closed(surface):
        is_list = operation.method == "GET" and not operation.names and _LIST.search(operation.path)
        if is_list and surface.of_people(operation):
            yield Trial(find("100.4"), operation, partial(_listed, operation))
    if seen is not None and people.kind in {"better-auth", "password"}:
        yield Trial(find("91.2"), taken_at(surface, people.sign_out) or seen, _others_signed_out)


def _others_signed_out(stage: Stage) -> Verdict:
    step = stage.doors.sign_out_step
    if step is None:
        return not_applicable("the attack file names no sign_out")
    # Both sign in before either signs out: what ends by it has been good.
    staying, leaving = stage.new_person("stayer"), stage.new_person("leaver")
    must_be_granted(stage, leaving)
    must_be_granted(stage, staying)
    signed_out = act(stage, step, leaving)
    if signed_out.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        raise Inconclusive(f"signing out is answered {signed_out.status}")
    if granted(stage, staying) is None:
        return got_in("one person's sign-out ends another's session", signed_out)
    return REFUSED


def _listed(operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    return _seen_in(stage, stage.send(stage.prepare(operation, stage.bob).request, stage.bob))


def _listed_by_better_auth(stage: Stage) -> Verdict:
    asked = RawRequest("GET", f"{stage.doors.section.base_path}/list-sessions")
    exchange = stage.send(asked, with_cookies(stage, stage.bob))
    own = _session_token(stage.bob)
    if not exchange.succeeded or own is None or own.encode() not in exchange.answered.body:
        return not_applicable(f"nobody's sessions are listed: {exchange.status}")
    return _seen_in(stage, exchange)


def _seen_in(stage: Stage, exchange: Exchange) -> Verdict:
    """Look for what is Alice's in a list of Bob's."""
    alice, carrier = with_cookies(stage, stage.alice), carrier_of(stage.alice)
    known = {stage.alice.email, _session_token(alice) or "", carrier.token if carrier else ""}
    user = stage.alice.signed_in.get("user")
    known |= {str(user.get("id", ""))} if isinstance(user, dict) else set()
    body = unquote(exchange.answered.body.decode(errors="replace"))
    seen = [each for each in known if len(each) >= _SHORTEST and unquote(each) in body]
    if exchange.succeeded and seen:
        return got_in("one's own list of sessions has those of others", exchange)
    return REFUSED


def _another_ended(stage: Stage) -> Verdict:
    victim = stage.new_person("victim")
    token = _session_token(victim)
    if token is None or not _is_signed_in(stage, victim):
        return not_applicable("there is no session with a token of its own")
    ending = Step(path=f"{stage.doors.section.base_path}/revoke-session", body={"token": token})
    exchange = act(stage, ending, stage.bob)
    if not _is_signed_in(stage, victim):
        return got_in("somebody ends another's session by its token", exchange)
    # Its own person ends it: else nothing is known of a way that ends none.
    if not act(stage, ending, victim).succeeded or _is_signed_in(stage, victim):
        raise Inconclusive("its own person cannot end a session either")
    return REFUSED


def _others_not_ended(stage: Stage) -> Verdict:
    before = stage.new_person("traveller")
    after = stage.sign_in_again(before)
    if not _is_signed_in(stage, before):
        return not_applicable("a new sign-in ends the session of before")
    step = Step(path=f"{stage.doors.section.base_path}/revoke-other-sessions")
    exchange = act(stage, step, after)
    if not exchange.succeeded:
        return not_applicable(f"nobody ends their other sessions: {exchange.status}")
    if _is_signed_in(stage, before):
        return got_in("a session goes on that was to be ended with all others", exchange)
    if before.bearer is not None and probe(stage.surface) is not None:
        still = still_granted(stage, before)
        if still is not None:
            return got_in("the token of a session goes on that was ended with all others", still)
    return REFUSED


def _is_signed_in(stage: Stage, person: Person) -> bool:
    asked = RawRequest("GET", f"{stage.doors.section.base_path}/get-session")
    exchange = stage.send(asked, with_cookies(stage, person))
    try:
        found: object = json.loads(exchange.answered.body)
    except ValueError:
        return False
    return exchange.succeeded and person.email in json.dumps(found)


def _session_token(person: Person) -> str | None:
    token = person.signed_in.get("token")
    return token if isinstance(token, str) and len(token) >= _SHORTEST else None

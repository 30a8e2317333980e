"""Session fixation, 99: who signs in gets a new session, whatever their browser sent."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, worst
from gatepost.attacks.people.carrier import Carrier, carrier_of
from gatepost.attacks.people.csrf import cookies_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials.aiming import probe, the_few
from gatepost.attacks.trials.publicly_known import is_of_oneself
from gatepost.attacks.trials.sessions import with_cookies
from gatepost.attacks.wire import RawRequest, with_fields

_NO_COOKIE = "no cookie is the app's credential"


def _anothers_session(stage: Stage) -> Verdict:
    """Plant a session that exists: one of Bob's, which is not needed again."""
    carrier = carrier_of(with_cookies(stage, _victim(stage)))
    if carrier is None or not carrier.is_cookie:
        return not_applicable(_NO_COOKIE)
    bobs = carrier_of(with_cookies(stage, stage.sign_in_again(stage.bob)))
    if bobs is None:
        return not_applicable(_NO_COOKIE)
    return _signed_in_over(stage, carrier, bobs.token)


def _made_up_session(stage: Stage) -> Verdict:
    """Plant what a stranger's visit was given, and what nobody was."""
    carrier = carrier_of(with_cookies(stage, _victim(stage)))
    if carrier is None or not carrier.is_cookie:
        return not_applicable(_NO_COOKIE)
    planted = [secrets.token_hex(16)]
    if (visited := _of_a_visit(stage, carrier)) is not None:
        planted.append(visited)
    return worst([_signed_in_over(stage, carrier, each) for each in planted])


def _victim(stage: Stage) -> Person:
    return stage.once("fixated", lambda: _with_a_row(stage, stage.new_person("victim")))


def _with_a_row(stage: Stage, person: Person) -> Person:
    """Let somebody make something, by which what is theirs can be told."""
    for operation in the_few(stage.surface):
        if operation.method == "POST" and stage.surface.of_people(operation):
            with suppress(Inconclusive):
                stage.send(stage.prepare(operation, person).request, person)
    return person


def _of_a_visit(stage: Stage, carrier: Carrier) -> str | None:
    """Return the cookie of that name which the app gives to strangers, if it does."""
    name = carrier.before.rpartition(";")[2].strip().partition("=")[0]
    seen = probe(stage.surface)
    for path in ("/", seen.path if seen is not None and not seen.names else "/"):
        answered = stage.send(RawRequest("GET", path)).answered
        if name in (given := cookies_of(answered.every("Set-Cookie"))):
            return given[name]
    return None


def _signed_in_over(stage: Stage, carrier: Carrier, planted: str) -> Verdict:
    victim, step = _victim(stage), stage.doors.sign_in_step
    if step is None:
        return not_applicable("the attack file names no sign_in")
    name, value = carrier.holding(planted)
    exchange = stage.send(with_fields(stage.doors.request(step, victim), (name, value)))
    if exchange.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        return REFUSED
    # Who is sent on with the cookie of before may have been sent to sign in again.
    if exchange.succeeded and any(
        planted in each for each in exchange.answered.every("Set-Cookie")
    ):
        return got_in("signing in goes on with the session that was planted before it", exchange)
    holder = replace(victim, name="attacker", headers={name: value.decode("latin-1")})
    if (seen := _seen_of_the_victim(stage, holder, victim)) is not None:
        return got_in(
            "the session that was planted is the victim's after they sign in", seen, exchange
        )
    return REFUSED


def _seen_of_the_victim(stage: Stage, holder: Person, victim: Person) -> Exchange | None:
    """Return an answer to who holds the planted session that has what is the victim's."""
    seen = probe(stage.surface)
    for operation in stage.surface:
        if operation == seen or is_of_oneself(operation):
            exchange = stage.send(stage.prepare(operation, victim).request, holder)
            named = victim.email.encode() in exchange.answered.body
            if exchange.succeeded and (named or stage.leaked(exchange, victim)):
                return exchange
    return None


FIXATION: Mapping[str, Callable[[Stage], Verdict]] = {
    "99.1": _anothers_session,
    "99.2": _made_up_session,
}

"""The ends of sessions, 91, 92, 96, 97, 99 and 143: a credential that is over opens nothing.

People are signed up who are not needed again: one signs out, one changes their password, one
deletes their account. Each does so once, and the trials look at what is left.

Not tried on the apps of others: 46 and 80, for nobody else retires keys or deletes rows; 95, which
takes days. `others_sessions` has 91.2 and those of others, `signed_sessions` 100, `scopes` 101 and
`recent_sign_ins` 102.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.material import DoesNotApply, Material
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.strangers import trailing_bits
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import probe, taken_at
from gatepost.attacks.trials.deletions import DISABLING, OWN_DELETIONS, disabling, leaving
from gatepost.attacks.trials.fixation import FIXATION
from gatepost.attacks.trials.new_passwords import NEW_PASSWORDS
from gatepost.attacks.trials.sessions import (
    act,
    granted,
    must_be_granted,
    still_granted,
    with_cookies,
)
from gatepost.attacks.wire import RawRequest


def lifecycle(surface: Surface) -> Iterator[Trial]:
    """Plan what is tried with credentials after their end.

    It is shown at what should have ended them; a session that outlives its sign-out is shown as
    well where it goes on.
    """
    seen = probe(surface)
    people = surface.file.people
    if seen is None or people.kind in {"headers", "plugin"}:
        return
    signing_out = taken_at(surface, people.sign_out)
    for number, run in _SIGN_OUTS.items():
        for operation in (seen, signing_out):
            if operation is not None:
                yield Trial(find(number), operation, run)
    places = (
        (FIXATION, taken_at(surface, people.sign_in)),
        (NEW_PASSWORDS, taken_at(surface, people.password_change)),
        (OWN_DELETIONS, leaving(surface)),
        (DISABLING, disabling(surface)),
    )
    for runs, ending in places:
        for number, run in runs.items():
            yield Trial(find(number), ending or seen, run)


def signed_out(stage: Stage) -> Person:
    """Return somebody who has signed out, with the credentials of before.

    Raises:
        Inconclusive: nobody can sign out, or the app has no way to that the attack file names.
    """
    return stage.once("signed out", lambda: _sign_out(stage))


def _sign_out(stage: Stage) -> Person:
    person = stage.new_person("leaver")
    must_be_granted(stage, person)
    step = stage.doors.sign_out_step
    exchange = None if step is None else act(stage, step, person)
    if exchange is not None and exchange.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        raise Inconclusive(f"signing out is answered {exchange.status}")
    return person


def _token_after_sign_out(stage: Stage) -> Verdict:
    if stage.doors.sign_out_step is None:
        return not_applicable("the attack file names no sign_out")
    person = signed_out(stage)
    if person.cookie is not None:
        return not_applicable("the app's credential is a cookie: see 92.1")
    if (exchange := still_granted(stage, person)) is not None:
        return got_in("the token goes on opening the app after its sign-out", exchange)
    return REFUSED


def _token_respelled(stage: Stage) -> Verdict:
    if stage.doors.sign_out_step is None:
        return not_applicable("the attack file names no sign_out")
    person = signed_out(stage)
    carrier = carrier_of(person)
    if carrier is None or not carrier.is_jwt:
        return not_applicable("the app's credentials are no JWTs")
    if granted(stage, person) is not None:
        return not_applicable("it is taken as it is, as 91.1 says")
    spellings = [f"{carrier.token}=", f"{carrier.token}==", f" {carrier.token}"]
    with suppress(DoesNotApply):
        spellings.append(trailing_bits(Material(carrier.token, {}, None, "", "", 0)).decode())
    for spelling in spellings:
        header, value = carrier.holding(spelling)
        holder = replace(person, headers={**person.headers, header: value.decode()})
        if (exchange := still_granted(stage, holder)) is not None:
            return got_in("a signed-out token is taken in another spelling", exchange)
    return REFUSED


def _cookie_after_sign_out(stage: Stage) -> Verdict:
    if stage.doors.sign_out_step is None:
        return not_applicable("the attack file names no sign_out")
    person = signed_out(stage)
    if person.cookie is not None:
        if (exchange := still_granted(stage, person)) is not None:
            return got_in("the cookie goes on opening the app after its sign-out", exchange)
        return REFUSED
    if stage.doors.section.kind != "better-auth" or not person.cookies:
        return not_applicable("no cookie is the app's credential")
    exchange = _new_token(stage, person)
    if exchange.succeeded and b'"token"' in exchange.answered.body:
        return got_in("the session cookie still gets tokens after its sign-out", exchange)
    return REFUSED


def _new_token(stage: Stage, person: Person) -> Exchange:
    asked = RawRequest("GET", f"{stage.doors.section.base_path}/token")
    return stage.send(asked, with_cookies(stage, person))


_SIGN_OUTS: Mapping[str, Callable[[Stage], Verdict]] = {
    "91.1": _token_after_sign_out,
    "91.3": _token_respelled,
    "92.1": _cookie_after_sign_out,
}

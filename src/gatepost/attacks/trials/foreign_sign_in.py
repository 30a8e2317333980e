"""Sign-in and sign-out by a page of another site, 134."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from gatepost.attacks.attack_file import Step
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark, worst
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import taken_at
from gatepost.attacks.trials.guards import guarded
from gatepost.attacks.trials.origins import page
from gatepost.attacks.trials.session_cookies import kept_to_its_site, session_cookies
from gatepost.attacks.wire import RawRequest, with_fields

_REFUSALS = 400


def foreign_sign_in(surface: Surface) -> Iterator[Trial]:
    """Plan 134, and its counterpart for signing out, once each."""
    people = surface.file.people
    if people.kind in {"better-auth", "password"}:
        yield Trial(find("134"), taken_at(surface, people.sign_in), _signs_in)
        yield Trial(find("134.o"), taken_at(surface, people.sign_out), _signs_out)


def _simple(step: Step, request: RawRequest) -> list[RawRequest]:
    """Return the requests by which a page sends it without asking first (Fetch, 2.2.2)."""
    if step.method != "POST":
        return []
    if step.form:
        return [request]
    kept = tuple(each for each in request.fields if each[0].lower() != "content-type")
    text = replace(request, fields=(*kept, ("Content-Type", "text/plain")))
    # What a plain form sends of it: some servers take either, form and JSON.
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    sent = urlencode(json.loads(request.body or b"{}")).encode()
    form = replace(request, fields=(*kept, kind), body=sent)
    return [text, form, replace(request, fields=kept)]


def _signs_in(stage: Stage) -> Verdict:
    step = stage.doors.sign_in_step
    if step is None or not session_cookies(stage.bob):
        return not_applicable("signing in sets no cookie")
    request = stage.doors.request(step, stage.bob)
    if stage.send(request).status >= _REFUSALS:
        raise Inconclusive("nobody can sign in any more")
    for each in _simple(step, request):
        came = stage.send(with_fields(each, *page()))
        if came.status < _REFUSALS and came.answered.every("Set-Cookie"):
            return _judged(stage, "a page of another site signs a visitor in as the attacker", came)
    return REFUSED


def _judged(stage: Stage, says: str, came: Exchange) -> Verdict:
    if guarded(stage, by_origin=True):
        return got_in(f"{says}, though the app asks for the Origin elsewhere", came)
    if kept := kept_to_its_site(stage.bob):
        return remark(
            f"{says}; its cookies are SameSite={kept}, which does not keep that out", came
        )
    return got_in(says, came)


def _signs_out(stage: Stage) -> Verdict:
    step = stage.doors.sign_out_step
    if step is None or not session_cookies(stage.bob):
        return not_applicable("there is no cookie to be signed out of")
    verdicts = []
    for index in range(3 if step.method == "POST" and not step.form else 1):
        person = with_cookies_only(stage.new_person(f"leaver{index}"))
        request = stage.doors.request(step, person)
        simple = _simple(step, request) or [request]
        came = stage.send(with_fields(simple[index % len(simple)], *page()), person)
        if came.status < _REFUSALS and step.method in {"GET", "POST"}:
            says = "a page of another site signs people out"
            kept = kept_to_its_site(person)
            lax_get = kept == "lax" and step.method == "GET"
            verdicts.append(remark(says, came) if kept and not lax_get else got_in(says, came))
    return worst(verdicts)


def with_cookies_only(person: Person) -> Person:
    """Return somebody with the cookies of their session alone."""
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    return replace(person, headers={"Cookie": cookie})

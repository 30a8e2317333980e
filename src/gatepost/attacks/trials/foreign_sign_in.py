"""Sign-in and sign-out by a page of another site, 134, and Better Auth's session endpoints, 131."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from gatepost.attacks.attack_file import Step
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark, worst
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage, with_fields
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.guards import guarded
from gatepost.attacks.trials.origins import Fields, page
from gatepost.attacks.trials.session_cookies import kept_to_its_site, session_cookies
from gatepost.attacks.wire import RawRequest

_REFUSALS = 400


def foreign_sign_in(surface: Surface) -> Iterator[Trial]:
    """Plan 134, and its counterpart for signing out, once each."""
    if surface.file.people.kind in {"better-auth", "password"}:
        yield Trial(find("134"), None, _signs_in)
        yield Trial(find("134.o"), None, _signs_out)
        if surface.file.people.kind == "better-auth":
            yield Trial(find("131.s"), None, partial(_session_endpoint, page()))
            lines = page("http://127.0.0.1:1", "same-site")
            yield Trial(find("132.s"), None, partial(_session_endpoint, lines))


def _simple(step: Step, request: RawRequest) -> list[RawRequest]:
    """Return the requests by which a page sends it without asking first (Fetch, 2.2.2)."""
    if step.method != "POST":
        return []
    if step.form:
        return [request]
    kept = tuple(each for each in request.fields if each[0].lower() != "content-type")
    texts = [replace(request, fields=(*kept, ("Content-Type", "text/plain")))]
    return [*texts, replace(request, fields=kept)]


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
    for index in range(2 if step.method == "POST" and not step.form else 1):
        person = _with_cookies_only(stage.new_person(f"leaver{index}"))
        request = stage.doors.request(step, person)
        simple = _simple(step, request) or [request]
        came = stage.send(with_fields(simple[index % len(simple)], *page()), person)
        if came.status < _REFUSALS and step.method in {"GET", "POST"}:
            says = "a page of another site signs people out"
            kept = kept_to_its_site(person)
            lax_get = kept == "lax" and step.method == "GET"
            verdicts.append(remark(says, came) if kept and not lax_get else got_in(says, came))
    return worst(verdicts)


def _session_endpoint(fields: Fields, stage: Stage) -> Verdict:
    """Try Better Auth's endpoints, which every app behind it has."""
    if not stage.bob.cookies:
        return not_applicable("there is no session cookie")
    person = _with_cookies_only(stage.new_person("visitor"))
    base = stage.surface.file.people.base_path
    own = ("Origin", stage.sender.url)
    typed = ("Content-Type", "application/json")
    calls: list[tuple[str, Mapping[str, object]]] = [
        ("update-user", {"name": "changed"}), ("revoke-other-sessions", {}), ("sign-out", {}),
    ]  # fmt: skip
    for path, body in calls:
        request = RawRequest("POST", f"{base}/{path}", (typed,), json.dumps(body).encode())
        came = stage.send(with_fields(request, *fields), person)
        if came.succeeded:
            return got_in(f"a page of another origin calls {path} with the session cookie", came)
    last = stage.send(with_fields(request, own), person)
    if not last.succeeded:
        raise Inconclusive(f"the own page cannot sign out either: {last.status}")
    return REFUSED


def _with_cookies_only(person: Person) -> Person:
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    return replace(person, headers={"Cookie": cookie})

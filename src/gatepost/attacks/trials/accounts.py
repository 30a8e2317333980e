"""Accounts, 103 and 144 to 148: signing in, signing up and asking for a new password.

Somebody is signed up who is not needed again, and strangers try to be them. What makes an app ask
for patience comes last.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from gatepost.attacks.attack_file import Step
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.door import broke
from gatepost.attacks.trials.publicly_known import ids_of
from gatepost.attacks.trials.sessions import granted, members_of, received, reset_of
from gatepost.attacks.trials.telling import TELLING

_TOO_OFTEN = 429
_TOKEN_NAMES = re.compile(r"token|code|otp|link|url|key|secret|password", re.IGNORECASE)
_NO_SIGN_UP = "the attack file names no sign_up"


def accounts(surface: Surface) -> Iterator[Trial]:
    """Plan what is tried at the doors by which people sign in and up."""
    if surface.file.people.kind in {"headers", "plugin"}:
        return
    people = surface.file.people
    paths = {
        "sign_up": people.sign_up.path if people.sign_up else f"{people.base_path}/sign-up/email",
        "reset": people.reset.path
        if people.reset
        else f"{people.base_path}/request-password-reset",
        "sign_in": people.sign_in.path if people.sign_in else f"{people.base_path}/sign-in/email",
    }
    for number, run in {**_RUNS, **TELLING}.items():
        kind = {"103.2": "reset", "148.1": "reset", "103.3": "sign_up", "147.1": "sign_up",
                "147.2": "sign_up"}.get(number, "sign_in")  # fmt: skip
        yield Trial(find(number), surface.find("POST", paths[kind]), run)


def target(stage: Stage) -> Person:
    """Return somebody whom strangers try to be."""
    return stage.once("target", lambda: stage.new_person("target"))


def _signs_in(
    written: Callable[[Stage, Person], list[dict[str, object]]],
) -> Callable[[Stage], Verdict]:
    """Try to sign in as the target, with the values that are written for what the step names."""

    def run(stage: Stage) -> Verdict:
        person, step = target(stage), _sign_in_of(stage)
        tries = written(stage, person)
        if not tries:
            return not_applicable("whoever is unknown is signed up by signing in")
        for values in tries:
            exchange = _sent(stage, step, person, values)
            if exchange.status == _TOO_OFTEN:
                raise Inconclusive("the app limits how often people sign in: allow more for this")
            gained = received(stage, step, person, exchange)
            if gained is not None and (seen := granted(stage, gained)) is not None:
                return got_in("a stranger is signed in", exchange, seen)
            if broke(exchange):
                return got_in(f"the app breaks: {exchange.status}", exchange)
        return REFUSED

    return run


def _sign_in_of(stage: Stage) -> Step:
    step = stage.doors.sign_in_step
    if step is None:
        raise Inconclusive("the attack file names no sign_in")
    return step


def _sent(stage: Stage, step: Step, person: Person, values: Mapping[str, object]) -> Exchange:
    """Take a step with other values, of any type, in the place of `{email}` and `{password}`."""
    body = {
        name: values.get(str(value).strip("{}"), value) if str(value).startswith("{") else value
        for name, value in step.body.items()
    }
    kept = {name: value for name, value in body.items() if value is not _ABSENT}
    changed = step.model_copy(update={"body": kept})
    return stage.send(stage.doors.request(changed, person))


_ABSENT = object()
_WRONG: Mapping[str, Callable[[Stage, Person], list[dict[str, object]]]] = {
    "144.1": lambda _, __: [{"password": secrets.token_urlsafe(18)}],
    "144.2": lambda stage, _: [{"password": stage.alice.password}],
    "144.3": lambda _, __: [{"password": ""}, {"password": _ABSENT}, {"password": None}],
    "144.4": lambda _, person: [
        {"password": person.password.swapcase()}, {"password": person.password.lower()},
    ],
    "144.5": lambda _, person: [
        {"password": person.password[:-1]}, {"password": person.password[:8]},
        {"password": person.password[1:]},
    ],
    "144.6": lambda _, person: [{"password": f"{person.password}x"}],
    "144.7": lambda _, __: [
        {"password": "' OR '1'='1"}, {"password": "' OR 1=1 -- "}, {"password": '" OR ""="'},
    ],
    "144.8": lambda stage, person: [
        {"email": text, "password": "x"}
        for text in (f"{person.email}' -- ", f"{person.email}' OR '1'='1", "' OR 1=1 -- ")
        if stage.doors.sign_up_step is not None
    ],
    "144.9": lambda _, __: [{"password": {"$ne": ""}}, {"password": {"$gt": ""}}],
    "144.10": lambda _, person: [
        {"password": True}, {"password": 0}, {"password": [person.email]}, {"password": {}},
    ],
}  # fmt: skip


def _credential_in_a_url(stage: Stage) -> Verdict:
    person, step = target(stage), _sign_in_of(stage)
    exchange = stage.send(stage.doors.request(step, person))
    gained = received(stage, step, person, exchange)
    new = carrier_of(gained) if gained is not None else None
    places = [*exchange.answered.every("Location"), *_urls_in(members_of(exchange))]
    long_enough = new is not None and len(new.token) > 8  # noqa: PLR2004 - not by chance
    if new is not None and long_enough and any(new.token in place for place in places):
        return got_in("signing in leads to a URL that has the credential in it", exchange)
    return REFUSED


def _urls_in(value: object) -> Iterator[str]:
    if isinstance(value, str) and re.match(r"(https?://|/)", value):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _urls_in(each)


def _sign_up_over(stage: Stage) -> Verdict:
    person = target(stage)
    return _taken_over(stage, person, person.email)


def _sign_up_over_in_another_spelling(stage: Stage) -> Verdict:
    person = stage.new_person("twin")  # whose password is another's afterwards, where it works
    for email in (person.email.swapcase(), f"{person.email} "):
        verdict = _taken_over(stage, person, email)
        if verdict != REFUSED:
            return verdict
    return REFUSED


def _taken_over(stage: Stage, person: Person, email: str) -> Verdict:
    """Sign up with an address, and see whether that opens or closes somebody's account."""
    step = stage.doors.sign_up_step
    if step is None:
        return not_applicable(_NO_SIGN_UP)
    attacker = replace(
        person, name=f"attacker-{secrets.token_hex(4)}", email=email,
        password=secrets.token_urlsafe(18), headers={}, signed_in={}, signed_up={}, cookies={},
    )  # fmt: skip
    exchange = stage.send(stage.doors.request(step, attacker))
    if exchange.status == _TOO_OFTEN:
        raise Inconclusive("the app limits how often people sign up: allow more for this")
    if broke(exchange):
        return got_in(f"the app breaks: {exchange.status}", exchange)
    for address in dict.fromkeys((person.email, email)):
        try:
            inside = stage.doors.sign_in(replace(attacker, email=address))
        except AttackError:
            continue
        if address == person.email or set(ids_of(stage, inside)) & set(ids_of(stage, person)):
            return got_in("who signs up anew is in somebody's account", exchange)
    try:
        stage.doors.sign_in(person)
    except AttackError:
        return got_in("who signs up anew has put another password in the place of somebody's",
                      exchange)  # fmt: skip
    return REFUSED


def _reset_token(stage: Stage) -> Verdict:
    person, step = target(stage), reset_of(stage)
    if step is None:
        return not_applicable("the attack file names no reset")
    first, second = (stage.send(stage.doors.request(step, person)) for _ in range(2))
    if not first.succeeded:
        return REFUSED
    seen, again = _secrets_in(first), _secrets_in(second)
    for name, value in seen.items():
        if again.get(name) not in {None, value}:
            return got_in(f"who asks for somebody's password to be reset is told the {name}", first)
    return REFUSED


def _secrets_in(exchange: Exchange) -> dict[str, str]:
    """Return the members of an answer that may be what resets a password; it is new each time."""

    def walk(name: str, value: object) -> Iterator[tuple[str, str]]:
        if isinstance(value, Mapping):
            for inner, each in value.items():
                yield from walk(str(inner), each)
        elif isinstance(value, str | int) and _TOKEN_NAMES.search(name):
            yield name, str(value)
        elif (
            isinstance(value, str) and _TOKEN_NAMES.search(value) and re.search(r"[\w-]{16}", value)
        ):
            yield name, value

    places = {"Location": "".join(exchange.answered.every("Location"))}
    return dict([*walk("", members_of(exchange)), *walk("", places)])


_RUNS: Mapping[str, Callable[[Stage], Verdict]] = {
    **{number: _signs_in(written) for number, written in _WRONG.items()},
    "145.1": _credential_in_a_url,
    "148.1": _reset_token,
    "147.2": _sign_up_over_in_another_spelling,
    "147.1": _sign_up_over,
}

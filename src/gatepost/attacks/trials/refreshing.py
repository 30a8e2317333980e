"""Refresh tokens, 86, 93, 94 and 97: good for one thing, once, and as long as the session.

Somebody is signed up who is not needed again.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from gatepost.attacks.attack_file import Step
from gatepost.attacks.catalogue import find
from gatepost.attacks.catalogue.attack import TokenAttack
from gatepost.attacks.material import DoesNotApply, Material
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.carrier import carrier_of, is_jwt
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import probe, taken_at
from gatepost.attacks.trials.at_hand import at_hand
from gatepost.attacks.trials.door import broke
from gatepost.attacks.trials.lifecycle import signed_out
from gatepost.attacks.trials.new_passwords import changed_password
from gatepost.attacks.trials.refresh_tokens import (
    Refreshed,
    refreshed,
    tokens_of,
    unused,
    with_token,
)
from gatepost.attacks.trials.sessions import act, granted, received

_FORGERIES = ("20", "20.1", "25.1", "44.1", "64.4")
_NONE = "the attack file names no refresh"


def refreshing(surface: Surface) -> Iterator[Trial]:
    """Plan what is tried with refresh tokens.

    It is shown where they are taken; one that outlives its session, at what should have ended that.
    """
    seen, people = probe(surface), surface.file.people
    if seen is None or people.kind in {"headers", "plugin"}:
        return
    ends = {"93.3": people.sign_out, "97.2": people.password_change}
    for number, run in _RUNS.items():
        yield Trial(find(number), taken_at(surface, ends.get(number, people.refresh)) or seen, run)


def _used_again(stage: Stage) -> Verdict:
    if (used := refreshed(stage)) is None:
        return not_applicable(_NONE)
    if not used.is_rotated:
        return remark("refresh tokens are not rotated: a stolen one is good until its end")
    exchange, gained = _replayed(stage, used)
    if gained is not None:
        return got_in("a used refresh token is taken once more", exchange)
    return _answered(exchange)


def _replayed(stage: Stage, used: Refreshed) -> tuple[Exchange, Person | None]:
    """Use the used one again, once; returns the answer, and who got in by it."""

    def replay() -> tuple[Exchange, Person | None]:
        exchange = act(stage, used.step, used.before)
        gained = received(stage, used.step, used.before, exchange)
        return exchange, gained if gained is not None and granted(stage, gained) else None

    return stage.once("refresh token replayed", replay)


def _family(stage: Stage) -> Verdict:
    used = refreshed(stage)
    if used is None or not used.is_rotated:
        return not_applicable(_NONE if used is None else "refresh tokens are not rotated")
    if _replayed(stage, used)[1] is not None:
        return not_applicable("a used refresh token is taken, as 93.1 says")
    exchange = act(stage, used.step, used.after)
    if received(stage, used.step, used.after, exchange) is None:
        return REFUSED
    return remark("the newest refresh token goes on after a used one came again", exchange)


def _after_sign_out(stage: Stage) -> Verdict:
    step = stage.doors.section.refresh
    if step is None or stage.doors.sign_out_step is None:
        return not_applicable(_NONE if step is None else "the attack file names no sign_out")
    return _still_refreshes(stage, step, signed_out(stage), "its sign-out")


def _after_change(stage: Stage) -> Verdict:
    step = stage.doors.section.refresh
    changed = None if step is None else changed_password(stage)
    if step is None or changed is None or not changed.new_password:
        return not_applicable(_NONE if step is None else "no password is changed")
    return _still_refreshes(stage, step, changed.before, "the password is changed")


def _still_refreshes(stage: Stage, step: Step, person: Person, what: str) -> Verdict:
    if refreshed(stage) is None:
        return not_applicable(_NONE)
    exchange = act(stage, step, person)
    gained = received(stage, step, person, exchange)
    if gained is not None and granted(stage, gained) is not None:
        return got_in(f"a refresh token still gets access tokens after {what}", exchange)
    return _answered(exchange)


def _at_once(stage: Stage) -> Verdict:
    used = refreshed(stage)
    if used is None or not used.is_rotated:
        return not_applicable(_NONE if used is None else "refresh tokens are not rotated")
    fresh = stage.sign_in_again(used.before)
    with ThreadPoolExecutor(4) as several:
        exchanges = list(several.map(lambda _: act(stage, used.step, fresh), range(4)))
    winners = [each for each in exchanges if received(stage, used.step, fresh, each) is not None]
    if len(winners) > 1:
        return remark(f"one refresh token is taken {len(winners)} times at once", *winners)
    return REFUSED


def _access_as_refresh(stage: Stage) -> Verdict:
    used = refreshed(stage)
    carrier = None if used is None else carrier_of(unused(stage, used))
    if used is None or carrier is None:
        return not_applicable(_NONE)
    if carrier.token in tokens_of(unused(stage, used), used.names):
        return not_applicable("one token is both")
    return _taken(stage, used, carrier.token, "an access token is taken as refresh token")


def _any_text(stage: Stage) -> Verdict:
    if (used := refreshed(stage)) is None:
        return not_applicable(_NONE)
    return _taken(stage, used, "nonsense", "any text is taken as refresh token")


def _forged(stage: Stage) -> Verdict:
    if (used := refreshed(stage)) is None:
        return not_applicable(_NONE)
    real = next(iter(tokens_of(unused(stage, used), used.names)), "")
    if not is_jwt(real):
        return not_applicable("the app's refresh tokens are no JWTs")
    key = at_hand(stage).private_key
    material = Material(real, {}, key, stage.listener.url, "", int(time.time()))
    for number in _FORGERIES:
        attack = find(number)
        try:
            token = attack.forger(material) if isinstance(attack, TokenAttack) else b""
        except DoesNotApply:
            continue
        says = f"a forged refresh token is taken: {attack.name}"
        verdict = _taken(stage, used, token.decode("latin-1"), says)
        if verdict != REFUSED:
            return verdict
    return REFUSED


def _taken(stage: Stage, used: Refreshed, token: str, says: str) -> Verdict:
    person = with_token(unused(stage, used), used.names, token)
    exchange = act(stage, used.step, person)
    gained = received(stage, used.step, person, exchange)
    if gained is not None and granted(stage, gained) is not None:
        return got_in(says, exchange)
    return _answered(exchange)


def _answered(exchange: Exchange) -> Verdict:
    if broke(exchange):
        return got_in(f"the app breaks: {exchange.status}", exchange)
    return REFUSED


_RUNS: Mapping[str, Callable[[Stage], Verdict]] = {
    "86.2": _access_as_refresh,
    "93.1": _used_again,
    "93.2": _family,
    "93.3": _after_sign_out,
    "93.4": _any_text,
    "93.5": _forged,
    "94.1": _at_once,
    "97.2": _after_change,
}

"""Refresh tokens: where an app's people have them, and what came for one that was used."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gatepost.attacks.attack_file import Step
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials.sessions import act, granted, must_be_granted, received

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_KNOWN = frozenset({"email", "password", "name", "new_password"})
_REFRESH = re.compile("refresh", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Somebody who has used a refresh token once.

    Attributes:
        before: them with the token that is used.
        after: them with what came for it.
        step: how it is done.
        names: of the members, or cookies, which hold the refresh token.
    """

    before: Person
    after: Person
    step: Step
    names: tuple[str, ...]

    @property
    def is_rotated(self) -> bool:
        """Whether another refresh token came."""
        return tokens_of(self.before, self.names) != tokens_of(self.after, self.names)


def tokens_of(person: Person, names: tuple[str, ...]) -> list[str]:
    """Return the refresh tokens that somebody has in the members or cookies of these names."""
    places: tuple[Mapping[str, object], ...] = (person.signed_in, person.cookies)
    return [str(place[name]) for place in places for name in names if name in place]


def _names_of(step: Step, person: Person) -> tuple[str, ...]:
    """Return where the refresh token is: in what the step names, or in a cookie called so."""
    named = [name for name in _PLACEHOLDER.findall(str(step.body)) if name not in _KNOWN]
    cookies = [name for name in person.cookies if _REFRESH.search(name)]
    return tuple(named or cookies)


def with_token(person: Person, names: tuple[str, ...], token: str) -> Person:
    """Return somebody who has another text in the place of their refresh token."""
    signed_in = {**person.signed_in, **dict.fromkeys(set(names) & set(person.signed_in), token)}
    cookies = {**person.cookies, **dict.fromkeys(set(names) & set(person.cookies), token)}
    headers = dict(person.headers)
    if person.cookie is not None:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return replace(person, signed_in=signed_in, cookies=cookies, headers=headers)


def refreshed(stage: Stage) -> Refreshed | None:
    """Return somebody who has refreshed once; None where the attack file names no refresh.

    Raises:
        Inconclusive: refreshing opens nothing.
    """
    return stage.once("refreshed", lambda: _refresh(stage))


def _refresh(stage: Stage) -> Refreshed | None:
    step = stage.doors.section.refresh
    if step is None:
        return None
    before = stage.new_person("refresher")
    must_be_granted(stage, before)
    names = _names_of(step, before)
    if not names:
        raise Inconclusive("what [people] names as refresh takes nothing that signing in gave")
    # An app that writes times in whole seconds may give the same token again within one.
    time.sleep(1.1)
    exchange = act(stage, step, before)
    after = received(stage, step, before, exchange)
    if after is None or granted(stage, after) is None:
        raise Inconclusive(f"refreshing is answered {exchange.status}, and opens nothing")
    return Refreshed(before, after, step, names)


def unused(stage: Stage, used: Refreshed) -> Person:
    """Return the same person in a session whose refresh token nobody has used or replayed."""
    return stage.once("refresh token unused", lambda: stage.sign_in_again(used.before))

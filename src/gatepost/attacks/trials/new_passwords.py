"""New passwords, 97 and 143: what is over when somebody has changed theirs, and who can."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gatepost.attacks.attack_file import Step
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials.sessions import (
    act,
    must_be_granted,
    password_change_of,
    still_granted,
    with_cookies,
)

_NO_CHANGE = "the attack file names no password_change, or the app has none"
_WEAK = "the password is changed without the old one, as 143 says"
_NONE_THERE = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody who has changed their password.

    Attributes:
        before: them in the session that knows nothing of it.
        new_password: the new one.
        wrongly: the answer to the change with a wrong old password, and whether it worked.
        without: the same without the old password.
        exchange: the answer to the proper change.
    """

    before: Person
    new_password: str
    wrongly: tuple[Exchange, bool]
    without: tuple[Exchange, bool] | None
    exchange: Exchange


def changed_password(stage: Stage) -> Changed | None:
    """Return somebody who has changed their password; None where the app has no way to.

    Raises:
        Inconclusive: the app refuses what it should grant.
    """
    return stage.once("changed password", lambda: _change(stage))


def _change(stage: Stage) -> Changed | None:
    step = password_change_of(stage)
    if step is None:
        return None
    before = stage.new_person("changer")
    acting = stage.sign_in_again(before)
    must_be_granted(stage, before)
    wrongly = _try_change(stage, step, acting, replace(acting, password=secrets.token_urlsafe(18)))
    bare = _without_password(step)
    without = None if bare is None else _try_change(stage, bare, acting, acting)
    if wrongly[1] or (without is not None and without[1]):
        return Changed(before, "", wrongly, without, wrongly[0])
    new = secrets.token_urlsafe(18)
    exchange = act(stage, step, acting, new_password=new)
    if exchange.status in _NONE_THERE:
        return None
    if exchange.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        raise Inconclusive(f"changing the password is answered {exchange.status}")
    return Changed(before, new, wrongly, without, exchange)


def _try_change(stage: Stage, step: Step, acting: Person, saying: Person) -> tuple[Exchange, bool]:
    """Change a password in a way that is to be refused; returns whether it was."""
    new = secrets.token_urlsafe(18)
    exchange = stage.send(
        stage.doors.request(step, saying, new_password=new), with_cookies(stage, acting)
    )
    if not exchange.succeeded:
        return exchange, False
    return exchange, _signs_in(stage, replace(acting, password=new))


def _signs_in(stage: Stage, person: Person) -> bool:
    try:
        stage.doors.sign_in(person)
    except AttackError:
        return False
    return True


def _without_password(step: Step) -> Step | None:
    """Return the step without the member that holds the old password, where it has one."""
    kept = {name: value for name, value in step.body.items() if value != "{password}"}
    return None if len(kept) == len(step.body) else step.model_copy(update={"body": kept})


def _token_after_change(stage: Stage) -> Verdict:
    changed = changed_password(stage)
    if changed is None:
        return not_applicable(_NO_CHANGE)
    if not changed.new_password:
        return not_applicable(_WEAK)
    if (exchange := still_granted(stage, changed.before)) is not None:
        return got_in(
            "another session goes on after the password is changed", exchange, changed.exchange
        )
    return REFUSED


def _old_password(stage: Stage) -> Verdict:
    changed = changed_password(stage)
    if changed is None:
        return not_applicable(_NO_CHANGE)
    if not changed.new_password:
        return not_applicable(_WEAK)
    if not _signs_in(stage, replace(changed.before, password=changed.new_password)):
        raise Inconclusive("the new password does not sign in")
    if _signs_in(stage, changed.before):
        return got_in("the old password still signs in after the change", changed.exchange)
    return REFUSED


def _wrong_old_password(stage: Stage) -> Verdict:
    changed = changed_password(stage)
    if changed is None:
        return not_applicable(_NO_CHANGE)
    exchange, worked = changed.wrongly
    return got_in("a wrong old password changes it", exchange) if worked else REFUSED


def _without_old_password(stage: Stage) -> Verdict:
    changed = changed_password(stage)
    if changed is None or changed.without is None:
        return not_applicable(_NO_CHANGE if changed is None else "no old password is asked for")
    exchange, worked = changed.without
    return got_in("the password is changed without the old one", exchange) if worked else REFUSED


NEW_PASSWORDS: Mapping[str, Callable[[Stage], Verdict]] = {
    "97.1": _token_after_change,
    "143.1": _old_password,
    "143.2": _wrong_old_password,
    "143.3": _without_old_password,
}

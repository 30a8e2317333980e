"""Telling who has an account, 103, and guessing without an end, 146.

Times are compared in turns, by the medians of their quicker halves, and three times before anything
is said of them: what else runs on the machine slows both alike, and seldom the same one thrice.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import median

from gatepost.attacks.attack_file import Step
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.trials.sessions import reset_of

_ROUNDS = 9
_MEASURED = 3
_TIMES_AS_LONG, _SECONDS_LONGER = 2.0, 0.002
_TOO_OFTEN, _FORBIDDEN, _LOCKED, _BROKEN = 429, 403, 423, 500


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong passwords for an account that is there, and for one that is not, in turns.

    Attributes:
        known: the answers for an account.
        unknown: the answers for none.
    """

    known: tuple[Exchange, ...]
    unknown: tuple[Exchange, ...]

    @property
    def is_limited(self) -> bool:
        """Whether the app asked for patience, or closed the account for a time."""
        stopped = {_TOO_OFTEN, _LOCKED}
        every = (*self.known, *self.unknown)
        changed = self.known[0].status != self.known[-1].status
        return changed or any(each.status in stopped for each in every)

    @property
    def gap(self) -> tuple[float, float]:
        """What the slower and the faster take, in seconds, on a machine that is not busy."""
        slower, faster = self._quick_halves
        return median(slower), median(faster)

    @property
    def known_takes_longer(self) -> bool:
        """Whether an account is what takes longer, on a machine that is not busy."""
        return median(_quick_half(self.known)) > median(_quick_half(self.unknown))

    @property
    def tells(self) -> bool:
        """Whether the time tells one from the other, by a margin that chance seldom makes.

        A cheap hash takes a few milliseconds: that counts, where the two do not overlap.
        """
        slower, faster = self._quick_halves
        apart = median(slower) - median(faster) > _SECONDS_LONGER and min(slower) > max(faster)
        return apart and median(slower) > _TIMES_AS_LONG * median(faster)

    @property
    def _quick_halves(self) -> tuple[list[float], list[float]]:
        """The quicker half of each, the slower kind first."""
        known, unknown = _quick_half(self.known), _quick_half(self.unknown)
        return (known, unknown) if self.known_takes_longer else (unknown, known)


def _quick_half(answers: tuple[Exchange, ...]) -> list[float]:
    """Return the seconds of the quicker half: what else runs only ever adds time."""
    return sorted(each.seconds for each in answers)[: len(answers) // 2 + 1]


def _guesses(stage: Stage) -> Guesses:
    return stage.once("guesses", lambda: _guess(stage, _victim(stage)))


def _victim(stage: Stage) -> Person:
    """Return somebody whose account may be closed for a while by so many wrong passwords."""
    return stage.once("guessed", lambda: stage.new_person("guessed"))


def _guess(stage: Stage, person: Person) -> Guesses:
    step = stage.doors.sign_in_step
    if step is None:
        raise Inconclusive("the attack file names no sign_in")
    known: list[Exchange] = []
    unknown: list[Exchange] = []
    for turn in range(_ROUNDS):
        password = secrets.token_urlsafe(18)
        pair = [(known, person), (unknown, _nobody(person))]
        for answers, whose in reversed(pair) if turn % 2 else pair:  # neither always follows
            answers.append(_asked(stage, step, replace(whose, password=password)))
    return Guesses(tuple(known), tuple(unknown))


def _nobody(person: Person) -> Person:
    """Return somebody without an account, whose address is as long."""
    local, _, domain = person.email.partition("@")
    made = secrets.token_hex(len(local))[: len(local)]
    return replace(person, email=f"{made}@{domain}", headers={}, cookies={})


def _asked(stage: Stage, step: Step, person: Person) -> Exchange:
    return stage.send(stage.doors.request(step, person))


def _sign_in_tells(stage: Stage) -> Verdict:
    guesses = _guesses(stage)
    known, unknown = guesses.known[:2], guesses.unknown[:2]
    if _TOO_OFTEN in {each.status for each in (*known, *unknown)}:
        raise Inconclusive("the app limits how often people sign in: allow more for this")
    if max(each.status for each in (*known, *unknown)) >= _BROKEN:
        return got_in("signing in with a wrong password breaks the app", *known, *unknown)
    if _told_apart(known, unknown, _victim(stage)):
        return got_in(
            "signing in tells an unknown address from a wrong password", known[0], unknown[0]
        )
    return REFUSED


def _told_apart(known: tuple[Exchange, ...], unknown: tuple[Exchange, ...], person: Person) -> bool:
    """Whether the answers differ by whether there is an account.

    Of answers that differ from one time to the next only the status is compared.
    """
    shown, others = ([_shown(each, person) for each in some] for some in (known, unknown))
    if len(set(shown)) > 1 or len(set(others)) > 1:
        return {each[0] for each in shown} != {each[0] for each in others}
    return shown[0] != others[0]


def _shown(exchange: Exchange, person: Person) -> tuple[int, bytes, tuple[str, ...]]:
    """Return what somebody who compares two answers sees, without what they have sent."""
    sent = exchange.request.body
    body = exchange.answered.body
    for word in {*_words(sent), person.email.encode()}:
        body = body.replace(word, b"*")
    return exchange.status, body, exchange.answered.every("WWW-Authenticate")


def _words(sent: bytes) -> list[bytes]:
    text = sent.replace(b"%40", b"@")
    return [
        word for word in text.replace(b"=", b'"').replace(b"&", b'"').split(b'"') if b"@" in word
    ]


def _reset_tells(stage: Stage) -> Verdict:
    step = reset_of(stage)
    if step is None:
        return not_applicable("the attack file names no reset")
    victim = _victim(stage)
    known = tuple(_asked(stage, step, victim) for _ in range(2))
    unknown = tuple(_asked(stage, step, _nobody(victim)) for _ in range(2))
    _must_be_calm(known, unknown, "asking for a new password")
    if _told_apart(known, unknown, victim):
        return got_in("asking for a new password tells who has an account", known[0], unknown[0])
    return REFUSED


def _sign_up_tells(stage: Stage) -> Verdict:
    step = stage.doors.sign_up_step
    if step is None:
        return not_applicable("the attack file names no sign_up")
    victim = replace(_victim(stage), password=secrets.token_urlsafe(18))
    known, unknown = _asked(stage, step, victim), _asked(stage, step, _nobody(victim))
    _must_be_calm((known,), (unknown,), "signing up")
    if known.status != unknown.status:
        return remark("signing up tells who has an account", known, unknown)
    return REFUSED


def _must_be_calm(known: tuple[Exchange, ...], unknown: tuple[Exchange, ...], what: str) -> None:
    for each in (*known, *unknown):
        if each.status == _TOO_OFTEN or each.status >= _BROKEN:
            raise Inconclusive(f"{what} is answered {each.status}")


def _time_tells(stage: Stage) -> Verdict:
    first = guesses = _guesses(stage)
    if first.is_limited:
        raise Inconclusive("the app limits how often people sign in: allow more for this")
    for again in range(_MEASURED):
        if again:
            guesses = _guess(stage, _victim(stage))
        same = guesses.known_takes_longer == first.known_takes_longer
        if guesses.is_limited or not guesses.tells or not same:
            return REFUSED
    slower, faster = guesses.gap
    return got_in(
        "the time of signing in tells who has an account: "
        f"{1000 * slower:.0f} ms for one and {1000 * faster:.0f} ms for the other",
        guesses.known[0],
        guesses.unknown[0],
    )


def _guessing(stage: Stage) -> Verdict:
    guesses = _guesses(stage)
    if guesses.is_limited:
        return REFUSED
    return remark(
        f"{len(guesses.known)} wrong passwords for one account are answered without a pause",
        guesses.known[-1],
    )


TELLING: Mapping[str, Callable[[Stage], Verdict]] = {
    "103.1": _sign_in_tells,
    "103.2": _reset_tells,
    "103.3": _sign_up_tells,
    "103.4": _time_tells,
    "146.1": _guessing,
}

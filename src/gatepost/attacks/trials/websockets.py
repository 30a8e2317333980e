"""Websockets, 16, 17, 91.4, 91.5 and 172: of strangers, of hostile pages, and after the end."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from gatepost.attacks.catalogue import find
from gatepost.attacks.conversing import Heard, conversation, opened, talk
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.making.resources import producer_of
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.origins import EVIL, look_alikes
from gatepost.attacks.trials.session_cookies import kept_to_its_site
from gatepost.attacks.trials.websocket_openings import (
    GREETING,
    REFUSAL,
    Entrance,
    entrance,
    is_let_in,
    openings,
)
from gatepost.attacks.trials.websocket_reopening import lies, reopened

_INTERNAL_ERROR = 1011
_HOSTILE: tuple[str | bytes, ...] = (
    "{", "[]", "null", '{"type":1,"text":{}}', b"\x00\xff", "x" * 1_200_000,
)  # fmt: skip
_GRACE_SECONDS = 8.0
"""An app that asks now and then whether its people are still there has closed it by then."""
_PAUSE_SECONDS = 0.4
_ALIVE = re.compile(r"^.{0,40}\b(heart_?beat|keep-?alive)\b", re.IGNORECASE)
_ENTRANCES: "WeakKeyDictionary[Stage, dict[str, Entrance]]" = WeakKeyDictionary()


def websockets(surface: Surface) -> Iterator[Trial]:
    """Plan 16, 17, 91.4, 91.5 and 172 for each websocket."""
    for operation in surface:
        if not operation.is_websocket:
            continue
        if surface.public(operation) is None:
            yield Trial(find("16"), operation, partial(_strangers, operation))
            yield Trial(find("17"), operation, partial(_foreign_pages, operation))
            yield Trial(find("91.4"), operation, partial(_after_sign_out, operation))
            yield Trial(find("91.5"), operation, partial(reopened, operation))
        if surface.of_people(operation):
            yield Trial(find("105.w"), operation, partial(_anothers, operation))
        yield Trial(find("172"), operation, partial(_hostile_messages, operation))


def _alices(operation: Operation, stage: Stage) -> Entrance:
    known = _ENTRANCES.setdefault(stage, {})
    if str(operation) not in known:
        known[str(operation)] = entrance(operation, stage, stage.alice, _values(operation, stage))
    return known[str(operation)]


def _values(operation: Operation, stage: Stage) -> dict[str, str]:
    return stage.preparing(stage.alice).path_values(operation)


def _strangers(operation: Operation, stage: Stage) -> Verdict:
    hers = _alices(operation, stage)
    values = _values(operation, stage)
    liar = replace(stage.alice, headers=lies(stage.alice))
    strangers = {
        "a stranger without any credential": openings(operation, stage, None, values)[0],
        "a token that is none": openings(operation, stage, liar, values)[hers.number],
    }
    for says, opening in strangers.items():
        heard = conversation(stage.sender.url, opening, GREETING)
        if heard.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"the upgrade is answered {heard.status} to {says}")
        if is_let_in(heard, hers.heard):
            return got_in(f"{says} is let in, and hears {heard.messages[:1]}")
    if "query" in hers.opening.says:
        return remark(f"the credential goes into a URL: {hers.opening.says}")
    return REFUSED


def _foreign_pages(operation: Operation, stage: Stage) -> Verdict:
    """Open it as pages of other origins do, whose browser adds a cookie or Basic by itself."""
    hers = _alices(operation, stage)
    if not _is_sent_by_browsers(stage.alice):
        if _opens_from(EVIL, hers, stage):
            return remark(
                f"a page of {EVIL} may open it, and is kept out by nothing but its want of a token"
            )
        return REFUSED
    for origin in (EVIL, "null", *look_alikes(stage.sender.url)):
        if _opens_from(origin, hers, stage):
            says = f"a page of {origin} opens it with the person's own credential"
            kept = kept_to_its_site(stage.alice)
            if kept and origin == EVIL:
                return remark(f"{says}, but for SameSite={kept}")
            return got_in(says)
    return REFUSED


def _is_sent_by_browsers(person: Person) -> bool:
    authorization = {name.lower(): value for name, value in person.headers.items()}.get(
        "authorization", ""
    )
    return person.cookie is not None or authorization.lower().startswith("basic ")


def _opens_from(origin: str, hers: Entrance, stage: Stage) -> bool:
    opening = hers.opening.with_fields(("Origin", origin))
    return is_let_in(conversation(stage.sender.url, opening, GREETING), hers.heard)


def _after_sign_out(operation: Operation, stage: Stage) -> Verdict:
    if stage.doors.sign_out_step is None:
        return not_applicable("the attack file names no sign-out")
    if operation.names:
        return not_applicable("its path names a row of Alice's")
    person = stage.new_person("leaver")
    hers = entrance(operation, stage, person, {})
    # Some end at a message that they do not know, whosever it is: those are only listened to.
    said = [GREETING] if hers.heard.is_open else []
    with opened(stage.sender.url, hers.opening) as (connection, heard):
        talk(connection, heard, [hers.opening.first] if hers.opening.first else [])
        try:
            stage.doors.sign_out(person)
        except AttackError as error:
            raise Inconclusive(str(error)) from error
        until = time.monotonic() + _GRACE_SECONDS
        while heard.is_open and time.monotonic() < until:
            time.sleep(_PAUSE_SECONDS)
            heard.messages.clear()
            talk(connection, heard, said)
        if heard.is_open and not _tells(heard):
            heard.messages.clear()
            _work_elsewhere(stage, person)
            talk(connection, heard, [])
    if not heard.is_open:
        return REFUSED
    if _tells(heard):
        return got_in(
            f"it goes on after its person has signed out: {heard.messages[0][:80]!r} is heard there"
        )
    return remark("it stays open after its person has signed out")


def _tells(heard: Heard) -> bool:
    """Whether something is heard that is more than a sign of life, and no refusal."""
    return any(
        REFUSAL.search(each) is None and _ALIVE.search(each) is None for each in heard.messages
    )


def _work_elsewhere(stage: Stage, person: Person) -> None:
    """Let the same person sign in anew and make something: the old websocket has no part in it."""
    making = _making(stage)
    with suppress(Inconclusive):
        again = stage.sign_in_again(person)
        if making is not None:
            stage.send(stage.prepare(making, again, fresh=True).request, again)


def _anothers(operation: Operation, stage: Stage) -> Verdict:
    """Listen as Bob: at Alice's row, and while Alice makes something."""
    hers = _alices(operation, stage)
    at_hers = openings(operation, stage, stage.bob, _values(operation, stage))[hers.number]
    names = operation.names
    is_hers = bool(names) and producer_of(stage.surface, operation, names[-1]) is not None
    with opened(stage.sender.url, at_hers) as (connection, heard):
        talk(connection, heard, [*([at_hers.first] if at_hers.first else []), GREETING])
        if is_hers and is_let_in(heard, hers.heard):
            return got_in("Bob is let into the websocket of Alice's row")
        making = _making(stage)
        if making is not None:
            stage.send(stage.prepare(making, stage.alice, fresh=True).request, stage.alice)
        talk(connection, heard, [])
    found = stage.preparing(stage.alice).canaries.found_in("".join(heard.messages).encode())
    if found:
        return got_in(f"Bob hears what is Alice's: {found[0]}")
    return REFUSED


def _making(stage: Stage) -> Operation | None:
    return next(
        (each for each in stage.surface
         if each.method == "POST" and not each.names and stage.surface.of_people(each)
         and not stage.surface.ends_sessions(each)),
        None,
    )  # fmt: skip


def _hostile_messages(operation: Operation, stage: Stage) -> Verdict:
    hers = _alices(operation, stage)
    failed = []
    for message in _HOSTILE:
        heard = conversation(stage.sender.url, hers.opening, message)
        if "Traceback" in heard.reason or any("Traceback" in each for each in heard.messages):
            return got_in("an error of the app is told with its inside")
        if heard.code == _INTERNAL_ERROR:
            failed.append(message)
    if not is_let_in(conversation(stage.sender.url, hers.opening, GREETING)):
        return got_in("after hostile messages nobody gets in any more")
    if failed:
        return remark(f"the app fails at {len(failed)} messages, such as {failed[0][:30]!r}")
    return REFUSED

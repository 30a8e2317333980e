"""Websockets that are opened anew with a session that is over, 91.5."""

import time
from dataclasses import replace

from gatepost.attacks.conversing import Opening, conversation
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.trials.aiming import probe
from gatepost.attacks.trials.sessions import granted
from gatepost.attacks.trials.websocket_openings import (
    GREETING,
    Entrance,
    entrance,
    is_let_in,
    openings,
)

_HEARD_AFTER_SECONDS = 1.5
"""Within which every process of an app should have heard that a session is over."""


def reopened(operation: Operation, stage: Stage) -> Verdict:
    """Let somebody in, sign them out, and open the same websocket with what they had."""
    if stage.doors.sign_out_step is None:
        return not_applicable("the attack file names no sign-out")
    person = stage.new_person("leaver")
    values = stage.preparing(person).path_values(operation)
    theirs = entrance(operation, stage, person, values)
    try:
        stage.doors.sign_out(person)
    except AttackError as error:
        raise Inconclusive(str(error)) from error
    if not _is_let_in(theirs.opening, theirs, stage):
        return REFUSED
    if probe(stage.surface) is not None and granted(stage, person) is not None:
        return not_applicable("the session outlives its sign-out everywhere, as 91 and 92 say")
    liar = replace(person, headers=lies(person))
    if _is_let_in(openings(operation, stage, liar, values)[theirs.number], theirs, stage):
        return not_applicable("a credential that is none opens it, as 16 says")
    time.sleep(_HEARD_AFTER_SECONDS)
    if not _is_let_in(theirs.opening, theirs, stage):
        return REFUSED
    return got_in("whoever has signed out opens it anew with the session that is over")


def lies(person: Person) -> dict[str, str]:
    """Return headers with a credential of the same shape that is none."""
    kept = {name: value for name, value in person.headers.items() if name.lower() == "origin"}
    if person.bearer is not None:
        return {**kept, "Authorization": f"Bearer {'x' + person.bearer[1:-4]}"}
    return {**kept, "Cookie": "; ".join(f"{name}=nonsense" for name in person.cookies)}


def _is_let_in(opening: Opening, owner: Entrance, stage: Stage) -> bool:
    return is_let_in(conversation(stage.sender.url, opening, GREETING), owner.heard)

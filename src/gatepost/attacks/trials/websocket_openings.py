"""The ways in which apps take a credential with a websocket: which one it is, is tried out."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from gatepost.attacks.conversing import Heard, Opening, conversation
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation

_TOKEN = re.compile(r"token|jwt|auth|access|key|session", re.IGNORECASE)
REFUSAL = re.compile(
    r"error|unauthori|forbidden|denied|not.?auth|invalid|log.?in|sign.?in|credential|authenticat",
    re.IGNORECASE,
)
"""What is said to somebody who is not let in."""
GREETING = json.dumps({"type": "ping", "text": "hello", "message": "hello"})
"""What is said to a websocket in order to hear something."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way in that works for its owner.

    Attributes:
        number: of the way, in the order of `openings`.
        opening: as the owner uses it.
        heard: what the owner heard.
    """

    number: int
    opening: Opening
    heard: Heard


def openings(
    operation: Operation, stage: Stage, person: Person | None, values: dict[str, str]
) -> list[Opening]:
    """Return the ways to open a websocket for somebody, the likely ones first.

    Args:
        operation: the websocket.
        stage: the app and its people.
        person: whose credential is used; None for a stranger, who has none.
        values: of the parameters in its path.
    """
    origin = (("Origin", stage.sender.url),)
    path = operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    query = {
        each.name: "1" for each in operation.taken("query")
        if each.required and not _TOKEN.search(each.name)
    }  # fmt: skip
    plain = f"{path}?{urlencode(query)}" if query else path
    if person is None:
        return [Opening("nothing", plain, origin)]
    carried = dict(person.headers)
    carried.setdefault("Origin", stage.sender.url)
    found = [Opening("its headers", plain, tuple(carried.items()))]
    token = person.bearer
    return found if token is None else [*found, *_with_token(operation, token, path, query, origin)]


def _with_token(
    operation: Operation, token: str, path: str, query: dict[str, str],
    origin: tuple[tuple[str, str], ...],
) -> Iterator[Opening]:  # fmt: skip
    declared = [each.name for each in operation.taken("query") if _TOKEN.search(each.name)]
    plain = f"{path}?{urlencode(query)}" if query else path
    for name in declared or ("token", "access_token"):
        target = f"{path}?{urlencode({**query, name: token})}"
        yield Opening(f"{name} in the query", target, origin)
    for protocols in (("bearer", token), ("gatepost", f"bearer.{token}"), ("access_token", token)):
        yield Opening("a subprotocol", plain, origin, protocols)
    every = {"type": "auth", "token": token, "access_token": token}
    for message in (json.dumps(every), token):
        yield Opening("the first message", plain, origin, first=message)


def is_let_in(heard: Heard, owner: Heard | None = None) -> bool:
    """Whether a conversation is one of somebody who was let in.

    Args:
        heard: what came.
        owner: what the owner heard, where somebody else is asked for. Who hears nothing on an open
            websocket is let in only if the owner hears nothing either.
    """
    if any(REFUSAL.search(message) is None for message in heard.messages):
        return True
    if not heard.is_open or heard.messages:
        return False
    return owner is None or not owner.messages


def entrance(
    operation: Operation, stage: Stage, person: Person, values: dict[str, str]
) -> Entrance:
    """Find the way by which the owner gets in.

    Raises:
        Inconclusive: there is none that the kit knows.
    """
    tried = []
    for number, opening in enumerate(openings(operation, stage, person, values)):
        heard = conversation(stage.sender.url, opening, GREETING)
        if is_let_in(heard):
            return Entrance(number, opening, heard)
        tried.append(f"{opening.says}: {heard.status or heard.code}")
    raise Inconclusive(
        f"Alice gets into the websocket by no way that is known ({'; '.join(tried)})"
    )

"""What Bob hears while Alice is at work, 153: on websockets, and in streams of events."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.belongings import Belongings, belongings_of
from gatepost.attacks.making.makers import is_private, makers
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import ask, path_of
from gatepost.attacks.trials.ears import Ear, StreamEar, WebsocketEar, open_websocket
from gatepost.attacks.trials.judging import is_stream
from gatepost.attacks.trials.owners_answers import hers
from gatepost.attacks.trials.slots import slots_of

_SILENCE_SECONDS = 0.5
_SHORTER_SECONDS = 0.1
_STREAMS = re.compile(r"event|stream|sse|live|notif|watch|subscri|updates|changes|feed")
_MOST_TOPICS = 6
_ROUNDS = 2
_STILL_THERE = re.compile(
    rb"ping|heart|keep|ready|connected|hello|welcome|^:|^\s*\d*$|^[0-9a-f]+$|^(event|retry|id):|http/|"
    rb"^(date|server|content-|transfer-|cache|connection|x-)"
)


def hearing(surface: Surface) -> Iterator[Trial]:
    """Plan attack 153 for each websocket and each stream of events."""
    for operation in surface:
        if not surface.of_people(operation):
            continue
        if operation.is_websocket:
            yield Trial(find("153"), operation, partial(_websocket, operation))
        elif operation.method == "GET" and _STREAMS.search(operation.path.lower()):
            yield Trial(find("153.1"), operation, partial(_stream, operation))


def _websocket(operation: Operation, stage: Stage) -> Verdict:
    verdict = _conversation(operation, stage, signs_in=False)
    if verdict is None:
        verdict = _conversation(operation, stage, signs_in=True)
    return verdict or not_applicable("Alice hears nothing there of what she does")


def _conversation(operation: Operation, stage: Stage, *, signs_in: bool) -> Verdict | None:
    """Let Alice do things while she and Bob listen; None where she hears nothing of it herself.

    Args:
        operation: which websocket.
        stage: whose people they are.
        signs_in: whether the credential is said in the first message, too.
    """
    alice, bob = stage.alice, stage.bob
    hers, his = belongings_of(stage, alice), belongings_of(stage, bob)
    own, theirs = path_of(stage, operation, alice), path_of(stage, operation, bob)
    topics = _topics(hers)
    with ExitStack() as kept:

        def opened(
            person: Person, values: Mapping[str, str], whose: Belongings
        ) -> WebsocketEar | None:
            query = _query(stage, operation, whose)
            ear = open_websocket(stage.sender.url, operation, person, values, query)
            if ear is not None:
                kept.enter_context(closing(ear))
                if signs_in:
                    ear.say({"type": "auth", "action": "auth", "token": person.bearer or ""})
            return ear

        ear = opened(alice, own, hers)
        if ear is None:
            raise Inconclusive("Alice's own websocket is refused")
        subscribing = opened(bob, theirs, his)
        bobs = [opened(bob, theirs, his), opened(bob, own, hers), subscribing]
        if subscribing is not None:
            for topic in topics:
                subscribing.say(_subscription(topic))
        listening = _Listening(stage, ear, [each for each in bobs if each], frozenset(topics))
        said = secrets.token_hex(16)
        if operation.names:
            ear.say({"type": "message", "text": said, "message": said, "content": said})
        return listening.while_alice_works(said)


def _query(stage: Stage, operation: Operation, whose: Belongings) -> dict[str, str]:
    """Return what names somebody, or something of theirs, in the query of a websocket."""
    found = {}
    for slot in slots_of(stage.surface, operation):
        for value in slot.values_of(whose)[:1]:
            found[slot.name] = str(value)
    return found


def _topics(belongings: Belongings) -> list[str]:
    rows = [row.id_for("id") for row in belongings.rows]
    address = [belongings.person.email] if belongings.person.email else []
    return [*belongings.ids[:2], *address, *(each for each in rows if each)][:_MOST_TOPICS]


def _subscription(topic: str) -> dict[str, str]:
    """Write what asks to hear of something, in as many ways as there are."""
    words = dict.fromkeys(("type", "action", "event", "op", "command", "method"), "subscribe")
    places = ("channel", "room", "topic", "id", "user_id", "user", "target", "subscribe", "data")
    return {**words, **dict.fromkeys(places, topic)}


def _stream(operation: Operation, stage: Stage) -> Verdict:
    first = hers(stage, operation)
    if not is_stream(first):
        return not_applicable("it is no stream of events")
    own = path_of(stage, operation, stage.alice)
    theirs = path_of(stage, operation, stage.bob)
    with ExitStack() as kept:

        def opened(person: Person, values: Mapping[str, str]) -> StreamEar:
            request = ask(stage, operation, person, values)
            whole = replace(request, fields=(*request.fields, *person.fields))
            return kept.enter_context(closing(StreamEar(stage.sender.url, whole)))

        ear = opened(stage.alice, own)
        bobs: list[Ear] = [opened(stage.bob, theirs)]
        if own != theirs:
            bobs.append(opened(stage.bob, own))
        listening = _Listening(stage, ear, bobs, frozenset(own.values()))
        verdict = listening.while_alice_works()
    return verdict or not_applicable("Alice hears nothing there of what she does")


@dataclass(frozen=True, slots=True)
class _Listening:
    """Alice and Bob, listening.

    Attributes:
        ear: Alice's.
        bobs: his, each opened in another way.
        named: what Bob's own messages have named; an app may repeat it to him.
    """

    stage: Stage
    ear: Ear
    bobs: Sequence[Ear]
    named: frozenset[str]

    def while_alice_works(self, said: str = "") -> Verdict | None:
        """Let her make things, and compare what is heard; None where she hears nothing of it.

        Args:
            said: what she has said herself.
        """
        before = self.ear.heard(_SILENCE_SECONDS).lower()
        quiet = set(before.splitlines())
        for each in self.bobs:
            quiet.update(each.heard(_SHORTER_SECONDS).lower().splitlines())
        alices, events = before, []
        for _ in range(_ROUNDS):
            ids = _alice_makes(self.stage)
            alices = self.ear.heard(_SILENCE_SECONDS).lower()
            heard = [each.heard(_SHORTER_SECONDS).lower() for each in self.bobs]
            marks = belongings_of(self.stage, self.stage.alice).marks
            known = {*marks, *ids, said} - {each.lower() for each in self.named} - {""}
            found = [mark for mark in known for each in heard if mark.encode() in each]
            if found:
                return got_in(f"Bob hears of what Alice does: {found[0]}")
            events.append(_events_in_common(alices, heard, quiet))
        if 0 < len(events[0]) < len(events[-1]):
            event = events[0][0].decode(errors="replace")
            return got_in(f"Bob hears of what Alice does: {event}")
        return REFUSED if alices != before else None


def _events_in_common(alices: bytes, heard: Iterable[bytes], quiet: set[bytes]) -> list[bytes]:
    """Return what Bob has heard as Alice has, but for what shows that somebody is still there."""
    hers = set(alices.splitlines()) - quiet
    his = [line for each in heard for line in each.splitlines()]
    return [line for line in his if line in hers and not _STILL_THERE.search(line)]


def _alice_makes(stage: Stage) -> list[str]:
    """Let Alice make one of everything; return the long ids of it."""
    ids = []
    for maker in makers(stage.surface):
        if is_private(stage.surface, maker):
            try:
                row = stage.preparing(stage.alice).row(maker, fresh=True)
            except Inconclusive:
                continue
            found = row.id_for("id")
            ids += [found.lower()] if found and len(found) > 11 else []  # noqa: PLR2004
    return ids

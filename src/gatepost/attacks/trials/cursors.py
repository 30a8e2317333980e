"""Cursors of paging, 111: another's brings nothing, and one's own cannot be turned into theirs."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from urllib.parse import parse_qs, urlsplit

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.harvest import decoded, encoded_like, members, texts
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.resources import parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import granted, own, send, with_query
from gatepost.attacks.trials.judging import crash, leaked
from gatepost.attacks.trials.parameters import CURSORS, LIMITS, declared_like

_MEMBERS = re.compile(r"cursor|next|page_?token|continuation|after|bookmark", re.IGNORECASE)
_OWNERS = re.compile(r"user|owner|author|account|tenant|sub|member|^u$|^o$|^uid$", re.IGNORECASE)
_ROWS = 3


def cursors(surface: Surface) -> Iterator[Trial]:
    """Plan attack 111 for each operation that takes a cursor."""
    for operation in surface:
        taken = declared_like(operation, CURSORS)
        if operation.method == "GET" and taken and surface.of_people(operation):
            yield Trial(find("111"), operation, partial(_anothers, operation, taken[0].name))
            yield Trial(find("111.1"), operation, partial(_turned, operation, taken[0].name))


def _anothers(operation: Operation, name: str, stage: Stage) -> Verdict:
    """Let Bob go on where Alice's page ended."""
    hers = cursors_of(operation, name, stage, stage.alice)
    ids = [row.id_for("id") for row in belongings_of(stage, stage.alice).rows]
    words = [*hers, *(each for each in ids if each is not None)]
    if not words:
        return not_applicable("Alice's pages have no cursor")
    return _tried(operation, name, stage, words) or REFUSED


def _turned(operation: Operation, name: str, stage: Stage) -> Verdict:
    """Let Bob write Alice where his own cursor says who he is."""
    his = cursors_of(operation, name, stage, stage.bob)
    make_there(operation, stage, stage.alice)  # later than where Bob's cursor stands
    bob, alice = belongings_of(stage, stage.bob), belongings_of(stage, stage.alice)
    pairs = [*zip(bob.ids, alice.ids, strict=False), (stage.bob.email, stage.alice.email)]
    words = [each for cursor in his for each in _forged(cursor, pairs)]
    if not words:
        return not_applicable("no cursor says who it is for")
    return _tried(operation, name, stage, words) or REFUSED


def _tried(operation: Operation, name: str, stage: Stage, words: list[str]) -> Verdict | None:
    plain = own(stage, operation, stage.bob)
    for word in dict.fromkeys(words):
        exchange = send(stage, with_query(plain, (name, word)), stage.bob)
        if found := leaked(stage, exchange):
            return got_in(f"by a cursor Bob comes to what is Alice's: {found[0]}", exchange)
        if failed := crash(exchange):
            return failed
    return None


def cursors_of(operation: Operation, name: str, stage: Stage, person: Person) -> list[str]:
    """Return the cursors of somebody's first page, of one row where it can be asked for."""
    belongings_of(stage, person)
    for _ in range(_ROWS - 1):
        make_there(operation, stage, person)
    limits = [(each.name, "1") for each in declared_like(operation, LIMITS)]
    request = own(stage, operation, person)
    first = granted(stage, with_query(request, *limits) if limits else request, person)
    return list(dict.fromkeys(_in_answer(first, name)))


def make_there(operation: Operation, stage: Stage, person: Person) -> None:
    """Let somebody make one more of what is paged, where it can be made."""
    near = [each for each in makers(stage.surface) if each.path.rstrip("/") in operation.path]
    for maker in near[:1]:
        with suppress(Inconclusive):
            stage.preparing(person).row(maker, fresh=True)


def _in_answer(exchange: Exchange, name: str) -> Iterator[str]:
    answer = parsed(exchange.answered.body)
    for member, value in members(answer):
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        if plain and _MEMBERS.search(member) and "?" not in str(value):
            yield str(value)
    for link in (*texts(answer), *exchange.answered.every("Link")):
        for each in re.findall(r"[^\s<>\"]*\?[^\s<>\"]*", link):
            yield from parse_qs(urlsplit(each).query).get(name, [])
    for header, value in exchange.answered.headers:
        if _MEMBERS.search(header):
            yield value


def _forged(cursor: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Yield a cursor with another person in it, where it can be read."""
    inside = decoded(cursor)
    if isinstance(inside, dict):
        for name, value in inside.items():
            for old, new in pairs:
                if str(value) == old or _OWNERS.search(name):
                    typed = int(new) if isinstance(value, int) and new.isdigit() else new
                    yield encoded_like({**inside, name: typed}, cursor)
                    begun = {each: 0 for each, at in inside.items() if type(at) is int}
                    yield encoded_like({**inside, **begun, name: typed}, cursor)
    elif isinstance(inside, str):
        yield from (encoded_like(each, cursor) for each in _replaced(inside, pairs))
    yield from _replaced(cursor, pairs)


def _replaced(text: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    for old, new in pairs:
        changed = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text) if old else text
        if changed != text:
            yield changed

"""Links that Alice's answers have, 123, and files by names that can be guessed, 123.1."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from urllib.parse import quote, unquote, urlsplit

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive, NothingThere
from gatepost.attacks.making.belongings import Belongings, belongings_of
from gatepost.attacks.making.harvest import links_in, texts
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.resources import parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import answered, send
from gatepost.attacks.trials.judging import crash, leaked
from gatepost.attacks.trials.owners_answers import hers
from gatepost.attacks.trials.signed_links import (
    is_capability,
    swapped,
    tampered,
    wants_a_signature,
)
from gatepost.attacks.wire import RawRequest

_MOST_LINKS = 5
_MOST_GUESSES = 12
_FILE = re.compile(r"[\w./-]*[\w-]+\.\w{1,5}")


def links(surface: Surface) -> Iterator[Trial]:
    """Plan attack 123 for what gives links and what opens them, 123.1 for each folder."""
    for operation in surface:
        if surface.ends_sessions(operation):
            continue  # Alice is needed again
        if _opens_links(surface, operation):
            yield Trial(find("123"), operation, partial(_opened, operation))
        elif "*" in operation.path:
            if operation.method == "GET" and surface.administrative(operation) is None:
                yield Trial(find("123.1"), operation, partial(_guessed, operation))
        elif surface.of_people(operation) and _may_give(surface, operation):
            yield Trial(find("123"), operation, partial(_links, operation))


def _opens_links(surface: Surface, operation: Operation) -> bool:
    """Whether whoever has a link may follow it there: it is public, and wants a signature."""
    public = surface.public(operation) is not None
    return operation.method == "GET" and public and wants_a_signature(operation)


def _may_give(surface: Surface, operation: Operation) -> bool:
    """Whether an answer to somebody may have links of theirs."""
    return operation.method == "GET" or operation in makers(surface) or _gives_link(operation)


def _gives_link(operation: Operation) -> bool:
    words = re.search(r"link|url|share|download|sign", operation.path.lower())
    return operation.method == "POST" and words is not None


def _opened(operation: Operation, stage: Stage) -> Verdict:
    """Try every link of Alice's that leads to an operation, whatever has given it."""
    tried = False
    for giver in stage.surface:
        given = stage.surface.of_people(giver) and "*" not in giver.path
        if not given or not _may_give(stage.surface, giver):
            continue
        with suppress(Inconclusive, NothingThere):
            leading = [each for each in _given(stage, giver) if leads_to(operation, each)]
            his = _of(stage, giver, stage.bob) if leading else []
            for target in leading[:_MOST_LINKS]:
                tried = True
                if verdict := _link(stage, target, his):
                    return verdict
    return REFUSED if tried else not_applicable("no link of Alice's leads there")


def _given(stage: Stage, operation: Operation) -> list[str]:
    """Return the links of Alice's that an operation gives, which is asked once."""
    return stage.once(("links", str(operation)), lambda: _of(stage, operation, stage.alice))


def _links(operation: Operation, stage: Stage) -> Verdict:
    openers = [each for each in stage.surface if _opens_links(stage.surface, each)]
    links = _given(stage, operation)
    found = [each for each in links if not any(leads_to(opener, each) for opener in openers)]
    if not found:
        return not_applicable("the answer has no links")
    his = _of(stage, operation, stage.bob)
    for target in found[:_MOST_LINKS]:
        if verdict := _link(stage, target, his):
            return verdict
    return REFUSED


def _of(stage: Stage, operation: Operation, person: Person) -> list[str]:
    if operation.method == "GET" and person is stage.alice:
        exchange = hers(stage, operation)
    else:
        exchange = answered(stage, operation, person)
    location = exchange.answered.every("Location")
    body = parsed(exchange.answered.body)
    return links_in([*location, body], stage.sender.url)


def _link(stage: Stage, target: str, his: list[str]) -> Verdict | None:
    """Try one link: as it is where it is no capability, and changed where it is one."""
    first = send(stage, RawRequest("GET", target), stage.alice)
    if not first.succeeded or not first.answered.body or _is_open(stage, target):
        return None
    capability = is_capability(target, belongings_of(stage, stage.alice))
    if not capability:
        return _opens(stage, target, first, (stage.bob, None), "is opened by")
    others = [each for link in his for each in swapped(target, link)]
    for changed in (*tampered(target), *others):
        if verdict := _opens(stage, changed, first, (None, stage.bob), "changed, is opened by"):
            return verdict
    return None


def _opens(
    stage: Stage, target: str, first: Exchange, people: tuple[Person | None, ...], how: str
) -> Verdict | None:
    for person in people:
        exchange = send(stage, RawRequest("GET", target), person)
        who = "a stranger" if person is None else person.name.title()
        if leaked(stage, exchange) or (
            exchange.succeeded and exchange.answered.body == first.answered.body
        ):
            return got_in(f"a link of Alice's {how} {who}", exchange)
        if failed := crash(exchange, first):
            return failed
    return None


def _is_open(stage: Stage, target: str) -> bool:
    """Whether a link leads to what is for everybody."""
    reading = [each for each in stage.surface.operations if each.method == "GET"]
    for deeper in (False, True):
        for operation in reading:
            if leads_to(operation, target, deeper=deeper):
                shared = stage.surface.shared(operation) is not None
                public = stage.surface.public(operation) is not None and "?" not in target
                return shared or public
    return False


def leads_to(operation: Operation, target: str, *, deeper: bool = False) -> bool:
    """Whether the path of a link is that of an operation.

    Args:
        operation: which one.
        target: of the link.
        deeper: whether a parameter may be a path in itself: `{name:path}`.
    """
    parameter = ".+" if deeper else "[^/]+"
    pattern = re.sub(r"\\\{[^}]+\\\}", parameter, re.escape(operation.path)).replace(r"\*", ".*")
    return re.fullmatch(pattern, unquote(urlsplit(target).path)) is not None


def _guessed(operation: Operation, stage: Stage) -> Verdict:
    """Ask a folder for files by the names that Alice's may have there."""
    names = list(dict.fromkeys(_names(belongings_of(stage, stage.alice))))[:_MOST_GUESSES]
    if not names:
        return not_applicable("Alice has no files whose names are known")
    for name in names:
        target = operation.path.removesuffix("*") + quote(name)
        for person in (stage.bob, None):
            exchange = send(stage, RawRequest("GET", target), person)
            if found := leaked(stage, exchange):
                who = "a stranger" if person is None else "Bob"
                return got_in(f"{who} guesses a file of Alice's: {found[0]}", exchange)
    return REFUSED


def _names(belongings: Belongings) -> Iterator[str]:
    for row in belongings.rows:
        files = [each for each in texts([row.answer, row.sent]) if _FILE.fullmatch(each)]
        for each in files:
            yield each.lstrip("/").rsplit("/", 1)[-1]
            yield each.lstrip("/")
        found = row.id_for("id")
        takes_file = row.by.body is not None and "multipart" in row.by.body.media_type
        if found is not None and takes_file:
            yield from (found, f"{found}.txt", f"{found}/file.txt", f"{found}_file.txt")
            yield "file.txt"
            yield from (f"{each}/file.txt" for each in belongings.ids[:2])

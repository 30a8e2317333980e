"""A name that another has taken, 119: making the same is answered as for a fresh one."""

import re
import secrets
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import TypeAlias

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.makers import is_private, makers
from gatepost.attacks.making.nouns import names_a_row, noun_of
from gatepost.attacks.making.producers import last_name
from gatepost.attacks.making.schemas import kind_of, narrowed, properties_of
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, got_in, not_applicable, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import path_of, send, with_query

_Path: TypeAlias = tuple[str | int, ...]
_QUERY = "?"
_ANY_KINDS = frozenset({"name", "title", "key", "code", "path", "filename"})
_CANARY = re.compile(r"c[0-9a-f]{11,32}")
# Names that everybody may see, and that there is therefore one of in the whole app.
_PUBLIC = re.compile(r"user_?name|handle|nick|e?mail|domain|phone|login|host|url|uri")


def taken_names(surface: Surface) -> Iterator[Trial]:
    """Plan attack 119 for each operation that makes rows with texts of their owner's."""
    for operation in makers(surface):
        private = surface.of_people(operation) and is_private(surface, operation)
        named = operation.body is not None or operation.taken("query")
        if operation.method == "POST" and named and private:
            yield Trial(find("119"), operation, partial(_taken, operation))


def _taken(operation: Operation, stage: Stage) -> Verdict:
    hers, his = stage.preparing(stage.alice), stage.preparing(stage.bob)
    bodies = (hers.body_of(operation), his.body_of(operation))
    texts = [*_free(bodies[0]), *_asked(operation)]
    table = isinstance(bodies[0], dict)
    further = [each for each in _declared(operation) if table and each not in texts]
    verdict = not_applicable("no text of it is its owner's to choose")
    for chosen in ([*texts, *further], texts if further else []):
        # Members that may be left out are tried as well, where the app takes any text there.
        if chosen and verdict.outcome is Outcome.NOT_APPLICABLE:
            verdict = _told(operation, stage, chosen, bodies)
    return verdict


def _told(
    operation: Operation, stage: Stage, texts: list[_Path], bodies: tuple[object, object]
) -> Verdict:
    """Let Alice take some texts, and Bob ask for the same and for others."""
    wanted, plain = bodies
    # The texts are no canaries: Bob is to have them as well, and nothing of it is a leak.
    names = {path: secrets.token_hex(16) for path in texts}
    first = _make(stage, operation, stage.alice, wanted, names)
    fresh = {path: secrets.token_hex(16) for path in texts}
    own = _make(stage, operation, stage.bob, plain, fresh)
    if not first.succeeded or not own.succeeded:
        return not_applicable("not both can make one of it with fresh texts")
    whole = _make(stage, operation, stage.bob, plain, names)
    if whole.status == own.status:
        return REFUSED
    for path, text in names.items():
        one = {**{each: secrets.token_hex(16) for each in texts}, path: text}
        exchange = _make(stage, operation, stage.bob, plain, one)
        if exchange.status != own.status:
            name = str(path[-1]) if path else "content"
            known = _PUBLIC.search(name.lower()) or _is_open(stage.surface, operation, name)
            says = f"that Alice has taken a {name!r} is told ({exchange.status})"
            return (remark if known else got_in)(says, exchange, own)
    return got_in("that Alice has made the same is told", whole, own)


def _is_open(surface: Surface, operation: Operation, name: str) -> bool:
    """Whether what is made is found by such a name, by others than its owner."""
    noun = noun_of(last_name(operation.path))
    return any(
        name in each.names
        and not surface.of_people(each)
        and (name not in _ANY_KINDS or noun_of(last_name(each.path)) == noun)
        for each in surface.operations
    )


def _make(
    stage: Stage, operation: Operation, by: Person, body: object, names: dict[_Path, str]
) -> Exchange:
    values = path_of(stage, operation, by)
    inside = {path: text for path, text in names.items() if path[:1] != (_QUERY,)}
    request = stage.preparing(by).write(operation, values, _with(body, inside))
    asked = [(str(path[1]), text) for path, text in names.items() if path[:1] == (_QUERY,)]
    return send(stage, with_query(request, *asked) if asked else request, by)


def _asked(operation: Operation) -> list[_Path]:
    """Return the parameters of the query which are texts: the name of what is uploaded."""
    return [(_QUERY, each.name) for each in operation.taken("query") if _is_free(each.schema)]


def _declared(operation: Operation) -> Iterator[_Path]:
    """Yield the members of a body that take any text, be they sent by themselves or not."""
    schema = {} if operation.body is None else operation.body.schema
    for name, part in properties_of(schema).items():
        if _is_free(part) and not names_a_row(name):
            yield (name,)


def _is_free(schema: Schema) -> bool:
    """Whether a text of figures and letters may fit, of which a pattern is the judge."""
    inner = narrowed(schema)
    return kind_of(inner) == "string" and not {"enum", "const", "format"} & set(inner)


def _free(value: object, path: _Path = ()) -> Iterator[_Path]:
    """Yield where the canaries of a body are."""
    if isinstance(value, str) and _CANARY.search(value):
        yield path
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _free(each, (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _free(each, (*path, index))


def _with(body: object, names: dict[_Path, str]) -> object:
    made = deepcopy(body)
    for path, text in names.items():
        if not path:
            return _replaced(str(made), text)  # the body is the text
        inner = made
        for step in path[:-1]:
            inner = inner[step]  # type: ignore[index] # where `_free` has been
        old = inner.get(path[-1]) if isinstance(inner, dict) else inner[path[-1]]  # type: ignore[index] # the same
        inner[path[-1]] = _replaced(str(old or ""), text)  # type: ignore[index] # the same
    return made


def _replaced(old: str, text: str) -> str:
    """Return a text with another in the place of its canary, and as long; the other where none."""
    if not _CANARY.search(old):
        return text
    return _CANARY.sub(lambda found: text[: len(found[0])].ljust(len(found[0]), "0"), old)

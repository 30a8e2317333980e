"""Requests of one person that name what is another's."""

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from gatepost.attacks.errors import Inconclusive, NothingThere
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.identities import stands_for_person
from gatepost.attacks.making.resources import producer_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest, with_fields

_TOO_MANY = 429
_NOTHING = frozenset({404, 405})


def is_profile(surface: Surface, operation: Operation) -> bool:
    """Whether an operation shows a person: `/users/{user_id}`, and nothing below it."""
    last = operation.names[-1] if operation.names else ""
    return (
        bool(last)
        and operation.path.rstrip("/").endswith(f"{{{last}}}")
        and stands_for_person(surface, operation, last)
    )


def path_of(
    stage: Stage, operation: Operation, person: Person, *, fresh: bool = False
) -> dict[str, str]:
    """Return values for the parameters of a path that name somebody's rows, and them.

    Raises:
        Inconclusive: nothing makes such a row.
    """
    known: dict[str, str] = {}
    for name in operation.names:
        person_meant = stands_for_person(stage.surface, operation, name)
        if not person_meant and not is_made(stage.surface, operation, name):
            found = belongings_of(stage, person).id_for(name)
            if found is not None:
                known[name] = found
    try:
        return stage.preparing(person).path_values(operation, fresh=fresh, known=known)
    except Inconclusive:
        last = operation.names[-1] if operation.names else ""
        found = belongings_of(stage, person).id_for(last)
        if found is None or last in known:
            raise
        known[last] = found
        return stage.preparing(person).path_values(operation, known=known)


def is_made(surface: Surface, operation: Operation, name: str) -> bool:
    """Whether what a parameter of a path names is made by an operation."""
    producer = producer_of(surface, operation, name)
    return producer is not None and producer != operation


def names_rows(stage: Stage, operation: Operation, person: Person) -> bool:
    """Whether the last parameter of a path names a row, or a person, that there is."""
    last = operation.names[-1]
    return (
        is_made(stage.surface, operation, last)
        or stands_for_person(stage.surface, operation, last)
        or belongings_of(stage, person).id_for(last) is not None
    )


def ask(stage: Stage, operation: Operation, by: Person, values: Mapping[str, str]) -> RawRequest:
    """Write somebody's request, with a body of their own and the path values given."""
    return stage.preparing(by).prepare(operation, values=values).request


def own(stage: Stage, operation: Operation, person: Person) -> RawRequest:
    """Write somebody's request for what is theirs; by then Alice has something everywhere.

    Raises:
        Inconclusive: something that it needs cannot be made.
    """
    belongings_of(stage, stage.alice)
    return ask(stage, operation, person, path_of(stage, operation, person))


def send(stage: Stage, request: RawRequest, person: Person | None) -> Exchange:
    """Send a request.

    Raises:
        Inconclusive: the app has had too many.
    """
    exchange = stage.send(request, person)
    if exchange.status == _TOO_MANY:
        raise Inconclusive("the app limits its rate (429): attack it more slowly")
    return exchange


def granted(stage: Stage, request: RawRequest, person: Person) -> Exchange:
    """Let somebody do what is theirs to do.

    Raises:
        Inconclusive: they cannot.
    """
    return not_refused(send(stage, request, person))


def answered(stage: Stage, operation: Operation, person: Person) -> Exchange:
    """Let somebody do what is theirs to do, by an operation.

    Raises:
        Inconclusive: they cannot.
        NothingThere: no row is named, and nothing answers.
    """
    exchange = send(stage, own(stage, operation, person), person)
    if not operation.names and exchange.status in _NOTHING:
        raise NothingThere("nothing answers there")
    return not_refused(exchange)


def not_refused(exchange: Exchange) -> Exchange:
    """Return an answer to an owner's own request, where it is no refusal.

    Raises:
        Inconclusive: it is one.
    """
    if exchange.status >= 400:  # noqa: PLR2004 - RFC 9110, section 15.5
        shown = exchange.answered.body[:200].decode(errors="replace")
        raise Inconclusive(f"the owner's own request is answered {exchange.status} {shown}")
    return exchange


def with_query(request: RawRequest, *pairs: tuple[str, str]) -> RawRequest:
    """Return a request with members of its query in the place of those of the same name."""
    path, _, query = request.target.partition("?")
    named = {name for name, _ in pairs}
    kept = [each for each in parse_qsl(query, keep_blank_values=True) if each[0] not in named]
    return replace(request, target=f"{path}?{urlencode([*kept, *pairs])}")


def with_cookies(request: RawRequest, person: Person, pairs: Mapping[str, str]) -> RawRequest:
    """Return a request with further cookies beside those which somebody is signed in by."""
    further = "; ".join(f"{name}={value}" for name, value in pairs.items())
    whole = f"{person.cookie}; {further}" if person.cookie else further
    return with_fields(request, ("Cookie", whole))


_DIGITS = 10


def missing(values: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return values of a path of which those named are ids of the same shape that nobody has."""
    return {name: like(value) if name in names else value for name, value in values.items()}


def like(value: str) -> str:
    """Return an id of the same shape that nobody has."""
    if re.fullmatch(r"-?\d+", value):
        return _unheard_of(int(value)) if len(value) < _DIGITS else value[:-6] + _turned(value[-6:])
    if "@" in value:
        return f"nobody-{value}"
    head, tail = value[:-8], value[-8:]
    turned = _turned(tail)
    return head + turned if turned != tail else f"{value}x"


def _unheard_of(number: int) -> str:
    """Return a number near the end of what 32 bits hold: no app has come so far."""
    return str(2_147_000_000 + abs(number) % 400_000)


def _turned(text: str) -> str:
    """Turn figures and the letters that hexadecimal has into others of their kind."""
    figures = str.maketrans("0123456789abcdefABCDEF", "1234567890bcdefaBCDEFA")
    return text.translate(figures)

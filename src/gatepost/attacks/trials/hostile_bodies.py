"""Hostile values in bodies and broken bodies, 166: a 4xx or a success, and never a 5xx."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.making.recipes import faults_in
from gatepost.attacks.making.schemas import EACH, Member, members_of
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, got_in, remark
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage, with_fields
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.breaking import broken_by, mallory, sent
from gatepost.attacks.trials.seeing import lists_of, read, rewritten, with_member
from gatepost.attacks.wire import RawRequest

_MOST_MEMBERS = 6
_LARGE = 300_000
_SKIP = object()
_Hostile = Callable[[Member], object]


def _by_kind(**values: object) -> _Hostile:
    return lambda member: values.get(member.kind, _SKIP)


def _dates(member: Member) -> object:
    form = member.schema.get("format")
    named = member.name.endswith(("_at", "date", "_on", "day"))
    if member.kind != "string" or not (form in {"date", "date-time"} or (form is None and named)):
        return _SKIP
    return "9999-12-31" if form == "date" else "9999-12-31T23:59:59-12:00"


VALUES: dict[str, _Hostile] = {
    "null": lambda _: None,
    "a NUL in a text": _by_kind(string="a\x00b"),
    "nothing": _by_kind(string="", array=[], object={}, integer=0, number=0),
    "a long text": _by_kind(string="a" * 70_000),
    "an odd text": _by_kind(string="\u202e'\"\\<%s%n{0}{x}\U0001f600\r\n"),
    "a number beyond 64 bits": _by_kind(integer=2**63, number=1e308, string="9" * 400),
    "a number beyond 128 bits": _by_kind(integer=-(10**40), number=-1e308),
    "less than nothing": _by_kind(integer=-1, number=-1.5, string="-1"),
    "another type": _by_kind(string=17, integer="x", number=[], boolean="x", array={}, object=[1]),
    "nested tables": lambda _: {"a": {"b": [{"c": None}]}},
    "nulls in a list": _by_kind(array=[None, None], string=["x"], object={"a": None}),
    "a day at the end of time": _dates,
}
"""What is put in the place of members, by what it is called in reports."""


def hostile_bodies(surface: Surface) -> Iterator[Trial]:
    """Plan attack 166 for each operation that takes a body."""
    taking = [
        each
        for each in surface
        if each.method in {"POST", "PUT", "PATCH"}
        and (each.body is not None or str(each) in surface.file.bodies)
        and surface.administrative(each) is None
        and not surface.ends_sessions(each)
    ]
    for operation in taking:
        yield Trial(find("166.1"), operation, partial(_hostile_values, operation))
        yield Trial(find("166.2"), operation, partial(_broken_bodies, operation))
    if taking:
        yield Trial(find("166.5"), None, partial(_beyond_json, taking))


def prepared_for(
    operation: Operation, stage: Stage
) -> tuple[Prepared, Person | None, Exchange | None]:
    """Return a proper request, who sends it, and its answer where it was tried."""
    public = stage.surface.public(operation) is not None
    who = None if public else mallory(stage)
    whose = mallory(stage) if who is None else who
    try:
        tries = who is not None and operation.method != "DELETE"
        preparing = stage.preparing(whose)
        granted = preparing.granted(operation, fresh=operation.changes) if tries else None
        known = dict(granted.values) if granted is not None else {}
        prepared = stage.prepare(operation, whose, values=known)
    except Inconclusive:
        values = dict.fromkeys(operation.names, "1")
        request = stage.preparing(whose).write(operation, values, {})
        return Prepared(operation, values, {}, request), who, None
    return prepared, who, granted.exchange if granted is not None else None


def _members(operation: Operation, body: object) -> list[Member]:
    """Return the members that are tried: those declared, or those of the body that is said."""
    if operation.body is not None:
        found = [each for each in members_of(operation.body.schema) if each.path[-1:] != (EACH,)]
        if found:
            return found[:_MOST_MEMBERS]
    kinds = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    table = body if isinstance(body, Mapping) else {}
    return [
        Member((str(name),), {"type": kinds.get(type(value), "string")}, required=False)
        for name, value in table.items()
    ][:_MOST_MEMBERS]


def _hostile_values(operation: Operation, stage: Stage) -> Verdict:
    prepared, who, proper = prepared_for(operation, stage)
    members = _members(operation, prepared.body)
    if proper is not None and proper.status >= 500:  # noqa: PLR2004
        raise Inconclusive(f"a proper request is answered {proper.status} as well")
    for what, hostile in VALUES.items():
        named = [(each, value) for each in members if (value := hostile(each)) is not _SKIP]
        for place, exchange in _tried(operation, prepared, named, stage, who):
            found = broken_by(f"{what} as {place}", exchange, proper)
            if found is not None:
                return found
    return _still_read(operation, stage, prepared, who)


def _tried(
    operation: Operation,
    prepared: Prepared,
    named: list[tuple[Member, object]],
    stage: Stage,
    who: Person | None,
) -> Iterator[tuple[str, Exchange]]:
    """Yield answers to hostile values: all at once, those that may pass, and then one by one."""
    for _ in range(2):
        body = prepared.body
        for member, value in named:
            body = with_member(body, member.path, value)
        exchange = _send(operation, prepared, body, stage, who) if named else None
        if exchange is None:
            break
        yield " and ".join(".".join(member.path) for member, _ in named), exchange
        if exchange.succeeded or len(named) == 1:
            return
        refused = {path[1:] for path, _ in faults_in(exchange) if path[:1] == ("body",)}
        passing = [
            (member, value)
            for member, value in named
            if not any(path[: len(member.path)] == member.path for path in refused)
        ]
        if len(passing) == len(named):
            break
        named = passing
    for member, value in named:
        alone = with_member(prepared.body, member.path, value)
        exchange = _send(operation, prepared, alone, stage, who)
        if exchange is not None:
            yield ".".join(member.path), exchange


def _send(
    operation: Operation, prepared: Prepared, body: object, stage: Stage, who: Person | None
) -> Exchange | None:
    writer = mallory(stage) if who is None else who
    return sent(stage, rewritten(stage, writer, operation, prepared.values, body), who)


def _still_read(
    operation: Operation, stage: Stage, prepared: Prepared, who: Person | None
) -> Verdict:
    """Tell whether what was taken can be read again."""
    if who is None:
        return REFUSED
    reading = stage.surface.find("GET", operation.path)
    for each in (reading, *lists_of(stage, operation, prepared.values)):
        if each is not None and stage.surface.of_people(each):
            exchange = read(stage, each, prepared.values, who)
            if exchange is not None and exchange.status >= 500:  # noqa: PLR2004
                return got_in("what was taken cannot be read again", exchange)
    return REFUSED


def _broken_bodies(operation: Operation, stage: Stage) -> Verdict:
    prepared, who, proper = prepared_for(operation, stage)
    for what, request in broken(prepared.request):
        exchange = sent(stage, request, who)
        found = None if exchange is None else broken_by(what, exchange, proper)
        if found is not None:
            return found
    return REFUSED


def broken(proper: RawRequest) -> Iterator[tuple[str, RawRequest]]:
    """Yield requests whose body is not what it should be, each with what it is called."""
    bodies = {
        "no body": b"", "null": b"null", "a list": b"[]", "a text": b'"x"', "a number": b"1",
        "half a body": proper.body[: len(proper.body) // 2] or b"{", "no UTF-8": b"\xff\xfe{}",
        "UTF-16": proper.body.decode("utf-8", "replace").encode("utf-16"),
        "100,000 brackets": b"[" * 100_000, "a name twice": b'{"a":1,"a":2}',
        "a large body": b'{"' + b"a" * _LARGE + b'":1}', "a list of tables": b"[{}]",
    }  # fmt: skip
    for what, body in bodies.items():
        yield what, with_fields(replace(proper, body=body), ("Content-Type", "application/json"))
    for kind in (
        "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
        "multipart/form-data; boundary=x", "application/json; charset=nonsense", "/", "",
    ):  # fmt: skip
        yield f"a body that calls itself {kind!r}", with_fields(proper, ("Content-Type", kind))


def _beyond_json(taking: list[Operation], stage: Stage) -> Verdict:
    """Send what Python reads as JSON and cannot write again; that it breaks others is a finding."""
    remarked = _deep(taking[0], stage)
    for operation in [each for each in taking if stage.surface.of_people(each)][:8]:
        prepared, who, _ = prepared_for(operation, stage)
        for member in _members(operation, prepared.body):
            spelled = {"string": '"\\ud800"', "number": "NaN", "integer": "1e999"}.get(member.kind)
            if spelled is None or not isinstance(prepared.body, dict):
                continue
            whole = with_member(prepared.body, member.path, "@")
            text = json.dumps(whole, default=str).replace('"@"', spelled)
            exchange = sent(stage, replace(prepared.request, body=text.encode()), who)
            if exchange is not None and exchange.status >= 500:  # noqa: PLR2004
                remarked = remark(f"{spelled} is answered {exchange.status}", exchange)
        broken_for = _others_lists(operation, stage, prepared)
        if broken_for.outcome is Outcome.FINDING:
            return broken_for
    return remarked


def _deep(operation: Operation, stage: Stage) -> Verdict:
    """Nest so deeply that it can be read, and not shown again in an error."""
    prepared, who, _ = prepared_for(operation, stage)
    for body in (b"[" * 2_000 + b"]" * 2_000, b'{"a":' * 900 + b"1" + b"}" * 900):
        exchange = sent(stage, replace(prepared.request, body=body), who)
        if exchange is not None and exchange.status >= 500:  # noqa: PLR2004
            return remark(f"deeply nested JSON is answered {exchange.status}", exchange)
    return REFUSED


def _others_lists(operation: Operation, stage: Stage, prepared: Prepared) -> Verdict:
    for each in lists_of(stage, operation, prepared.values):
        exchange = read(stage, each, prepared.values, stage.alice)
        if exchange is not None and exchange.status >= 500:  # noqa: PLR2004
            return got_in("what one person has sent breaks what another one reads", exchange)
    return REFUSED

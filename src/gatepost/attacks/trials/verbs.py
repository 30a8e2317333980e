"""Verbs that a path does not declare, 126, and those that a header or a form puts in its place."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.seeing import read
from gatepost.attacks.wire import RawRequest, with_fields

_VERBS = ("PUT", "PATCH", "DELETE", "POST")
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Method")
_FORM = "application/x-www-form-urlencoded"


def verbs(surface: Surface) -> Iterator[Trial]:
    """Plan attack 126 once for each path that names a row which can be read."""
    for operation in surface:
        if operation.method == "GET" and operation.names and surface.of_people(operation):
            yield Trial(find("126"), operation, partial(_undeclared, operation))


def _undeclared(operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    declared = {each.method for each in stage.surface.operations if each.path == operation.path}
    prepared = stage.prepare(operation, fresh=True)
    plain = replace(prepared.request, fields=(("Content-Type", "application/json"),), body=b"{}")
    before = _state(operation, stage, prepared.values)
    if before is None:
        raise Inconclusive("Alice cannot read her row")
    for verb in _VERBS:
        if verb in declared:
            continue
        exchange = stage.send(replace(plain, method=verb), stage.bob)
        if leaked := stage.leaked(exchange):
            return got_in(f"{verb} gives Bob what is Alice's: {leaked[0]}", exchange)
        if exchange.succeeded and _state(operation, stage, prepared.values) != before:
            return got_in(f"{verb}, which is declared nowhere, has changed Alice's row", exchange)
    for request, who in _in_disguise(plain, declared, stage):
        exchange = stage.send(request, who)
        if _state(operation, stage, prepared.values) != before:
            return got_in("a header or a member has put another verb in its place", exchange)
        leaked = stage.leaked(exchange)
        if leaked and not stage.leaked(stage.send(prepared.request, who)):
            return got_in(f"in disguise, somebody gets what is Alice's: {leaked[0]}", exchange)
    return REFUSED if "DELETE" in declared or "PUT" in declared else _or_nothing(declared)


def _or_nothing(declared: set[str]) -> Verdict:
    return REFUSED if declared else not_applicable("nothing is declared there")


def _in_disguise(
    plain: RawRequest, declared: set[str], stage: Stage
) -> Iterator[tuple[RawRequest, Person | None]]:
    """Yield requests of a harmless verb that ask for a harmful one, by Bob and by nobody."""
    carriers = [verb for verb in ("GET", "POST") if verb in declared] or ["POST"]
    for who in (stage.bob, None):
        for verb in carriers:
            fields = [(name, "DELETE") for name in _OVERRIDES]
            query = f"{plain.target}{'&' if '?' in plain.target else '?'}_method=DELETE"
            asked = with_fields(replace(plain, method=verb, target=query), *fields)
            yield asked, who
        form = replace(plain, method="POST", body=b"_method=DELETE")
        yield with_fields(form, ("Content-Type", _FORM)), who


def _state(operation: Operation, stage: Stage, values: object) -> bytes | None:
    known = values if isinstance(values, dict) else {}
    exchange = read(stage, operation, known, stage.alice)
    return exchange.answered.body if exchange is not None and exchange.succeeded else None

"""Hostile ids in paths and hostile queries, 166, and names that climb out of a directory, 167."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.breaking import broken_by, sent
from gatepost.attacks.trials.hostile_bodies import prepared_for
from gatepost.attacks.trials.seeing import with_query

# As they stand in a target. What could name something that is there is not sent with DELETE.
_IDS = (
    "-1", str(2**63), "9" * 40, "9" * 4_500, "NaN", "null", "%00", "a%00b", "%ff", "%0a",
    "%F0%9F%98%80", "'", "%22", "a" * 5_000, "%7B%7D", "%5B%5D", "00000000-0000-0000-0000",
    "..%2f", "%25s", "undefined", "-0", "0x10", "%E2%80%AE", "Infinity",
)  # fmt: skip
_PERHAPS = ("0", "1.5", "1e3", "true")
_QUERIES = (
    "", "-1", "0", "9" * 40, "1e3", "NaN", "%00", "%ff", "'", "a" * 5_000, "%5B%5D", "null",
    "%E2%80%AE", "-", "__class__", "9999-12-31T23:59:59-12:00",
)  # fmt: skip
_CLIMBING = (
    "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%2fetc%2fpasswd",
    "....%2f%2f....%2f%2f....%2f%2f....%2f%2fetc%2fpasswd",
)  # fmt: skip
_PASSWD = re.compile(rb"\broot:[^:\s\"]{0,40}:0:0:")
_MOST_PARAMETERS = 8


def hostile_targets(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 166.3, 166.4 and 167.4 for each operation with parameters."""
    for operation in surface:
        if operation.is_websocket or operation.path.endswith("*"):
            continue
        if surface.administrative(operation) is not None or surface.ends_sessions(operation):
            continue
        if operation.names:
            yield Trial(find("166.3"), operation, partial(_ids, operation))
        if operation.taken("query") and operation.method in {"GET", "POST"}:
            yield Trial(find("166.4"), operation, partial(_queries, operation))
        if operation.method == "GET" and _takes_texts(operation):
            yield Trial(find("167.4"), operation, partial(_climbs, operation))


def _takes_texts(operation: Operation) -> bool:
    return any(each.schema.get("type") == "string" for each in operation.parameters)


def _ids(operation: Operation, stage: Stage) -> Verdict:
    prepared, who, proper = prepared_for(operation, stage)
    values = _IDS if operation.method == "DELETE" else (*_IDS, *_PERHAPS)
    for name in operation.names[-2:]:
        for value in values:
            request = replace(prepared.request, target=named(operation, prepared, name, value))
            exchange = sent(stage, request, who)
            shown = value if len(value) < len(_IDS[1]) * 2 else f"{value[:10]}…"
            found = None if exchange is None else broken_by(f"{name} = {shown}", exchange, proper)
            if found is not None:
                return found
    return REFUSED


def named(operation: Operation, prepared: Prepared, name: str, value: str) -> str:
    """Return the target of a request in which a parameter of the path is spelled so."""
    path = operation.path
    for each, known in prepared.values.items():
        path = path.replace(f"{{{each}}}", value if each == name else quote(known, safe=""))
    _, mark, query = prepared.request.target.partition("?")
    return f"{path}{mark}{query}"


def _queries(operation: Operation, stage: Stage) -> Verdict:
    prepared, who, proper = prepared_for(operation, stage)
    names = [each.name for each in operation.taken("query")][:_MOST_PARAMETERS]
    for name in names:
        for value in _QUERIES:
            request = with_query(prepared.request, name, value)
            exchange = sent(stage, request, who)
            shown = value if len(value) < len(_QUERIES[3]) * 2 else f"{value[:10]}…"
            found = None if exchange is None else broken_by(f"{name} = {shown}", exchange, proper)
            if found is not None:
                return found
        twice = with_query(prepared.request, name, f"1&{name}=2&{name}[]=3&{name}[$ne]=4")
        exchange = sent(stage, twice, who)
        found = None if exchange is None else broken_by(f"{name} twice", exchange, proper)
        if found is not None:
            return found
    return REFUSED


def _climbs(operation: Operation, stage: Stage) -> Verdict:
    prepared, who, _ = prepared_for(operation, stage)
    for value in _CLIMBING:
        requests = [
            replace(prepared.request, target=named(operation, prepared, name, value))
            for name in operation.names[-1:]
        ]
        requests += [
            with_query(prepared.request, each.name, value)
            for each in operation.taken("query")[:_MOST_PARAMETERS]
            if each.schema.get("type") == "string" and "enum" not in each.schema
        ]
        for request in requests:
            exchange = sent(stage, request, who)
            if exchange is not None and _PASSWD.search(exchange.answered.body):
                return got_in("a file of the machine comes out", exchange)
    return REFUSED

"""Idempotency keys, 121: a key of Alice's brings Bob no answer of hers."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import granted, path_of, send
from gatepost.attacks.trials.judging import crash
from gatepost.attacks.wire import RawRequest, with_fields

_USUAL = (
    "Idempotency-Key", "X-Idempotency-Key", "X-Request-Id", "Request-Id", "X-Request-Key",
    "X-Client-Request-Id", "Idempotency-Token",
)  # fmt: skip
_MEMBERS = re.compile(r"idempoten|request_?id|client_?(ref|id|token|key)|dedup|nonce|external_?id")

# What names the row that was made: no two people's answers are the same.
_TELLS_WHICH = re.compile(rb'"\w*(id|uuid|number|reference|key)"\s*:', re.IGNORECASE)


def idempotency(surface: Surface) -> Iterator[Trial]:
    """Plan attack 121 for each operation that makes something."""
    for operation in surface:
        made = operation in makers(surface) or _declared(operation)
        if operation.method == "POST" and made and surface.of_people(operation):
            yield Trial(find("121"), operation, partial(_same_key, operation))


def _declared(operation: Operation) -> tuple[str, ...]:
    return tuple(each.name for each in operation.taken("header") if "idempot" in each.name.lower())


def _same_key(operation: Operation, stage: Stage) -> Verdict:
    key = secrets.token_hex(16)
    hers, mark = _request(operation, stage, stage.alice, key)
    first = granted(stage, hers, stage.alice)
    his, _ = _request(operation, stage, stage.bob, key)
    for person in (stage.bob, None):
        exchange = send(stage, his, person)
        who = "Bob" if person else "a stranger"
        if any(each in exchange.answered.body for each in mark):
            return got_in(f"with Alice's key {who} is given her answer", exchange)
        same = exchange.succeeded and exchange.answered.body == first.answered.body
        if same and (person is None or _TELLS_WHICH.search(exchange.answered.body)):
            return got_in(f"with Alice's key {who} is given her answer", exchange)
        if failed := crash(exchange):
            return failed
    return REFUSED


def _request(
    operation: Operation, stage: Stage, person: Person, key: str
) -> tuple[RawRequest, list[bytes]]:
    """Write somebody's request with a key wherever one may stand, and say by what it is known."""
    preparing = stage.preparing(person)
    prepared = preparing.prepare(operation, values=path_of(stage, operation, person))
    body = _with_key(prepared, key)
    plain = preparing.write(operation, prepared.values, body)
    fields = {name.lower(): (name, key) for name in (*_USUAL, *_declared(operation))}
    canaries = preparing.canaries.found_in(json.dumps(body, default=str).encode())
    return with_fields(plain, *fields.values()), [each.encode() for each in canaries]


def _with_key(prepared: Prepared, key: str) -> object:
    schema: Mapping[str, object] = prepared.operation.body.schema if prepared.operation.body else {}
    properties = schema.get("properties")
    body = deepcopy(prepared.body)
    for name in properties if isinstance(properties, dict) else ():
        if isinstance(body, dict) and _MEMBERS.search(name.lower()):
            body[name] = key
    return body

"""What errors tell, 180: traces, names of files, statements, and what was sent in confidence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.member_lies import Slot, caller_of, send_with
from gatepost.attacks.wire import RawRequest

_INSIDE = re.compile(
    rb"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|File &#34;[^&]+&#34;"
    rb"|sqlalchemy\.(exc|orm)|sqlite3\.\w+Error|psycopg2?\.|asyncpg\.|pymongo\.errors"
    rb"|site-packages[/\\]|no such column|near \"[^\"]*\": syntax error|UNIQUE constraint failed"
    rb"|Starlette Debugger|\bSELECT\b.{1,200}\bFROM\b.{1,200}\bWHERE\b|\bINSERT INTO\b"
    rb"|<pydantic_core|<function \w+ at 0x|object at 0x[0-9a-f]{6}",
    re.DOTALL,
)
_VALUES = ("'\"", "99999999999999999999999", "-1", "\0", "\xff", "%ff", "null", "1e999")


def error_pages(surface: Surface) -> Iterator[Trial]:
    """Plan 180 for each operation, and once for what the sign-in says of a wrong body."""
    for operation in surface:
        if not operation.is_websocket and not surface.ends_sessions(operation):
            yield Trial(find("180"), operation, partial(_errs, operation))
    yield Trial(find("180"), None, _repeats)


def _errs(operation: Operation, stage: Stage) -> Verdict:
    own: Exchange | None
    try:
        own = stage.control(operation)
    except Inconclusive:
        own = None
    for came in _provoked(operation, stage):
        found = _INSIDE.search(came.answered.body)
        if found is not None and (own is None or not _INSIDE.search(own.answered.body)):
            shown = found[0][:60].decode(errors="replace")
            return got_in(f"an error shows the app's inside: {shown!r}", came)
        if came.status >= 500 and own is not None:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"it is answered {came.status}", came)
    return REFUSED


def _provoked(operation: Operation, stage: Stage) -> Iterator[Exchange]:
    person = caller_of(stage, operation)
    numbers = [each for each in operation.parameters if each.where in {"path", "query"}]
    slots = [Slot(each.where, each.name, each.schema) for each in numbers]
    for value in _VALUES if slots else ():
        yield send_with(stage, operation, dict.fromkeys(slots, value), person)
    for request in _broken(operation, stage):
        yield stage.send(request, person)


def _broken(operation: Operation, stage: Stage) -> Iterator[RawRequest]:
    """Yield the owner's request with bodies that nobody can read; they change nothing."""
    if operation.body is None:
        return
    whole = stage.prepare(operation, fresh=operation.changes).request
    # No lone surrogate: FastAPI's own answer to a wrong body fails at one, in every app.
    bodies = (b'{"', b"[]", b"null", b'{"a":\xff}', b"[" * 2_000)
    for body in bodies if "json" in operation.body.media_type else (b"\xff\xfe=%", b"--x\r\n\r\n"):
        yield replace(whole, body=body)


def _repeats(stage: Stage) -> Verdict:
    """Send the sign-in a body that lacks the address: the password is not to be repeated."""
    step = stage.doors.sign_in_step
    if step is None or step.form:
        return not_applicable("nobody signs in with JSON")
    secret = "Gatepost-secret-0123456789"  # noqa: S105 - no secret, but like one
    body = {name: secret for name, value in step.body.items() if value == "{password}"}
    if not body:
        return not_applicable("nobody signs in with a password")
    request = stage.doors.request(step.model_copy(update={"body": body}), stage.bob)
    came = stage.send(request)
    if secret.encode() in came.answered.body:
        return remark("the answer to a wrong sign-in repeats the password", came)
    return REFUSED

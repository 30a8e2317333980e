"""What the app alone may say of a row, said in a body, 127 and 160: ignored or refused."""

import re
import uuid
from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.nouns import camel
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.rows import Granted
from gatepost.attacks.making.schemas import kind_of, narrowed, properties_of
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.naming_owners import OWNERS, declared_members
from gatepost.attacks.trials.seeing import (
    has_any,
    marks_of,
    members_in,
    proper,
    read,
    read_made,
    readers_of,
    rewritten,
    row_of,
)

_PRIVILEGES: dict[str, object] = {
    "role": "admin", "roles": ["admin"], "is_admin": True, "admin": True, "is_superuser": True,
    "superuser": True, "is_staff": True, "staff": True, "verified": True, "is_verified": True,
    "email_verified": True, "is_active": True, "balance": 987_654, "credits": 987_654,
    "credit": 987_654, "points": 987_654, "plan": "enterprise", "tier": "enterprise",
    "subscription": "enterprise", "permissions": ["admin"], "scopes": ["admin"], "quota": 987_654,
    "approved": True, "is_approved": True, "paid": True, "is_paid": True, "access_level": 99,
    "limit": 987_654, "level": 99, "is_premium": True, "premium": True, "kyc_status": "approved",
}  # fmt: skip
PRIVILEGES = {**_PRIVILEGES, **{camel(name): value for name, value in _PRIVILEGES.items()}}
"""What people would like to be, by the names that apps have for it."""

_KEPT = ("id", "created_at", "createdAt", "hashed_password", "password_hash")
_STATES = ("approved", "paid", "published", "active", "completed", "shipped", "closed", "verified")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_LONG_AGO = "2001-02-03T04:05:06+00:00"


def read_only_members(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 127 and 160 for what makes a row or changes one."""
    for operation in surface:
        if surface.of_people(operation) and takes_members(operation):
            if operation.method in {"POST", "PUT", "PATCH"} and not surface.ends_sessions(
                operation
            ):
                yield Trial(find("127"), operation, partial(_said_by_the_caller, operation))
            if operation.method == "POST":
                yield Trial(find("160"), operation, partial(_under_anothers_id, operation))


def takes_members(operation: Operation) -> bool:
    """Whether a body is a table of members."""
    return operation.body is not None and kind_of(narrowed(operation.body.schema)) in {"object", ""}


def _said_by_the_caller(operation: Operation, stage: Stage) -> Verdict:
    who = (
        stage.bob if operation.names or operation.method == "POST" else stage.somebody("changeling")
    )
    granted = proper(stage, operation, who, fresh=bool(operation.names))
    before = shown_after(stage, operation, granted, who)
    wished = wishes(operation, before)
    if not wished:
        return REFUSED
    alone = [{name: value} for name, value in wished.items() if name in before][:8]
    for extra in (wished, *alone):
        sent, exchange = send_with(stage, operation, granted.values, extra, who)
        if not exchange.succeeded:
            continue
        after = shown_after(stage, operation, sent, who)
        taken = [name for name in extra if same(after.get(name), extra[name])]
        if taken and not _comes_by_itself(stage, operation, sent, extra, who):
            return got_in(f"{taken[0]} is what the caller has said, and not the app", exchange)
        if extra is wished:
            break
    return REFUSED


def _comes_by_itself(
    stage: Stage, operation: Operation, sent: Granted, extra: Mapping[str, object], who: Person
) -> bool:
    """Whether a row says the same when nobody asks for it: a flag that every update sets."""
    if operation.method != "POST":
        return False
    plain, _ = send_with(stage, operation, sent.values, {}, who)
    after = shown_after(stage, operation, plain, who)
    return all(same(after.get(name), value) for name, value in extra.items())


def send_with(
    stage: Stage,
    operation: Operation,
    values: Mapping[str, str],
    extra: Mapping[str, object],
    who: Person,
) -> tuple[Granted, Exchange]:
    """Send an operation's proper request with more members in its body."""
    known = values if operation.names else {}
    prepared = stage.prepare(operation, who, values=known)
    body = {**prepared.body, **extra} if isinstance(prepared.body, dict) else dict(extra)
    request = rewritten(stage, who, operation, prepared.values, body)
    exchange = stage.send(request, who)
    return Granted(operation, prepared.values, body, exchange), exchange


def shown_after(
    stage: Stage, operation: Operation, granted: Granted, who: Person
) -> dict[str, object]:
    """Return the members of a row as somebody reads them: again where it can be, else answered."""
    answered = members_in(granted.exchange)
    reading = stage.surface.find("GET", operation.path)
    if operation.method == "POST":
        again = read_made(stage, row_of(granted), who)
    else:
        again = None if reading is None else read(stage, reading, granted.values, who)
    return {**answered, **members_in(again)}


def wishes(operation: Operation, shown: Mapping[str, object]) -> dict[str, object]:
    """Return members that only the app may set, each with a value that it would not choose.

    Args:
        operation: the one that is sent to.
        shown: the row as it is without them: what is not in it cannot be seen to change.
    """
    declared = {_plain(name) for name in declared_members(operation)}
    open_table = not declared  # whatever comes is meant to be taken, but for what gives power
    answered = properties_of(operation.answers or {})
    names = [*shown, *(name for name in answered if name not in shown)]
    wished: dict[str, object] = {}
    for name in dict.fromkeys((*names, *_KEPT)):
        powerful = name in PRIVILEGES or name in _KEPT
        if _plain(name) in declared or name in OWNERS or (open_table and not powerful):
            continue
        if name in shown and not isinstance(shown[name], dict | list):
            value = _otherwise(name, shown[name], answered.get(name, {}))
            if value is not None:
                wished[name] = value
    return wished


def _plain(name: str) -> str:
    """Return a name without how it is written: an app may take `dueDate` and `due_date`."""
    return name.replace("_", "").lower()


def same(after: object, wished: object) -> bool:
    """Whether a value is the one that was sent, times written in whichever way."""
    if isinstance(after, str) and isinstance(wished, str) and wished == _LONG_AGO:
        return after.startswith(_LONG_AGO[:10])
    return type(after) is type(wished) and after == wished


def _otherwise(name: str, value: object, schema: Mapping[str, object]) -> object:
    """Return another value of the same kind, the worst there is."""
    choices = narrowed(schema).get("enum")
    if isinstance(choices, list):
        worse = [each for each in choices if each != value]
        powerful = [each for each in worse if each in {"admin", "superuser", "owner", "paid"}]
        return next(iter([*powerful, *worse[::-1]]), None)
    if name in PRIVILEGES and value != PRIVILEGES[name]:
        wanted = PRIVILEGES[name]
        return wanted if value is None or type(wanted) is type(value) else _of_its_kind(name, value)
    return _of_its_kind(name, value)


def _of_its_kind(name: str, value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return type(value)(987_654 if value != 987_654 else 987_655)  # noqa: PLR2004 - any that is far off
    return _text(name, value) if isinstance(value, str) else None


def _text(name: str, value: str) -> str:
    if _TIME.fullmatch(value):
        return _LONG_AGO if len(value) > len("2001-02-03") else _LONG_AGO[:10]
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        return str(uuid.uuid4())
    if name.lower().endswith(("status", "state")):
        return next(each for each in _STATES if each != value)
    return "987654" if value.isdigit() else f"{value}-said-by-the-caller"


def _under_anothers_id(operation: Operation, stage: Stage) -> Verdict:
    stage.control(operation)
    hers = stage.preparing(stage.alice).row(operation, fresh=True)
    if not any(hers.id_for(each.names[-1]) for each in readers_of(stage.surface, operation)):
        return REFUSED
    before = read_made(stage, hers, stage.alice)
    if before is None or not before.succeeded:
        raise Inconclusive("Alice cannot read what she has made")
    named = _ids_of(hers)
    prepared = stage.prepare(operation, stage.bob)
    body = {**prepared.body, **named} if isinstance(prepared.body, dict) else named
    request = rewritten(stage, stage.bob, operation, prepared.values, body)
    exchange = stage.send(request, stage.bob)
    after = read_made(stage, hers, stage.alice)
    marks = marks_of(stage, stage.bob, prepared.body)
    if after is None or not after.succeeded or has_any(after, marks):
        return got_in("Alice's row is Bob's after he has made one under its id", exchange)
    if stage.leaked(exchange):
        return got_in("Bob's answer has what is Alice's", exchange)
    return REFUSED


def _ids_of(row: Row) -> dict[str, object]:
    answer = row.answer if isinstance(row.answer, dict) else {}
    found: dict[str, object] = {
        name: answer[name] for name in ("id", "uuid", "_id", "key") if name in answer
    }
    return found or {"id": row.id_for("id")}

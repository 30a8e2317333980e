"""A role of the caller's own choice, 162: at sign-up, and where a profile is changed."""

from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.attacks.attack_file import Step
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.making.resources import parsed, tables_in
from gatepost.attacks.making.schemas import narrowed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.naming_owners import declared_members
from gatepost.attacks.trials.read_only_members import PRIVILEGES, same, takes_members
from gatepost.attacks.trials.seeing import proper, rewritten
from gatepost.attacks.wire import RawRequest

_ONESELF = ("me", "profile", "account", "user", "whoami", "self", "session", "get-session")
_POWERFUL = ("superadmin", "superuser", "admin", "administrator", "owner", "staff", "moderator")
_MOST = 4


def roles(surface: Surface) -> Iterator[Trial]:
    """Plan attack 162 for the sign-up and for each operation that changes its caller."""
    if surface.file.people.kind in {"better-auth", "password"}:
        yield Trial(find("162.1"), _sign_up_of(surface), _at_sign_up)
    for operation in surface:
        if operation.method in {"PUT", "PATCH", "POST"} and _changes_oneself(surface, operation):
            yield Trial(find("162.2"), operation, partial(_in_the_profile, operation))


def _sign_up_of(surface: Surface) -> Operation | None:
    """Return where people sign up, where that is an operation of the app's own."""
    people = surface.file.people
    if people.kind == "better-auth":
        return surface.find("POST", f"{people.base_path}/sign-up/email")
    step = people.sign_up
    return None if step is None else surface.find(step.method, step.path)


def _changes_oneself(surface: Surface, operation: Operation) -> bool:
    last = operation.path.rstrip("/").rsplit("/", 1)[-1]
    own = (
        last in _ONESELF
        or "/users/me" in operation.path
        or operation.path.endswith("/users/{user_id}")
    )
    return (
        own
        and surface.of_people(operation)
        and takes_members(operation)
        and not surface.ends_sessions(operation)
    )


def _at_sign_up(stage: Stage) -> Verdict:
    step = stage.doors.sign_up_step
    if step is None or not stage.doors.opens_accounts:
        return not_applicable("nobody can sign up")
    before = told_of(stage, stage.bob)
    declared = _declared_at(stage.surface, step)
    extras = [wanted(declared, None)]
    known = {name: value for name, value in extras[0].items() if name in before or name in declared}
    extras += [{name: value} for name, value in list(known.items())[:_MOST]]
    for extra in extras:
        climber = _signed_up(stage, step, extra)
        if climber is not None:
            person, exchange = climber
            found = _is_told(stage, person, before, extra, exchange) or _may(
                stage, person, exchange
            )
            if found is not None:
                return found
            break  # it was taken and ignored, whole
    return REFUSED


def _signed_up(
    stage: Stage, step: Step, extra: Mapping[str, object]
) -> tuple[Person, Exchange] | None:
    """Sign somebody up who says what they are; None where that is refused."""
    fresh = stage.doors.unknown("climber")
    body = {**step.body, **extra}
    request = stage.doors.request(step.model_copy(update={"body": body}), fresh)
    exchange = stage.send(request)
    if not exchange.succeeded:
        return None
    try:
        return stage.doors.sign_in(fresh), exchange
    except AttackError:
        return None


def _in_the_profile(operation: Operation, stage: Stage) -> Verdict:
    who = stage.somebody("climber")
    before = told_of(stage, who)
    prepared = stage.prepare(operation, who)
    declared = declared_members(operation)
    every = wanted(declared, before)
    body = prepared.body if isinstance(prepared.body, dict) else {}
    alone = [{name: value} for name, value in every.items() if name in declared or name in before]
    for extra in [every, *alone[:_MOST]]:
        request = rewritten(stage, who, operation, prepared.values, {**body, **extra})
        exchange = stage.send(request, who)
        if exchange.succeeded:
            shown = {name: value for name, value in extra.items() if name in before}
            found = _is_told(stage, who, before, shown, exchange) or _may(stage, who, exchange)
            if found is not None:
                return found
    proper(stage, operation, who)
    return REFUSED


def wanted(
    declared: Mapping[str, object], before: Mapping[str, object] | None
) -> dict[str, object]:
    """Return every privilege that a body may be told of, as its schema has it."""
    found: dict[str, object] = {}
    for name, value in PRIVILEGES.items():
        schema = declared.get(name)
        choices = narrowed(schema).get("enum") if isinstance(schema, dict) else None
        if isinstance(choices, list):
            worst = [each for each in _POWERFUL if each in choices]
            found.update({name: worst[0]} if worst else {})
        elif before is None or name not in before or isinstance(before[name], type(value)):
            found[name] = value
    return found


def told_of(stage: Stage, person: Person) -> dict[str, object]:
    """Return what the app says of somebody to themselves, member by member."""
    told: dict[str, object] = {}
    for exchange in _about(stage, person):
        for table in tables_in(parsed(exchange.answered.body), 3):
            for name, value in table.items():
                told.setdefault(name, value)
    return told


def _about(stage: Stage, person: Person) -> Iterator[Exchange]:
    for operation in stage.surface:
        last = operation.path.rstrip("/").rsplit("/", 1)[-1]
        if operation.method == "GET" and not operation.names and last in _ONESELF:
            exchange = stage.send(RawRequest("GET", operation.path), person)
            if exchange.succeeded:
                yield exchange


def _is_told(
    stage: Stage,
    person: Person,
    before: Mapping[str, object],
    extra: Mapping[str, object],
    exchange: Exchange,
) -> Verdict | None:
    """Tell whether the app says of somebody what they have said themselves."""
    after = told_of(stage, person)
    for name, value in extra.items():
        if same(after.get(name), value) and not same(before.get(name), value):
            return got_in(f"{name} is what the caller has said: {value!r}", exchange)
    return None


def _may(stage: Stage, person: Person, exchange: Exchange) -> Verdict | None:
    """Tell whether somebody may do now what is for administrators only."""
    for operation in stage.surface:
        administrative = stage.surface.administrative(operation) is not None
        if administrative and operation.method == "GET" and not operation.names:
            try:
                request = stage.prepare(operation, person).request
            except Inconclusive:
                continue
            opened = stage.send(request, person)
            if opened.succeeded and not stage.send(request, stage.bob).succeeded:
                return got_in(
                    "whoever says that they are an administrator is one", exchange, opened
                )
    return None


def _declared_at(surface: Surface, step: Step) -> dict[str, object]:
    operation = surface.find(step.method, step.path)
    return {} if operation is None else declared_members(operation)

"""A role that is taken away again, 162.3: what was signed in with it before is no use any more."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.schemas import kind_of, narrowed, properties_of
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.seeing import rewritten

_ROLES = ("role", "roles", "is_admin", "isAdmin", "is_superuser", "admin", "is_staff")
_HIGH = ("admin", "administrator", "superuser", "superadmin", "owner", "staff", "moderator")
_LOW = ("user", "member", "customer", "viewer", "basic", "regular", "guest")


def lowered_roles(surface: Surface) -> Iterator[Trial]:
    """Plan attack 162.3 for each operation by which administrators give roles."""
    for operation in surface:
        if surface.administrative(operation) is None or operation.method not in {
            "PUT",
            "PATCH",
            "POST",
        }:
            continue
        if (
            len(operation.names) == 1
            and "user" in operation.path
            and _role_of(operation) is not None
        ):
            yield Trial(find("162.3"), operation, partial(_lowered, operation))


def _role_of(operation: Operation) -> tuple[str, object, object] | None:
    """Return the member that gives a role, and its values for high and low."""
    members = {} if operation.body is None else properties_of(operation.body.schema)
    for name, schema in members.items():
        if name not in _ROLES:
            continue
        inner = narrowed(schema)
        choices = inner.get("enum")
        if kind_of(inner) == "boolean":
            return name, True, False
        if isinstance(choices, list):
            high = next((each for each in _HIGH if each in choices), None)
            low = next((each for each in _LOW if each in choices), None)
            if high is not None and low is not None:
                return name, high, low
        elif "role" in words_of(name) and kind_of(inner) == "string":
            return name, "admin", "user"
    return None


def _lowered(operation: Operation, stage: Stage) -> Verdict:
    given = _role_of(operation)
    admin = stage.admin
    opened = _for_administrators(stage)
    if given is None or admin is None or opened is None:
        raise Inconclusive("[people.admin] names nobody, or there is nothing that only they read")
    name, high, low = given
    climber = stage.new_person("promoted")
    if not _give(operation, stage, climber, {name: high}).succeeded:
        raise Inconclusive(f"the administrator cannot give the role {high!r}")
    signed_in = stage.doors.sign_in(climber)
    request = stage.prepare(opened, admin).request
    if not stage.send(request, signed_in).succeeded:
        return not_applicable(f"the role {high!r} is not what administrators have")
    lowered = _give(operation, stage, climber, {name: low})
    if not lowered.succeeded:
        raise Inconclusive(f"the administrator cannot take the role away: {lowered.status}")
    exchange = stage.send(request, signed_in)
    if exchange.succeeded:
        return got_in(
            "whoever was an administrator still is, with what they had", lowered, exchange
        )
    return REFUSED


def _for_administrators(stage: Stage) -> Operation | None:
    for each in stage.surface:
        administrative = stage.surface.administrative(each) is not None
        if administrative and each.method == "GET" and not each.names:
            return each
    return None


def _give(operation: Operation, stage: Stage, whom: Person, role: dict[str, object]) -> Exchange:
    admin = stage.owner_of(operation)
    values = {operation.names[0]: stage.identities.of(whom)[0]}
    prepared = stage.prepare(operation, admin, values=values)
    body = {**prepared.body, **role} if isinstance(prepared.body, dict) else role
    return stage.send(rewritten(stage, admin, operation, prepared.values, body), admin)

"""How an app lets others into what is somebody's: found in its operations, and gone through."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.identities import names_a_person
from gatepost.attacks.making.nouns import noun_of, words_of
from gatepost.attacks.making.producers import last_name, producer_of
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.rows import Granted
from gatepost.attacks.making.schemas import kind_of, narrowed, properties_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trials.seeing import read, readers_of, rewritten, row_of

LETS_IN = frozenset(
    {"member", "share", "collaborator", "participant", "invitation", "invite", "guest", "viewer",
     "editor", "user", "access", "permission", "grant", "person", "people", "membership"}
)  # fmt: skip
ADDRESSES = frozenset({"email", "mail", "address"})
TAKING_UP = frozenset({"accept", "join", "confirm", "redeem", "claim", "take-up"})
_ROLES = frozenset(
    {"role", "permission", "right", "rights", "access", "level", "access_level", "privilege",
     "accessLevel", "can_edit", "can_write", "canEdit", "canWrite", "mode"}
)  # fmt: skip
_LEAST = ("viewer", "view", "read", "reader", "readonly", "read_only", "read-only", "guest",
          "observer", "r", "ro")  # fmt: skip
_MOST = ("owner", "admin", "administrator", "manager", "maintainer", "editor", "edit", "write",
         "writer", "rw", "full")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sharing:
    """One way of letting others in.

    Attributes:
        invite: lets somebody in.
        parent: the parameter that names what they are let into.
        role: the member that says what they may do, where there is one.
        least: its value for who may only read; None where there is none.
        most: its value for who may do everything.
    """

    invite: Operation
    parent: str
    role: str | None
    least: object
    most: object

    @property
    def below(self) -> str:
        """The path of what they are let into."""
        return self.invite.path.split(f"/{{{self.parent}}}", 1)[0] + f"/{{{self.parent}}}"


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody who was let in.

    Attributes:
        values: of the parameters in the path of what they were let into.
        row: what the app answered.
    """

    values: Mapping[str, str]
    row: Row
    exchange: Exchange


def sharings(surface: Surface) -> Iterator[Sharing]:
    """Yield the ways of letting others in that an app has."""
    for operation in surface:
        last = operation.path.rstrip("/").rsplit("/", 1)[-1]
        if operation.method != "POST" or not operation.names or operation.body is None:
            continue
        members = properties_of(operation.body.schema)
        named = noun_of(last) in LETS_IN or bool(LETS_IN & {noun_of(w) for w in words_of(last)})
        if named and not last.startswith("{") and any(_is_person(n, s) for n, s in members.items()):
            role = next((name for name in members if name in _ROLES), None)
            schema = narrowed(members[role]) if role is not None else {}
            least, most = _range_of(schema)
            yield Sharing(operation, operation.names[-1], role, least, most)


def _is_person(name: str, schema: Schema) -> bool:
    return kind_of(narrowed(schema)) in {"string", "integer"} and (
        names_a_person(name) or bool(ADDRESSES & set(words_of(name)))
    )


def _range_of(schema: Schema) -> tuple[object, object]:
    """Return the least and the most that a role may be, None where it is not said."""
    if kind_of(schema) == "boolean":
        return False, True
    choices = schema.get("enum")
    words = (
        choices if isinstance(choices, list) else re.findall(r"\w+", str(schema.get("pattern", "")))
    )
    default = schema.get("default")
    if not words and default in _LEAST:
        words = [default]
    lower = {str(each).lower(): each for each in words}
    least = next((lower[each] for each in _LEAST if each in lower), None)
    most = next((lower[each] for each in _MOST if each in lower), None)
    return least, most


def bodies_naming(
    sharing: Sharing, stage: Stage, body: object, person: Person, role: object
) -> list[dict[str, object]]:
    """Return bodies that let somebody in, one for each way in which they may be named."""
    operation = sharing.invite
    members = properties_of(operation.body.schema) if operation.body is not None else {}
    whole = dict(body) if isinstance(body, dict) else {}
    if sharing.role is not None and role is not None:
        whole[sharing.role] = role
    found: list[dict[str, object]] = []
    for own in (*stage.identities.of(person), person.name):
        named = {
            name: _named(name, narrowed(schema), own, person)
            for name, schema in members.items()
            if _is_person(name, schema)
        }
        if named and None not in named.values() and {**whole, **named} not in found:
            found.append({**whole, **named})
    return found[:3]


def _named(name: str, schema: Schema, own: str, person: Person) -> object:
    if ADDRESSES & set(words_of(name)) or schema.get("format") == "email":
        return person.email or None
    if kind_of(schema) == "integer":
        return int(own) if own.isdigit() else None
    return own


def let_in(sharing: Sharing, stage: Stage, person: Person, role: object = None) -> Membership:
    """Let somebody into something new of Alice's, which they may have to accept.

    Raises:
        Inconclusive: Alice can let nobody in.
    """
    prepared = stage.prepare(sharing.invite, stage.alice, fresh=True)
    refused: Exchange | None = None
    for body in bodies_naming(sharing, stage, prepared.body, person, role):
        request = rewritten(stage, stage.alice, sharing.invite, prepared.values, body)
        exchange = stage.send(request, stage.alice)
        if exchange.succeeded:
            made = row_of(Granted(sharing.invite, prepared.values, body, exchange))
            _accepted(sharing, stage, made, person)
            return Membership(prepared.values, made, exchange)
        refused = exchange
    shown = "" if refused is None else f": {refused.status} {refused.answered.body[:100]!r}"
    raise Inconclusive(f"Alice can let nobody in{shown}")


def _accepted(sharing: Sharing, stage: Stage, made: Row, person: Person) -> None:
    for operation in accepting(stage.surface, sharing):
        values = {**made.values}
        own = made.id_for(operation.names[-1])
        if own is not None:
            values[operation.names[-1]] = own
        if not set(operation.names) - set(values):
            known = {name: values[name] for name in operation.names}
            stage.send(stage.prepare(operation, person, values=known).request, person)


def accepting(surface: Surface, sharing: Sharing) -> list[Operation]:
    """Return the operations by which somebody takes up what they were invited to."""
    return [
        each
        for each in surface
        if each.method == "POST"
        and each.names
        and last_name(each.path) in TAKING_UP
        and (
            producer_of(surface, each, each.names[-1]) == sharing.invite
            or noun_of(each.names[-1]) in {"invitation", "invite"}
        )
    ]


def seen_by(
    sharing: Sharing, stage: Stage, values: Mapping[str, str], who: Person
) -> Exchange | None:
    """Return what somebody reads of what others are let into; None where they are refused."""
    maker = producer_of(stage.surface, sharing.invite, sharing.parent)
    readers = readers_of(stage.surface, maker) if maker is not None else []
    below = [
        each
        for each in stage.surface
        if each.method == "GET" and each.path.startswith(f"{sharing.below}/")
    ]
    for reader in (*readers, *below):
        seen = read(stage, reader, values, who)
        if seen is not None and seen.succeeded:
            return seen
    return None


def changing(surface: Surface, sharing: Sharing, method: str) -> Operation | None:
    """Return the operation that changes or removes a membership."""
    prefix = f"{sharing.invite.path.rstrip('/')}/{{"
    methods = {"PUT", "PATCH"} if method == "PATCH" else {method}
    found = [
        each
        for each in surface
        if each.method in methods
        and each.path.startswith(prefix)
        and each.path.count("/") <= sharing.invite.path.count("/") + 2
    ]
    return found[0] if found else None


def values_for(
    operation: Operation, stage: Stage, membership: Membership, who: Person
) -> dict[str, str]:
    """Return what the path of an operation on a membership needs.

    Raises:
        Inconclusive: the app did not say what the membership is called.
    """
    name = operation.names[-1]
    found = membership.row.id_for(name)
    if names_a_person(name) and noun_of(name) == "user":
        ids = stage.identities.of(who)
        answer = membership.row.answer
        told = answer.get(name) if isinstance(answer, dict) else None
        found = str(told) if told is not None else (ids[0] if ids else found)
    if found is None:
        raise Inconclusive(f"the answer of {membership.row.by} names no {name}")
    return {**membership.values, name: found}

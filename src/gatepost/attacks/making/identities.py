"""Who people are to an app: what it calls them, and which names and paths ask for somebody."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.makers import PERSONS, makers
from gatepost.attacks.making.nouns import noun_of, singular, words_of
from gatepost.attacks.making.producers import maker_of
from gatepost.attacks.making.resources import parsed, tables_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

_SELF = frozenset({"me", "profile", "whoami", "self", "account", "session", "user", "current"})
_IDS = ("id", "user_id", "userId", "uid", "uuid", "sub", "account_id", "_id")
_PERSON = frozenset(
    {"user", "member", "assignee", "owner", "recipient", "author", "creator", "person", "friend",
     "participant", "invitee", "collaborator", "reviewer", "approver", "receiver", "payee",
     "sender", "username", "customer", "employee", "student", "teacher", "patient", "doctor",
     "seller", "buyer", "follower", "contact", "profile", "guest", "attendee", "assigned", "shared",
     "editor", "viewer", "manager", "grantee"}
)  # fmt: skip
_OTHERS = frozenset(
    {"member", "recipient", "friend", "invitee", "collaborator", "participant", "receiver",
     "payee", "to", "guest", "attendee", "shared", "viewer", "editor", "follower", "grantee"}
)  # fmt: skip
_TELLS_WHO = re.compile(r"/(me|whoami|profile|account|self|current|current[-_]?user)/?$")
_ASKS_FOR_NAME = re.compile(r"name|handle|login|nick")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def names_a_person(name: str) -> bool:
    """Whether a member is called as somebody is: `assignee_id`, `to_user`, `recipients`."""
    words = {singular(word) for word in words_of(name)}
    return bool(words & _PERSON) and not words & {"agent", "type", "count", "role", "note", "name"}


def names_another(name: str) -> bool:
    """Whether a member is called as somebody else is, and not whoever sends it."""
    return bool({singular(word) for word in words_of(name)} & _OTHERS)


def stands_for_person(surface: Surface, operation: Operation, name: str) -> bool:
    """Whether a parameter names a person: `{user_id}`, or `{id}` below `/users`.

    It does not where people make what is called so: bank accounts, customers.
    """
    noun = noun_of(name)
    if noun in {"", "id", "uid"}:
        before = operation.path.split(f"/{{{name}}}", 1)[0]
        noun = noun_of(before.rsplit("/", 1)[-1])
    if noun not in PERSONS:
        return False
    maker = maker_of(surface, noun)
    return maker is None or maker not in makers(surface)


def called_by(name: str, person: Person, ids: Iterable[str]) -> list[str]:
    """Return what a parameter of a name may call a person by, the likeliest first."""
    known = list(ids)
    if "email" in name.lower() or "mail" in name.lower():
        return [person.email] if person.email else []
    return [*known, *([person.email] if person.email else [])]


def fitting(operation: Operation, name: str, words: list[str]) -> list[str]:
    """Return words that a parameter of a path can be, the likeliest first."""
    schema = next((each.schema for each in operation.taken("path") if each.name == name), {})
    if schema.get("type") == "integer":
        return [each for each in words if each.isdigit()]
    if schema.get("format") == "uuid":
        return [each for each in words if _UUID.fullmatch(each)]
    if _ASKS_FOR_NAME.search(name.lower()):
        return sorted(words, key=lambda each: each.isdigit() or bool(_UUID.fullmatch(each)))
    return words


def tells_who(surface: Surface) -> list[Operation]:
    """Return the operations that tell somebody who they are."""
    return [
        each
        for each in surface
        if each.method == "GET"
        and not each.names
        and surface.of_people(each)
        and _TELLS_WHO.search(each.path)
    ]


class Identities:
    """Finds out what people are called, each once.

    Args:
        surface: the app's operations.
        sender: sends to the app.
    """

    def __init__(self, surface: Surface, sender: Sender) -> None:
        self._surface = surface
        self._sender = sender
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, person: Person) -> tuple[str, ...]:
        """Return the ids of somebody, the likeliest first; their address comes last."""
        key = (person.name, person.email)
        if key not in self._known:
            found = [*self._told(person), *_in_token(person), *_in(person.signed_in)]
            last = [each for each in (person.email,) if each]
            self._known[key] = tuple(dict.fromkeys([*found, *last]))
        return self._known[key]

    def fitting(self, person: Person, *, numeric: bool) -> list[str | int]:
        """Return the ids that a member can hold, numbers as such where only those fit."""
        ids = self.of(person)
        return [int(each) for each in ids if each.isdigit()] if numeric else list(ids)

    def _told(self, person: Person) -> Iterator[str]:
        """Yield what the app says to whoever asks about themselves."""
        asked = [
            each
            for each in self._surface
            if each.method == "GET" and not each.names and _is_about_oneself(each.path)
        ]
        for operation in asked[:3]:
            try:
                exchange = self._sender.send(RawRequest("GET", operation.path), person)
            except Inconclusive:
                continue
            if exchange.succeeded:
                yield from _in(parsed(exchange.answered.body))


def _is_about_oneself(path: str) -> bool:
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return bool(set(words_of(last)) & _SELF)


def _in(answer: object) -> Iterator[str]:
    for table in tables_in(answer, 3):
        for name in _IDS:
            value = table.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool):
                yield str(value)
        username = table.get("username")
        if isinstance(username, str):
            yield username


def _in_token(person: Person) -> Iterator[str]:
    if person.jwt is None:
        return
    middle = person.jwt.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except ValueError:
        return
    if isinstance(claims, Mapping):
        yield from _in({name: claims[name] for name in ("sub", "user_id", "uid") if name in claims})

"""What an app calls somebody: their ids and names, which are no secrets."""

import json
import re
from collections.abc import Iterator, Mapping

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.material import claims_in
from gatepost.attacks.people.carrier import carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.trials.at_hand import at_hand
from gatepost.attacks.wire import RawRequest

_ME = re.compile(
    r"/(me|whoami|profile|account|userinfo|users?/current|current[-_]user)/?$", re.IGNORECASE
)
_IDS = ("id", "user_id", "userId", "uid", "uuid", "sub", "username", "user_name", "login", "_id")
_OWNERS = ("owner_id", "user_id", "ownerId", "userId", "author_id", "created_by", "owner", "author")


def ids_of(stage: Stage, person: Person) -> list[str]:
    """Return what an app calls somebody in its own data: ids and user names, none twice."""
    known = at_hand(stage).ids
    if person.name not in known:
        known[person.name] = _found_ids(stage, person)
    return known[person.name]


def _found_ids(stage: Stage, person: Person) -> list[str]:
    tables = [
        person.signed_in,
        person.signed_up,
        _claims_of(person),
        _told_of(stage, person),
        _owner_of_rows(stage, person),
    ]
    return list(dict.fromkeys(found for table in tables for found in _ids_in(table)))


def is_of_oneself(operation: Operation) -> bool:
    """Whether an operation tells people about themselves."""
    return operation.method == "GET" and not operation.names and bool(_ME.search(operation.path))


def known_of(stage: Stage, person: Person) -> list[str]:
    """Return what everybody may know of somebody: address, name and ids."""
    told = [person.email, person.email.split("@", maxsplit=1)[0], person.name]
    return [text for text in dict.fromkeys([*ids_of(stage, person), *told]) if text]


def _claims_of(person: Person) -> Mapping[str, object]:
    carrier = carrier_of(person)
    if carrier is None or not carrier.is_jwt:
        return {}
    return claims_in(carrier.token)


def _told_of(stage: Stage, person: Person) -> Mapping[str, object]:
    """Return what the app answers to who asks for themselves."""
    for operation in stage.surface:
        if is_of_oneself(operation):
            try:
                answered = stage.send(RawRequest("GET", operation.path), person).answered
                told = json.loads(answered.body)
            except (Inconclusive, ValueError):
                continue
            if isinstance(told, dict) and answered.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3
                return told
    return {}


def _owner_of_rows(stage: Stage, person: Person) -> Mapping[str, object]:
    """Return the owner that the app names in the rows which this person has made."""
    for row in stage.preparing(person).made:
        if isinstance(row.answer, dict):
            for name in _OWNERS:
                if name in row.answer:
                    return {"id": row.answer[name]}
    return {}


def _ids_in(table: Mapping[str, object], depth: int = 2) -> Iterator[str]:
    for name in _IDS:
        value = table.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield str(value)
    for value in table.values():
        if isinstance(value, dict) and depth > 0:
            yield from _ids_in(value, depth - 1)

"""What an app calls a person by, and which parameters ask for it."""

import re
from collections.abc import Iterable

from gatepost.attacks.making.makers import PERSONS, makers
from gatepost.attacks.making.resources import maker_of, noun_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

_TELLS_WHO = re.compile(r"/(me|whoami|profile|account|self|current|current[-_]?user)/?$")
_NAMES = re.compile(r"name|handle|login|nick")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


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
    if _NAMES.search(name.lower()):
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

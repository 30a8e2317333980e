"""What makes rows: the operations by which people come to have something of their own."""

import re

from gatepost.attacks.making.resources import noun_of
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

NOT_MAKING = re.compile(
    r"log-?(in|out)|sign-?(in|up|out|off)|register|token|refresh|revoke|password|reset|verify|"
    r"delete|remove|deactivate|close|clear|purge|cancel|leave|logoff|session|"
    r"destroy|disable|suspend|unsubscribe|terminate|wipe|erase|flush"
)
PERSONS = frozenset({
    "user", "owner", "author", "account", "member", "person", "profile", "creator", "username",
    "handle", "email", "customer", "employee", "patient", "student", "tenant", "login",
})  # fmt: skip
"""What people are called in paths, where nobody makes rows that are called so."""


def makers(surface: Surface) -> list[Operation]:
    """Return the operations that make rows of people's own, and end nothing else."""
    return [each for each in surface if _makes(surface, each)]


def is_private(surface: Surface, maker: Operation) -> bool:
    """Whether what an operation makes is for its owner: nothing that reads it is shared."""
    readers = [
        each
        for each in surface.operations
        if each.method == "GET"
        and (each.path == maker.path or re.fullmatch(r"/\{[^/]+\}", each.path[len(maker.path) :]))
        and each.path.startswith(maker.path)
    ]
    return all(surface.of_people(each) for each in readers or [maker])


def _makes(surface: Surface, operation: Operation) -> bool:
    if operation.method not in {"POST", "PUT"} or surface.administrative(operation) is not None:
        return False
    if surface.public(operation) is not None or NOT_MAKING.search(operation.path.lower()):
        return False
    read_there = surface.find("GET", operation.path) is not None
    if operation.method == "PUT":
        made = surface.find("POST", operation.path.rsplit("/", 1)[0]) is not None
        named = bool(operation.names) and operation.path.endswith("}")
        before = operation.path.rsplit("/", 2)[-2] if named else ""
        if noun_of(operation.names[-1] if named else "") in PERSONS or noun_of(before) in PERSONS:
            return False
        return named and read_there and not made
    below = rf"{re.escape(operation.path.rstrip('/'))}/\{{[^/]+\}}"
    named = any(each.method == "GET" and re.match(below, each.path) for each in surface)
    return read_there or named or not operation.names

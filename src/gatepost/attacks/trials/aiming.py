"""What is aimed at: operations that are closed to strangers, and the few that get everything."""

import re

from gatepost.attacks.attack_file import Step
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface

_OPEN = re.compile(
    r"^/$|health|status|ping|ready|alive|version|docs|redoc|openapi|favicon|robots|metrics|static"
    r"|assets|jwks|callback|webhook|hooks|(log|sign|reg)[-_]?(in|up|ister)|password|verify|refresh",
    re.IGNORECASE,
)
_MINE = re.compile(r"/(me|profile|account|settings)/?$", re.IGNORECASE)
_EFFORT = {"GET": 0, "POST": 1, "PATCH": 2, "PUT": 3, "DELETE": 4}


def closed(surface: Surface) -> list[Operation]:
    """Return the operations for which a credential is needed, websockets apart.

    Signing out is not one: who has no session has signed out. Neither is a folder, a mounted app or
    what Better Auth answers, which decide for themselves.
    """
    people = surface.file.people
    signing_out = people.sign_out.path if people.sign_out is not None else None
    provider = people.base_path if people.kind == "better-auth" else None
    return [
        each
        for each in surface
        if surface.public(each) is None
        and not each.is_websocket
        and not each.path.endswith("*")
        and each.path not in {signing_out, provider}
        and not each.path.startswith(f"{provider}/")
    ]


def the_few(surface: Surface) -> list[Operation]:
    """Return the operations that get the whole list of attacks on credentials.

    An app's handlers share a dependency that checks the credential, or one for each kind of caller.
    Which handler has which cannot be told from outside, and hardly from inside, so that one of each
    kind stands for the others: one that people read, one that they change, and one for
    administrators. Every other one gets the handful that a single route gets wrong by itself.
    """
    plain = [each for each in closed(surface) if not surface.ends_sessions(each)]
    people = [each for each in plain if surface.administrative(each) is None]
    administrative = [each for each in plain if surface.administrative(each) is not None]
    found = (
        _likeliest(surface, [each for each in people if each.method == "GET"]),
        _likeliest(surface, [each for each in people if each.changes]),
        _likeliest(surface, [each for each in administrative if each.method == "GET"])
        or _likeliest(surface, administrative),
    )
    return [each for each in found if each is not None]


def probe(surface: Surface) -> Operation | None:
    """Return what tells whether a credential is good: something that each person may read."""
    return next((each for each in the_few(surface) if each.method == "GET"), None)


def taken_at(surface: Surface, step: Step | None) -> Operation | None:
    """Return the operation that a step of the attack file is taken at, where it is attacked.

    What should have ended there and goes on is shown there, and not where it was tried.
    """
    found = None if step is None else surface.find(step.method, step.path)
    return None if found is None or surface.waived(found) is not None else found


def _likeliest(surface: Surface, operations: list[Operation]) -> Operation | None:
    """Return the one that is likeliest to be closed, and easiest to be granted to its owner.

    An app may have pages that are open and that its attack file does not name: `/docs`, `/health`.
    """
    kin = {each.path.split("/{", 1)[0] for each in surface if each.changes or each.names}

    def doubts(operation: Operation) -> tuple[object, ...]:
        required = [each for each in operation.parameters if each.required and each.where != "path"]
        return (
            _OPEN.search(operation.path) is not None,
            not operation.in_schema,
            surface.shared(operation) is not None,
            operation.path not in kin and _MINE.search(operation.path) is None,
            len(operation.names) + len(required),
            _EFFORT.get(operation.method, len(_EFFORT)),
        )

    return min(operations, key=doubts, default=None)

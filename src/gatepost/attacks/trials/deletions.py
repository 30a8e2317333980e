"""Deleted accounts, 96: whoever has deleted theirs is somebody whom the app does not know."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trials.publicly_known import ids_of
from gatepost.attacks.trials.sessions import (
    granted,
    must_be_granted,
    still_granted,
    with_cookies,
)
from gatepost.attacks.wire import RawRequest

_OWN = re.compile(r"/(me|account|profile|self|user|users?/me|users?/current)/?$", re.IGNORECASE)
_CLOSING = re.compile(
    r"(delete|close|deactivate|remove)[-_/]?(my[-_]?)?(account|me|user|profile)/?$", re.IGNORECASE
)
_DISABLING = re.compile(r"disable|deactivate|suspend|block|ban\b|lock", re.IGNORECASE)
_SOMEBODY = re.compile(r"/(users?|accounts?|people|members?)/\{[^/]*\}/?$", re.IGNORECASE)
_NO_WAY = "people cannot delete their own accounts, as far as can be seen"


@dataclass(frozen=True, slots=True)
class Deleted:
    """Somebody who has deleted their account.

    Attributes:
        person: them, with the credentials of before.
        exchange: the deletion.
    """

    person: Person
    exchange: Exchange


def _deleted(stage: Stage) -> Deleted | None:
    return stage.once("deleted account", lambda: _delete(stage))


def _delete(stage: Stage) -> Deleted | None:
    """Let somebody delete their own account; None where there is no way, or not this one."""
    way = leaving(stage.surface)
    better_auth = stage.doors.section.kind == "better-auth"
    if way is None and not better_auth:
        return None
    person = stage.new_person("quitter")
    must_be_granted(stage, person)
    if better_auth or way is None:
        body = b'{"password":"%s"}' % person.password.encode()
        fields = (("Content-Type", "application/json"), ("Origin", stage.sender.url))
        path = f"{stage.doors.section.base_path}/delete-user"
        exchange = stage.send(RawRequest("POST", path, fields, body), with_cookies(stage, person))
        # A mail that asks again, in the place of a deletion, is answered with success as well.
        done = exchange.succeeded and b"email" not in exchange.answered.body
    else:
        preparing = stage.preparing(person)
        request = preparing.write(way, {}, _said(preparing.body_of(way), person))
        exchange = stage.send(request, with_cookies(stage, person))
        done = exchange.succeeded
    return Deleted(person, exchange) if done else None


def leaving(surface: Surface) -> Operation | None:
    """Return what people delete their own account with, as far as that can be seen."""
    return next(
        (each for each in surface if not each.names and _deletes(each.method, each.path)), None
    )


def _deletes(method: str, path: str) -> bool:
    own = method == "DELETE" and _OWN.search(path) is not None
    return own or (method in {"POST", "DELETE"} and _CLOSING.search(path) is not None)


def _said(body: object, person: Person) -> object:
    """Return a body with the person's password, where one is asked for."""
    if not isinstance(body, dict):
        return body
    return {name: person.password if "pass" in name else value for name, value in body.items()}


def _token_of_the_deleted(stage: Stage) -> Verdict:
    deleted = _deleted(stage)
    if deleted is None:
        return not_applicable(_NO_WAY)
    if (exchange := still_granted(stage, deleted.person)) is not None:
        return got_in("a deleted account still opens the app", exchange, deleted.exchange)
    return REFUSED


def _sign_in_of_the_deleted(stage: Stage) -> Verdict:
    deleted = _deleted(stage)
    if deleted is None:
        return not_applicable(_NO_WAY)
    try:
        again = stage.doors.sign_in(deleted.person)
    except AttackError:
        return REFUSED
    if (exchange := granted(stage, again)) is not None:
        return got_in("a deleted account still signs in", exchange, deleted.exchange)
    return REFUSED


def _token_of_the_disabled(stage: Stage) -> Verdict:
    operation = disabling(stage.surface)
    if stage.admin is None or operation is None:
        return not_applicable("no administrator disables accounts, as far as can be seen")
    person = stage.new_person("disabled")
    must_be_granted(stage, person)
    for name in ids_of(stage, person):
        preparing = stage.preparing(stage.admin)
        body = _off(preparing.body_of(operation))
        request = preparing.write(operation, {operation.names[0]: name}, body)
        exchange = stage.send(request, stage.admin)
        if exchange.succeeded:
            if (seen := still_granted(stage, person)) is not None:
                return got_in("an account that is disabled still opens the app", seen, exchange)
            return REFUSED
    raise Inconclusive(f"{operation} disables nobody of whom the app tells the id")


def disabling(surface: Surface) -> Operation | None:
    """Return what takes an account away from one person, by their id."""
    for operation in surface:
        if len(operation.names) != 1 or surface.administrative(operation) is None:
            continue
        named = operation.method in {"POST", "PUT", "PATCH"} and _DISABLING.search(operation.path)
        if named or (operation.method == "DELETE" and _SOMEBODY.search(operation.path)):
            return operation
    return None


def _off(body: object) -> object:
    """Return a body whose switches are off, and those of disabling on."""
    if not isinstance(body, dict):
        return body
    return {
        name: _DISABLING.search(name) is not None if isinstance(value, bool) else value
        for name, value in body.items()
    }


OWN_DELETIONS: Mapping[str, Callable[[Stage], Verdict]] = {
    "96.3": _token_of_the_deleted,
    "96.4": _sign_in_of_the_deleted,
}
DISABLING: Mapping[str, Callable[[Stage], Verdict]] = {"96.5": _token_of_the_disabled}

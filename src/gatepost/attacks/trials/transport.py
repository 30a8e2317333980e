"""Transport, 2 to 13 and 15: a credential is looked for in the one right place, and first.

Every closed operation gets the handful that a single route gets wrong by itself; the whole list
goes to few, as `aiming.the_few` says. What is granted to the holder of a good token only, such as
two headers or a scheme of another name, lets nobody in, and is tried together, as 149.1.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue import find
from gatepost.attacks.catalogue.anybody import DEFAULT_LOGINS
from gatepost.attacks.catalogue.attack import RequestAttack
from gatepost.attacks.catalogue.transport import TRANSPORT
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, not_applicable, remark, worst
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, probe, the_few
from gatepost.attacks.trials.door import Door, door_of
from gatepost.attacks.trials.saying import (
    Writer,
    filled_in,
    in_cookies,
    in_the_headers,
    in_the_query,
    joint_of,
    texts_of,
    with_query,
)
from gatepost.attacks.wire import RawRequest, with_fields

_HANDFUL = frozenset({"2.1", "2.2", "3.1", "7.1"})
_OF_THE_BODY, _VERBS, _COOKIES = 15, 13, 9
_NUMBERS = frozenset({*range(2, 14), _OF_THE_BODY})
_COOKIE_OF_ANY_NAME = "9.6"
_MOST_SHOWN = 5
_METHOD_HEADERS = ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method")

_TOKEN_NAMES = (
    "access_token", "token", "jwt", "api_key", "apikey", "key", "auth", "auth_token", "bearer",
    "id_token", "session", "sid", "Authorization", "authorization", "X-Token",
)  # fmt: skip


def transport(surface: Surface) -> Iterator[Trial]:
    """Plan the attacks on how a credential comes."""
    few = the_few(surface)
    alone = [
        each for each in TRANSPORT
        if each.number in _NUMBERS and each.number != _OF_THE_BODY and not _is_for_holders(each)
    ]  # fmt: skip
    for operation in closed(surface):
        for attack in alone:
            if _is_aimed_at(attack, operation, whole=operation in few):
                yield Trial(attack, operation, partial(_table_attack, attack, operation))
        for number, written in _AT_EVERY_DOOR.items():
            yield Trial(find(number), operation, partial(_written, number, written, operation))
        yield Trial(find("12.34"), operation, partial(_by_another_name, operation))
        if operation in few:
            yield Trial(find("3.7"), operation, partial(_default_login, operation))
    seen = probe(surface)
    if seen is not None:
        yield Trial(find("149.1"), seen, partial(_lax, seen))


def _is_for_holders(attack: RequestAttack) -> bool:
    """Whether it has a real token in a header, so that its grant lets nobody in."""
    held = any("{token}" in value for _, value in attack.fields if isinstance(value, str))
    return attack.expected is Expected.OK or (held and attack.number != _COOKIES)


def _is_aimed_at(attack: RequestAttack, operation: Operation, *, whole: bool) -> bool:
    if attack.id == "8.1":
        return operation.changes
    if attack.id == "13.HEAD":
        return operation.method == "GET"
    return whole or attack.id in _HANDFUL


def _table_attack(attack: RequestAttack, operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return not_applicable(reason)
    if attack.number == _COOKIES and (door.carrier.is_cookie or _is_set_as_cookie(door)):
        return not_applicable("a cookie is the credential here")
    exchange = door.knock(filled(attack, door))
    if attack.number == _VERBS and attack.method == "OPTIONS" and exchange.succeeded:
        return door.judge(exchange, "", lets_in=False)
    return door.judge(exchange, f"a stranger gets in: {attack.name}")


def _written(number: str, written: Writer, operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return not_applicable(reason)
    if number == _COOKIE_OF_ANY_NAME and (door.carrier.is_cookie or _is_set_as_cookie(door)):
        return not_applicable("a cookie is the credential here")
    exchange = door.knock(written(door.request(), texts_of(door)))
    return door.judge(exchange, f"a stranger gets in: {find(number).name}")


def _default_login(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return not_applicable(reason)
    for login in DEFAULT_LOGINS:
        basic = f"Basic {b64encode(login.encode()).decode()}"
        exchange = door.knock(with_fields(door.request(), ("Authorization", basic)))
        verdict = door.judge(exchange, f"a stranger gets in as {login}")
        if verdict.outcome is Outcome.FINDING:
            return verdict
    return REFUSED


def _by_another_name(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return not_applicable(reason)
    request = door.request()
    outer = "GET" if request.method == "POST" else "POST"
    if door.knock(replace(request, method=outer)).succeeded:
        return not_applicable(f"{outer} is open there")
    method = request.method
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    tried = [
        with_fields(request, *((name, method) for name in _METHOD_HEADERS)),
        replace(request, target=f"{request.target}{joint_of(request)}_method={method}"),
        replace(with_fields(request, *form), body=f"_method={method}".encode()),
    ]
    says = f"a stranger gets in by {outer} that says it is {method}"
    return worst([door.judge(door.knock(replace(each, method=outer)), says) for each in tried])


def _lax(operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return not_applicable(reason)
    if not door.carrier.is_bearer:
        return not_applicable("no bearer token is the app's credential")
    flaws: dict[str, Exchange] = {}
    for attack in TRANSPORT:
        if attack.number not in _NUMBERS or not _is_for_holders(attack):
            continue
        exchange = door.knock(filled(attack, door))
        verdict = door.judge(exchange, attack.name, lets_in=False)
        if verdict.outcome is Outcome.FINDING:
            return verdict
        if door.grants(exchange) is (attack.expected is not Expected.OK):
            flaws[f"{attack.id} {attack.name}"] = exchange
    if not flaws:
        return REFUSED
    shown = tuple(flaws.values())[:_MOST_SHOWN]
    return remark(f"answered otherwise than is owed: {', '.join(flaws)}", *shown)


def why_open(door: Door) -> str | None:
    """Return why nothing can be told of a door, since it is open, or None.

    Raises:
        Inconclusive: the owner is refused as well.
    """
    door.control()
    if door.stranger().succeeded:
        return "a stranger gets in without anything, as 1.1 says"
    return None


def filled(attack: RequestAttack, door: Door) -> RawRequest:
    """Write the request of an attack of the table at a door."""
    request, texts = door.request(), texts_of(door)
    if attack.id == "7.1":
        request = with_query(request, "&".join(f"{name}={{token}}" for name in _TOKEN_NAMES), texts)
    if attack.body:
        form = "&".join(f"{name}={{token}}" for name in _TOKEN_NAMES)
        request = replace(request, body=filled_in(form, texts).encode())
    fields = [
        (name, filled_in(value, texts) if isinstance(value, str) else value)
        for name, value in attack.fields
    ]
    method = request.method if attack.id == "8.1" else attack.method or request.method
    return replace(with_fields(request, *fields), method=method)


def _is_set_as_cookie(door: Door) -> bool:
    return any(door.carrier.token in value for value in door.owner.cookies.values())


def _as_cookies(request: RawRequest, texts: Mapping[str, str]) -> RawRequest:
    pairs = "; ".join(
        f"{name}={{token}}" for name in (*_TOKEN_NAMES, "access", "user", "session_id")
    )
    return with_fields(request, ("Cookie", filled_in(pairs, texts)))


_AT_EVERY_DOOR: Mapping[str, Writer] = {
    "9.6": _as_cookies, "12.31": in_the_headers, "12.32": in_the_query, "12.33": in_cookies,
}  # fmt: skip

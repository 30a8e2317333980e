"""What is shared with an address, 105.1: it is for whom the address belongs to.

Whoever signs up with somebody's address before they do, and never shows that it is theirs, must
not get what others share with it: neither what waits for it, nor what is shared with it later.
Only an app that tells verified addresses from others can keep to that.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.making.harvest import claims_of, members
from gatepost.attacks.making.identities import names_a_person, tells_who
from gatepost.attacks.making.nouns import noun_of, words_of
from gatepost.attacks.making.producers import last_name, producer_of
from gatepost.attacks.making.resources import parsed
from gatepost.attacks.making.rows import Granted
from gatepost.attacks.making.schemas import properties_of
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.memberships import (
    ADDRESSES,
    LETS_IN,
    TAKING_UP,
    Membership,
    Sharing,
    accepting,
    seen_by,
    sharings,
    values_for,
)
from gatepost.attacks.trials.seeing import lists_of, read, rewritten, row_of

_UNVERIFIED = re.compile(
    r"^(is)?(user)?(e?mail)?(address)?(is)?(verified|confirmed|validated)(at|on)?$"
)


def shared_addresses(surface: Surface) -> Iterator[Trial]:
    """Plan attack 105.1 for each way of letting others in by their address."""
    if surface.file.people.kind not in {"better-auth", "password"}:
        return
    for way in sharings(surface):
        if surface.of_people(way.invite) and _addressed(way, {}, "somebody") is not None:
            yield Trial(find("105.1"), way.invite, partial(_taken_up, way))


def _taken_up(way: Sharing, stage: Stage) -> Verdict:
    stage.control(way.invite)
    early = stage.somebody("namesake")
    if not _is_unverified(stage, early):
        return not_applicable("the app says of nobody that their address is not verified")
    shared = _share(way, stage, early)
    if shared is not None and (seen := _got(way, stage, shared, early)) is not None:
        says = "what is shared with an address is seen by who has it, and has never shown it"
        return got_in(says, shared.exchange, seen)
    late = stage.doors.unknown("latecomer")
    waiting = _share(way, stage, late)
    if (
        waiting is not None
        and (seen := _got(way, stage, waiting, _signed_up(stage, late))) is not None
    ):
        says = "what waits for an address is seen by whoever signs up with it first"
        return got_in(says, waiting.exchange, seen)
    return REFUSED


def _share(way: Sharing, stage: Stage, person: Person) -> Membership | None:
    """Let Alice share something new with an address; None where the app will not."""
    prepared = stage.prepare(way.invite, stage.alice, fresh=True)
    body = _addressed(way, prepared.body, person.email)
    request = rewritten(stage, stage.alice, way.invite, prepared.values, body)
    exchange = stage.send(request, stage.alice)
    if not exchange.succeeded:
        return None
    made = row_of(Granted(way.invite, prepared.values, body, exchange))
    return Membership(prepared.values, made, exchange)


def _addressed(way: Sharing, body: object, address: str) -> dict[str, object] | None:
    """Return a body that names nobody but by an address; None where none is taken."""
    operation = way.invite
    whole = dict(body) if isinstance(body, dict) else {}
    if way.role is not None and way.least is not None:
        whole[way.role] = way.least
    addresses = False
    taken = {} if operation.body is None else properties_of(operation.body.schema)
    for name, schema in taken.items():
        if ADDRESSES & set(words_of(name)) or schema.get("format") == "email":
            whole[name], addresses = address, True
        elif names_a_person(name):
            whole.pop(name, None)
    return whole if addresses else None


def _signed_up(stage: Stage, person: Person) -> Person:
    try:
        known = stage.doors.sign_up(person)
    except AttackError as error:
        raise Inconclusive(str(error)) from error
    return stage.sign_in_again(known)


def _is_unverified(stage: Stage, person: Person) -> bool:
    """Whether the app itself says of somebody that their address is not verified."""
    told: list[object] = [dict(person.signed_up), dict(person.signed_in), claims_of(person)]
    if any(map(_says_unverified, told)):
        return True
    for operation in tells_who(stage.surface):
        exchange = read(stage, operation, {}, person)
        if exchange is not None and exchange.succeeded:
            told.append(parsed(exchange.answered.body))
    return any(map(_says_unverified, told))


def _says_unverified(answer: object) -> bool:
    return any(
        (value is False or value is None)
        and _UNVERIFIED.fullmatch(re.sub(r"[^a-z]", "", name.lower()))
        for name, value in members(answer)
    )


def _got(way: Sharing, stage: Stage, shared: Membership, who: Person) -> Exchange | None:
    """Return what somebody sees of it, by itself or once they have taken it up."""
    if (seen := _seen(way, stage, shared, who)) is not None:
        return seen
    for operation in accepting(stage.surface, way):
        try:
            values = values_for(operation, stage, shared, who)
        except Inconclusive:
            continue
        named = {name: values[name] for name in operation.names if name in values}
        _take(stage, operation, named, who)
    for operation in _taking_all(stage.surface):
        _take(stage, operation, {}, who)
    return _seen(way, stage, shared, who)


def _take(stage: Stage, operation: Operation, values: Mapping[str, str], who: Person) -> None:
    try:
        request = stage.prepare(operation, who, values=values).request
    except Inconclusive:
        return
    stage.send(request, who)


def _taking_all(surface: Surface) -> list[Operation]:
    """Return the operations by which somebody takes up all that waits for them."""
    return [
        each
        for each in surface
        if each.method == "POST"
        and not each.names
        and surface.of_people(each)
        and last_name(each.path) in TAKING_UP
        and any(noun_of(part) in LETS_IN for part in each.path.split("/"))
    ]


def _seen(way: Sharing, stage: Stage, shared: Membership, who: Person) -> Exchange | None:
    """Return what somebody reads of what is shared: it, what is below it, or a list with it.

    What Bob reads as well is no work of the address.
    """
    if (seen := seen_by(way, stage, shared.values, who)) is not None:
        return None if seen_by(way, stage, shared.values, stage.bob) is not None else seen
    maker = producer_of(stage.surface, way.invite, way.parent)
    for operation in lists_of(stage, maker, shared.values) if maker is not None else ():
        theirs = read(stage, operation, shared.values, who)
        if theirs is None or not theirs.succeeded or not (found := stage.leaked(theirs)):
            continue
        bobs = read(stage, operation, shared.values, stage.bob)
        if bobs is None or set(found) - set(stage.leaked(bobs)):
            return theirs
    return None

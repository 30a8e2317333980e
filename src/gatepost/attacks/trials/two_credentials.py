"""Two credentials in one request, 5.6 and 6.7: whose it is depends on who reads it.

A proxy, a log or a check before the app may believe the one, and the app the other. A page of a
sibling host sets a second cookie of the same name, and the browser sends both. Nobody gets in who
has no credential of their own, so that what is granted is a remark.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, not_applicable, remark
from gatepost.attacks.people.carrier import Carrier, bare, carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import probe
from gatepost.attacks.trials.door import NONSENSE, door_of
from gatepost.attacks.trials.transport import why_open


def two_credentials(surface: Surface) -> Iterator[Trial]:
    """Plan 5.6 and 6.7, once each."""
    seen = probe(surface)
    if seen is not None:
        yield Trial(find("5.6"), seen, partial(_token_beside_a_cookie, seen))
        yield Trial(find("6.7"), seen, partial(_cookie_twice, seen))


def _token_beside_a_cookie(operation: Operation, stage: Stage) -> Verdict:
    cookie, theirs = _cookie_of(operation, stage), carrier_of(stage.bob)
    if isinstance(cookie, str):
        return not_applicable(cookie)
    if theirs is None:
        return not_applicable("Bob has no credential")
    bearer = {"Authorization": f"Bearer {theirs.token}"}
    bob = _holding(stage.bob, bearer)
    if not _asked(operation, stage, bob).succeeded:
        return not_applicable("a bearer token is no credential here")
    both = {**stage.alice.headers, **bearer}
    exchange = _asked(operation, stage, _holding(stage.alice, both))
    if exchange.succeeded:
        return remark("a request with one person's cookie and another's token is granted", exchange)
    return REFUSED


def _cookie_twice(operation: Operation, stage: Stage) -> Verdict:
    cookie = _cookie_of(operation, stage)
    if isinstance(cookie, str):
        return not_applicable(cookie)
    first = cookie.before.rpartition(";")[2].strip()
    theirs = carrier_of(stage.bob)
    others = {"nonsense": NONSENSE.decode()}
    if theirs is not None and theirs.is_cookie:
        others["another's"] = theirs.token
    for says, other in others.items():
        extra = f"{first}{other}"
        for value in (f"{stage.alice.cookie}; {extra}", f"{extra}; {stage.alice.cookie}"):
            holder = _holding(stage.alice, {**stage.alice.headers, cookie.header: value})
            exchange = _asked(operation, stage, holder)
            if exchange.succeeded:
                return remark(
                    f"a request with the session cookie twice, once {says}, is granted", exchange
                )
    return REFUSED


def _cookie_of(operation: Operation, stage: Stage) -> Carrier | str:
    """Return where Alice's cookie stands, or why there is nothing to try.

    Raises:
        Inconclusive: she is refused.
    """
    door = door_of(stage, operation)
    if (reason := why_open(door)) is not None:
        return reason
    if not door.carrier.is_cookie:
        return "no cookie is the app's credential"
    if not door.control().succeeded:
        raise Inconclusive(f"the owner is answered {door.control().status}")
    if door.nonsense().succeeded:
        return "any text is granted here, as 139.1 says"
    return door.carrier


def _holding(person: Person, headers: dict[str, str]) -> Person:
    return replace(person, headers={**bare(person).headers, **headers})


def _asked(operation: Operation, stage: Stage, person: Person) -> Exchange:
    return stage.send(door_of(stage, operation).request(), person)

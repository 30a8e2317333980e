"""Posing, 141: somebody who is signed in says in the request that they are somebody else."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed, probe
from gatepost.attacks.trials.door import any_request, broke, door_of
from gatepost.attacks.trials.publicly_known import ids_of, is_of_oneself
from gatepost.attacks.trials.saying import (
    Writer,
    in_cookies,
    in_the_headers,
    in_the_query,
    texts_of,
)
from gatepost.attacks.wire import RawRequest, with_fields

_AS_ALICE: dict[str, Writer] = {"141.1": in_the_headers, "141.2": in_the_query}
_AS_ADMINISTRATOR: dict[str, Writer] = {
    "141.3": in_the_headers, "141.4": in_the_query, "141.5": in_cookies,
}  # fmt: skip


def posing(surface: Surface) -> Iterator[Trial]:
    """Plan attack 141: Bob as Alice where he reads his own, and as administrator everywhere."""
    own = [
        each for each in closed(surface)
        if each.method == "GET" and (each == probe(surface) or is_of_oneself(each))
    ]  # fmt: skip
    for operation in own:
        for number, written in _AS_ALICE.items():
            yield Trial(find(number), operation, partial(_as_alice, written, operation))
    for operation in closed(surface):
        if surface.administrative(operation) is not None:
            for number, written in _AS_ADMINISTRATOR.items():
                yield Trial(find(number), operation, partial(_as_administrator, written, operation))


def _as_alice(written: Writer, operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    door.control()
    request = door.request()
    plain = stage.send(request, stage.bob)
    exchange = stage.send(written(request, texts_of(door)), stage.bob)
    if exchange.succeeded and not plain.succeeded:
        return got_in("Bob gets in where he says that he is Alice", exchange, plain)
    if (leaked := stage.leaked(exchange, door.owner)) and not stage.leaked(plain, door.owner):
        return got_in(f"Bob, who says that he is Alice, is answered what is hers: {leaked[0]}",
                      exchange, plain)  # fmt: skip
    for name in (stage.alice.email, *ids_of(stage, stage.alice)):
        if _is_telling(name) and _is_named(name, exchange) and not _is_named(name, plain):
            return got_in(
                f"Bob, who says that he is Alice, is taken for her: {name}", exchange, plain
            )
    if broke(exchange, plain):
        return got_in(f"the app breaks: {exchange.status}", exchange)
    return REFUSED


def _as_administrator(written: Writer, operation: Operation, stage: Stage) -> Verdict:
    door = door_of(stage, operation)
    try:
        request = door.request()
    except Inconclusive:
        request = any_request(stage, operation)
    plain = stage.send(request, stage.bob)
    if plain.succeeded:
        return not_applicable("everybody who is signed in is granted it, as 125 says")
    texts = {
        "id": next(iter(ids_of(stage, stage.bob)), "1"),
        "email": stage.bob.email,
        "name": "bob",
    }
    exchange = stage.send(_with_own_cookies(written(request, texts), stage), stage.bob)
    if exchange.succeeded:
        return got_in("Bob gets in where he says that he is an administrator", exchange, plain)
    if broke(exchange, plain):
        return got_in(f"the app breaks: {exchange.status}", exchange)
    door.control()
    return REFUSED


def _with_own_cookies(request: RawRequest, stage: Stage) -> RawRequest:
    """Return a request whose cookies are joined to Bob's own, where he has any."""
    said = [str(value) for name, value in request.fields if name.lower() == "cookie"]
    own = stage.bob.cookie
    return with_fields(request, ("Cookie", "; ".join([own, *said]))) if own and said else request


def _is_telling(name: str) -> bool:
    """Whether a name is long enough not to be in an answer by chance."""
    return len(name) >= 8  # noqa: PLR2004 - as long as a short id that is no counter


def _is_named(name: str, exchange: Exchange) -> bool:
    return name.encode() in exchange.answered.body

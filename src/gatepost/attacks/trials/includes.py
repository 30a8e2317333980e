"""More than the answer itself: what includes, expansions and debug switches bring, 113 and 152."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.resources import noun_of, parsed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Parameter
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import ask, own, path_of, send, with_query
from gatepost.attacks.trials.hidden_members import secrets_in
from gatepost.attacks.trials.judging import crash, leaked
from gatepost.attacks.trials.others_rows import is_for_everybody_signed_in
from gatepost.attacks.trials.owners_answers import never_ends
from gatepost.attacks.trials.parameters import INCLUDES, choices_of, declared_like
from gatepost.attacks.wire import RawRequest

_MOST_ASKED = 12
_TRUE = ("debug", "verbose", "raw", "full", "details", "internal", "trace")
_DEBUG = (
    *((name, "true") for name in _TRUE),
    ("fields", "*,password,password_hash,hashed_password,secret,token,api_key"),
    ("select", "*"), ("columns", "*"), ("attributes", "*"), ("exclude", ""), ("view", "full"),
    ("projection", "full"), ("profile", "admin"),
)  # fmt: skip
_RELATIONS = (
    "owner", "user", "author", "creator", "comments", "members", "parent", "children", "related",
    "all", "*", "everything",
)  # fmt: skip
_INCLUDE_NAMES = ("include", "includes", "expand", "with", "embed", "populate", "relations", "join")


def includes(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 113 and 152 for each operation that reads."""
    for operation in surface:
        reads = operation.method == "GET" and "*" not in operation.path
        if reads and is_for_everybody_signed_in(surface, operation):
            yield Trial(find("113"), operation, partial(_included, operation))
            if operation.names and surface.of_people(operation):
                yield Trial(find("113.1"), operation, partial(_of_anothers, operation))
            yield Trial(find("152"), operation, partial(_debugged, operation))


def _included(operation: Operation, stage: Stage) -> Verdict:
    """Ask for what belongs to the answer: it is not for everybody who may have the answer."""
    if never_ends(stage, operation):
        return not_applicable("it is a stream of events: attack 153")
    whose = stage.alice if stage.surface.shared(operation) is not None else stage.bob
    plain = own(stage, operation, whose)
    first = send(stage, plain, stage.bob)
    if not first.succeeded:
        return not_applicable("Bob has nothing of his own there")
    words = _relations(stage)
    requests = [_asking(plain, taken, words) for taken in declared_like(operation, INCLUDES)]
    if not requests:
        whole = [(name, ",".join(words)) for name in _INCLUDE_NAMES]
        requests = [[with_query(plain, *whole)]]
    return _compare(stage, first, [each for some in requests for each in some])


def _of_anothers(operation: Operation, stage: Stage) -> Verdict:
    """Ask for what belongs to another's row: what fetches more may not ask whose it is."""
    values = path_of(stage, operation, stage.alice)
    plain = ask(stage, operation, stage.bob, values)
    if send(stage, plain, stage.bob).succeeded:
        return REFUSED  # attack 105 tells of that
    requests = [
        each
        for taken in operation.taken("query")
        for each in _asking(plain, taken, _words(stage, taken))[:_MOST_ASKED]
    ]
    words = ",".join(_RELATIONS)
    requests.append(with_query(plain, *((name, words) for name in _INCLUDE_NAMES)))
    for request in requests:
        exchange = send(stage, request, stage.bob)
        if found := leaked(stage, exchange):
            return got_in(f"with more of it, Bob has what is Alice's: {found[0]}", exchange)
        if exchange.succeeded and send(stage, request, stage.alice).succeeded:
            return got_in("with more of it, Bob is granted what is Alice's", exchange)
        if failed := crash(exchange):
            return failed
    return REFUSED


def _words(stage: Stage, taken: Parameter) -> list[str]:
    """Return what may be asked for by a parameter that says nothing of its choices."""
    return _relations(stage) if INCLUDES.search(taken.name.lower()) else []


def _relations(stage: Stage) -> list[str]:
    """Return what rows may have to do with, the app's own nouns first."""
    nouns = [noun_of(each.path.rstrip("/").rsplit("/", 1)[-1]) for each in makers(stage.surface)]
    return list(dict.fromkeys([*nouns, *(f"{each}s" for each in nouns), *_RELATIONS]))


def _asking(plain: RawRequest, taken: Parameter, words: list[str]) -> list[RawRequest]:
    known = list(choices_of(taken.schema)) or words
    if not known:
        return []
    whole = [with_query(plain, (taken.name, ",".join(known)))]
    repeated = with_query(plain, *((taken.name, each) for each in known))
    return [*whole, repeated, *(with_query(plain, (taken.name, each)) for each in known)]


def _debugged(operation: Operation, stage: Stage) -> Verdict:
    """Ask for members that are not shown by themselves."""
    if never_ends(stage, operation):
        return not_applicable("it is a stream of events: attack 153")
    plain = own(stage, operation, stage.bob)
    first = send(stage, plain, stage.bob)
    if not first.succeeded:
        return not_applicable("Bob has nothing of his own there")
    declared = {each.name: each for each in operation.taken("query")}
    undeclared = [each for each in _DEBUG if each[0] not in declared]
    asked = [(name, value) for name, value in _DEBUG if name in declared]
    requests = [with_query(plain, *undeclared), *(with_query(plain, each) for each in asked)]
    for each in ("password", "password_hash", "hashed_password"):
        requests += [with_query(plain, (name, each)) for name in declared if "field" in name]
    return _compare(stage, first, requests)


def _compare(stage: Stage, first: Exchange, requests: list[RawRequest]) -> Verdict:
    """Return a finding where an answer has more of Alice's, or of secrets, than the plain one."""
    known = {*leaked(stage, first), *secrets_in(parsed(first.answered.body), strict=True)}
    for request in requests:
        exchange = send(stage, request, stage.bob)
        found = leaked(stage, exchange)
        if exchange.succeeded:
            found += secrets_in(parsed(exchange.answered.body), strict=True)
        if new := [each for each in found if each not in known]:
            return got_in(
                f"asked for more, the app tells what is not to be told: {new[0]}", exchange
            )
        if failed := crash(exchange, first):
            return failed
    return REFUSED

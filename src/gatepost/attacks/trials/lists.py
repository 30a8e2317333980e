"""Another's rows in a list, a search, an export or an answer to one's own: 108 and 112."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import answered, granted, own, path_of, send, with_query
from gatepost.attacks.trials.judging import crash, is_stream, leaked, marks_in
from gatepost.attacks.trials.others_rows import (
    is_for_everybody_signed_in,
    is_of_background,
    when_done,
)
from gatepost.attacks.trials.parameters import (
    choices_of,
    is_text,
    wide_open,
)
from gatepost.attacks.wire import RawRequest

_SEARCH = re.compile(r"search|export|download|report|feed|find|query|filter|lookup|csv|dump|backup")
_WILD = ("", "%", "*", "_")
_TRUE = (
    "all", "include_deleted", "deleted", "with_deleted", "trashed", "include_archived",
    "archived", "admin", "is_admin", "show_all", "everyone", "include_private", "unscoped",
    "internal",
)  # fmt: skip
_SWITCHES = (
    *((name, "true") for name in _TRUE),
    ("scope", "all"), ("view", "all"), ("filter", "all"), ("mine", "false"), ("visibility", "all"),
    ("limit", "100000"), ("page_size", "100000"), ("per_page", "100000"), ("size", "100000"),
)  # fmt: skip


def lists(surface: Surface) -> Iterator[Trial]:
    """Plan what each operation shows of others to somebody who asks for their own."""
    for operation in surface:
        if "*" in operation.path or not is_for_everybody_signed_in(surface, operation):
            continue
        searches = _SEARCH.search(operation.path.lower()) is not None
        if operation.method == "GET":
            yield Trial(find("112" if searches else "108"), operation, partial(_list, operation))
        elif operation.method == "POST" and searches and operation.body is not None:
            yield Trial(find("112"), operation, partial(_searched, operation))


def _list(operation: Operation, stage: Stage) -> Verdict:
    # Alice asks first, just now: an answer that is kept for her must not be given to Bob.
    hers = answered(stage, operation, stage.alice)
    plain = own(stage, operation, stage.bob)
    shown = marks_in(hers.answered, belongings_of(stage, stage.alice))
    for request in (plain, *(() if is_stream(hers) else _variants(operation, plain))):
        exchange = send(stage, request, stage.bob)
        if is_of_background(operation):
            exchange = when_done(stage, exchange, stage.bob)
        if verdict := _judged(operation, stage, exchange) or crash(exchange, hers):
            return verdict
    return REFUSED if shown else not_applicable("Alice's own answer shows nothing of hers")


def _judged(operation: Operation, stage: Stage, exchange: Exchange) -> Verdict | None:
    found = leaked(stage, exchange)
    if not found:
        return None
    if stage.surface.shared(operation) is not None and found == [stage.alice.email.lower()]:
        return remark("what is shared carries people's e-mail addresses", exchange)
    return got_in(f"Bob asks for his own, and has what is Alice's: {found[0]}", exchange)


def _variants(operation: Operation, plain: RawRequest) -> Iterator[RawRequest]:
    """Yield a request with every choice that it offers, and with some that it does not."""
    for taken in operation.taken("query"):
        values = list(choices_of(taken.schema))
        if is_text(taken) and not values:
            values = [*_WILD]
        values += wide_open(taken)
        for value in values:
            yield with_query(plain, (taken.name, value))
    declared = {each.name for each in operation.taken("query")}
    yield with_query(plain, *(each for each in _SWITCHES if each[0] not in declared))


def _searched(operation: Operation, stage: Stage) -> Verdict:
    preparing = stage.preparing(stage.bob)
    hers = granted(stage, own(stage, operation, stage.alice), stage.alice)
    prepared = preparing.prepare(operation, values=path_of(stage, operation, stage.bob))
    body = prepared.body if isinstance(prepared.body, dict) else {}
    changed = [body, *(_with(body, name, wild) for name in body for wild in _WILD[:3])]
    for each in [*changed, {}]:
        exchange = send(stage, preparing.write(operation, prepared.values, each), stage.bob)
        if verdict := _judged(operation, stage, exchange) or crash(exchange, hers):
            return verdict
    return REFUSED


def _with(body: dict[str, object], name: str, wild: str) -> dict[str, object]:
    made = deepcopy(body)
    if isinstance(made[name], str):
        made[name] = wild
    return made

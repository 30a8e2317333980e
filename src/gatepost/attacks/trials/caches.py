"""Caches: what intermediaries may keep of one's own (122), and what the app itself keeps (155)."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from gatepost.attacks.answers import Answered
from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Outcome, Verdict, got_in, not_applicable, remark
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import ask, not_refused, path_of, send, with_query
from gatepost.attacks.trials.counts import alice_makes, read_all, watched_of
from gatepost.attacks.trials.judging import changed, leaked
from gatepost.attacks.trials.owners_answers import hers, never_ends

_ELSEWHERE = ("CDN-Cache-Control", "Surrogate-Control", "Cloudflare-CDN-Cache-Control")
_NOTHING = frozenset({404, 405})
_CREDENTIALS = frozenset({"authorization", "cookie", "*"})


def caches(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 122 and 155 for each operation that reads what is a person's own."""
    for operation in surface:
        if operation.method == "GET" and surface.of_people(operation) and "*" not in operation.path:
            yield Trial(find("122"), operation, partial(_kept_between, operation))
            yield Trial(find("155"), operation, partial(_kept_inside, operation))


def _kept_between(operation: Operation, stage: Stage) -> Verdict:
    exchange = hers(stage, operation)
    verdict = _headers(stage, exchange)
    if verdict.outcome is Outcome.FINDING:
        strangers = send(stage, replace(exchange.request, fields=()), None)
        if strangers.succeeded and strangers.answered.body == exchange.answered.body:
            return not_applicable("it answers strangers just so: attack 1")
    return verdict


def _headers(stage: Stage, exchange: Exchange) -> Verdict:
    said = [*exchange.answered.every("Cache-Control")]
    elsewhere = [value for name in _ELSEWHERE for value in exchange.answered.every(name)]
    if any(_keeps(value) for value in elsewhere):
        return got_in(f"a shared cache is told to keep what is Alice's: {elsewhere[0]}", exchange)
    directives = ", ".join(said).lower()
    if re.search(r"no-store|private", directives):
        return REFUSED
    if _is_shared(directives) or (_keeps(directives) and not _varies(exchange.answered)):
        says = f"shared caches may keep what is Alice's: Cache-Control: {directives}"
        return (remark if _varies(exchange.answered) else got_in)(says, exchange)
    if not directives and leaked(stage, exchange):
        return remark("nothing says that no cache may keep what is Alice's", exchange)
    return REFUSED


def _is_shared(directives: str) -> bool:
    return re.search(r"\bpublic\b|s-maxage=[\"]?[1-9]", directives) is not None


def _keeps(directives: str) -> bool:
    lasting = re.search(r"max-?age=[\"]?[1-9]", directives.lower()) is not None
    return lasting and not re.search(r"no-store|private|no-cache", directives.lower())


def _varies(answered: Answered) -> bool:
    named = {part.strip().lower() for value in answered.every("Vary") for part in value.split(",")}
    return bool(named & _CREDENTIALS)


def _kept_inside(operation: Operation, stage: Stage) -> Verdict:
    """Let a stranger ask for the very URL that Alice has just asked for."""
    values = path_of(stage, operation, stage.alice)
    plain = ask(stage, operation, stage.alice, values)
    if never_ends(stage, operation):
        return not_applicable("it is a stream of events: attack 153")
    before = send(stage, with_query(plain, ("_", secrets.token_hex(4))), None)
    if before.succeeded and not leaked(stage, before):
        return not_applicable("it answers strangers anyhow: attack 1")
    for request in (with_query(plain, ("_", secrets.token_hex(4))), plain):
        first = send(stage, request, stage.alice)
        strangers = send(stage, request, None)
        if (strangers.succeeded and first.succeeded) or leaked(stage, strangers):
            return got_in("a stranger is given Alice's answer of before", first, strangers)
    if first.status in _NOTHING and not operation.names:
        return not_applicable("nothing answers there")
    not_refused(first)
    kept = stage.once("kept for the next", lambda: _kept_for_the_next(stage)).get(str(operation))
    if kept is not None and str(operation) in _kept_for_the_next(stage):
        return got_in(f"Bob is told {kept} of what Alice has just asked for", first)
    return REFUSED


def _kept_for_the_next(stage: Stage) -> dict[str, str]:
    """Return what Bob is told as Alice was who asked before him, by the operation.

    Whatever is kept may go when somebody makes something: so that she does, and he asks first, then
    she does, and asks first, and then once more as at first. What her making alone changes in his
    answers is attack 109.
    """
    hers, his = watched_of(stage, stage.alice), watched_of(stage, stage.bob)
    alice_makes(stage)
    first, again = read_all(stage, his, stage.bob), read_all(stage, his, stage.bob)
    alice_makes(stage)
    told = read_all(stage, hers, stage.alice)
    after = read_all(stage, his, stage.bob)
    alice_makes(stage)
    last = read_all(stage, his, stage.bob)
    found = {}
    for name in his.keys() & hers.keys():
        restless = {*changed((first[name], again[name]), last[name])}
        unlike = {*changed((after[name], after[name]), told[name]), *restless}
        paths = [
            path for path in changed((first[name], again[name]), after[name]) if path not in unlike
        ]
        if paths:
            found[name] = paths[0]
    return found

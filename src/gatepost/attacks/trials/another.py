"""As another: Bob, signed in as himself, says in a request that he is Alice (151)."""

import json
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.making.belongings import belongings_of
from gatepost.attacks.making.makers import NOT_MAKING
from gatepost.attacks.making.preparing import Prepared
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage, with_fields
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.asking import own, path_of, send, with_cookies, with_query
from gatepost.attacks.trials.judging import crash, leaked
from gatepost.attacks.trials.others_changed import Watched
from gatepost.attacks.trials.others_rows import is_for_everybody_signed_in
from gatepost.attacks.trials.owners_answers import never_ends
from gatepost.attacks.trials.slots import Slot, filled, slots_of
from gatepost.attacks.wire import RawRequest

_QUERIES = (
    "user_id", "userId", "user", "uid", "owner_id", "owner", "account_id", "account", "author_id",
    "author", "username", "email", "customer_id", "member_id", "tenant_id", "org_id", "as_user",
    "on_behalf_of", "impersonate", "created_by", "sub",
)  # fmt: skip
_HEADERS = (
    "X-User-Id", "X-User", "X-User-Email", "X-Username", "X-Account-Id", "X-Owner-Id",
    "X-Tenant-Id", "X-Org-Id", "X-Customer-Id", "X-On-Behalf-Of", "X-Impersonate-User", "X-Act-As",
    "X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Authenticated-User", "X-Auth-User",
)  # fmt: skip
_COOKIES = ("user_id", "user", "uid", "username", "account_id", "email", "tenant_id", "owner_id")
_MOST_WORDS = 4


def another(surface: Surface) -> Iterator[Trial]:
    """Plan attack 151 for each operation that answers with a person's own."""
    for operation in surface:
        if operation.is_websocket or "*" in operation.path:
            continue
        if not is_for_everybody_signed_in(surface, operation):
            continue
        slots = [each for each in slots_of(surface, operation) if each.maker is None]
        if slots and _only_reads(operation):
            yield Trial(find("151"), operation, partial(_declared, operation, slots))
        if slots and operation.method in {"PUT", "PATCH", "DELETE"} and not operation.names:
            yield Trial(find("151.2"), operation, partial(_changed, operation, slots))
        if operation.method == "GET" and surface.of_people(operation):
            yield Trial(find("151.1"), operation, partial(_guessed, operation))


def _only_reads(operation: Operation) -> bool:
    """Whether an operation ends nothing of the caller's own: their account, their session."""
    return operation.method == "GET" or (
        operation.method == "POST" and not NOT_MAKING.search(operation.path.lower())
    )


def _declared(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    """Put what Alice is called wherever the operation takes a person."""
    hers, tried = belongings_of(stage, stage.alice), False
    his = _prepared(stage, operation, stage.bob)
    known = _shown_anyhow(stage, his.request)
    for slot in slots:
        for value in slot.values_of(hers)[:_MOST_WORDS]:
            request = filled(his, stage.preparing(stage.bob), slot, value)
            exchange, tried = send(stage, request, stage.bob), True
            if verdict := _judged(stage, exchange, f"{slot.where} {slot.name!r}", known):
                return verdict
    return REFUSED if tried else not_applicable("nothing is known that Alice is called by")


def _changed(operation: Operation, slots: list[Slot], stage: Stage) -> Verdict:
    """Let somebody change or end what is their own, in the name of somebody else.

    Both may go: whatever happens, happens to one of them.
    """
    carol, mallory = stage.somebody("victim"), stage.new_person("mallory")
    hers, tried = belongings_of(stage, carol), False
    reading = stage.surface.find("GET", operation.path)
    watched = Watched.by(stage, carol, [own(stage, reading, carol)] if reading else [])
    theirs = _prepared(stage, operation, mallory)
    for slot in slots:
        for value in slot.values_of(hers)[:_MOST_WORDS]:
            request = filled(theirs, stage.preparing(mallory), slot, value)
            exchange, tried = send(stage, request, mallory), True
            if (difference := watched.difference(stage)) is not None:
                says = f"{slot.where} {slot.name!r} names another, and changes what is theirs"
                return got_in(f"{says}: {difference}", exchange)
    return REFUSED if tried else not_applicable("nothing is known that people are called by")


def _prepared(stage: Stage, operation: Operation, person: Person) -> Prepared:
    values = path_of(stage, operation, person, fresh=operation.changes)
    return stage.preparing(person).prepare(operation, values=values)


def _guessed(operation: Operation, stage: Stage) -> Verdict:
    """Name her in queries, headers and cookies that no documentation speaks of, all at once."""
    hers = belongings_of(stage, stage.alice)
    words = [*hers.ids[:_MOST_WORDS], *([stage.alice.email] if stage.alice.email else [])]
    if not words or never_ends(stage, operation):
        return not_applicable("nothing is known that Alice is called by, or it never ends")
    plain = own(stage, operation, stage.bob)
    known = _shown_anyhow(stage, plain)
    for word in words:
        for where, request in _spoofed(stage, plain, word, operation):
            exchange = send(stage, request, stage.bob)
            if verdict := _judged(stage, exchange, where, known):
                return verdict
    return REFUSED


def _spoofed(
    stage: Stage, plain: RawRequest, word: str, operation: Operation
) -> Iterator[tuple[str, RawRequest]]:
    declared = {each.name for each in operation.parameters}
    queries = [(name, word) for name in _QUERIES if name not in declared]
    yield "a query that is not declared", with_query(plain, *queries)
    if not word.isascii():
        return
    headers = [(name, word) for name in _HEADERS]
    spoofed = with_fields(plain, *headers)
    yield (
        "a header or cookie that is not declared",
        with_cookies(spoofed, stage.bob, {name: _in_cookie(word) for name in _COOKIES}),
    )


def _in_cookie(word: str) -> str:
    return word if word.isprintable() and not set(word) & set(' ;,"\\') else json.dumps(word)


def _shown_anyhow(stage: Stage, plain: RawRequest) -> set[str]:
    """Return what of Alice's Bob is shown when he names nobody: attack 108 tells of that."""
    if plain.method != "GET":
        return set()
    return set(leaked(stage, send(stage, plain, stage.bob)))


def _judged(stage: Stage, exchange: Exchange, where: str, known: set[str]) -> Verdict | None:
    if found := [each for each in leaked(stage, exchange) if each not in known]:
        says = f"Bob says in {where} that he is Alice, and is answered with hers: {found[0]}"
        return got_in(says, exchange)
    return crash(exchange)

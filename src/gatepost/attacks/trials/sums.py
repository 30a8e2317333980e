"""Sums that somebody moves in their own favour, 163 and 165: told by what the app itself counts."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.nouns import noun_of, words_of
from gatepost.attacks.making.producers import listings
from gatepost.attacks.making.resources import items_of, parsed, tables_in
from gatepost.attacks.making.schemas import EACH, Member, bounds_of, kind_of, members_of, narrowed
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.references import referring_members
from gatepost.attacks.trials.seeing import asking, proper, read, rewritten, with_member
from gatepost.attacks.wire import RawRequest

_COUNTED = frozenset({"quantity", "qty", "amount", "count", "units", "points", "hours", "sum",
                      "value", "tickets", "seats", "credits", "tokens", "number"})  # fmt: skip
_PRICES = frozenset({"price", "cost", "total", "subtotal", "amount", "discount", "fee"})
_OWED = frozenset({"total", "subtotal", "due", "cost", "payable"})
_HELD = frozenset({"balance", "credit", "credits", "points", "wallet", "funds", "coins", "tokens"})
_ONCE = frozenset({"redeem", "claim", "coupon", "coupons", "voucher", "vouchers", "promo", "gift",
                   "giftcard", "bonus"})  # fmt: skip
_ONESELF = frozenset({"me", "profile", "account", "wallet", "balance", "credits", "points", "cart"})
_NUMERIC = frozenset({"integer", "number"})
_FEW, _CHEAP, _LOT = -3, 0.01, 500


def sums(surface: Surface) -> Iterator[Trial]:
    """Plan attacks 163 and 165 where bodies count or cost, and where something counts once."""
    for operation in surface:
        if not surface.of_people(operation) or operation.method not in {"POST", "PUT", "PATCH"}:
            continue
        members = _numbers(operation)
        if _counted(operation):
            yield Trial(find("163.1"), operation, partial(_less_than_nothing, operation))
        if any(_PRICES & set(words_of(each.name)) for each in members) and _names_something(
            operation
        ):
            yield Trial(find("163.2"), operation, partial(_own_price, operation))
        if operation.method == "POST" and _ONCE & set(words_of(operation.path.replace("/", " "))):
            yield Trial(find("165"), operation, partial(_twice, operation))


def _numbers(operation: Operation) -> list[Member]:
    return [each for each in _members(operation) if each.kind in _NUMERIC][:12]


def _members(operation: Operation) -> list[Member]:
    return [] if operation.body is None else list(members_of(operation.body.schema))


def _counted(operation: Operation) -> list[tuple[str, Member]]:
    """Return the members of a body and the parameters of a query that count something."""
    asked = [
        Member((each.name,), narrowed(each.schema), each.required)
        for each in operation.taken("query")
    ]
    found = [("body", each) for each in _numbers(operation)]
    found += [("query", each) for each in asked if each.kind in _NUMERIC]
    return [(where, each) for where, each in found if _is_counted(each)][:3]


def _is_counted(member: Member) -> bool:
    least, _ = bounds_of(member.schema)
    return bool(_COUNTED & set(words_of(member.name))) and least < 0


def _names_something(operation: Operation) -> bool:
    named = [each.name for each in _members(operation)]
    return bool(operation.names) or any(
        each.endswith(("_id", "Id", "_ids", "sku")) for each in named
    )


def _grown(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {
        name: value - before[name]
        for name, value in after.items()
        if value > before.get(name, value)
    }


def _sums_of(
    stage: Stage, operation: Operation, values: Mapping[str, str], body: object
) -> dict[str, float]:
    """Read what Bob holds, by where it is read: of himself, and in rows that a request names."""
    held: dict[str, float] = {}
    for path in _read_where(stage, operation, values, body):
        exchange = stage.send(RawRequest("GET", path), stage.bob)
        if exchange.succeeded:
            for index, table in enumerate(tables_in(parsed(exchange.answered.body), 3)):
                for name, value in table.items():
                    if _HELD & set(words_of(name)) and _is_number(value):
                        held[f"{path} {index} {name}"] = float(str(value))
    return held


def _read_where(
    stage: Stage, operation: Operation, values: Mapping[str, str], body: object
) -> list[str]:
    found: list[str] = []
    for each in stage.surface:
        if each.method != "GET" or not stage.surface.of_people(each):
            continue
        if not each.names and _ONESELF & set(words_of(each.path.replace("/", " "))):
            found.append(each.path)
        elif each.names and not set(each.names) - set(values) and each.path in operation.path:
            found.append(_filled(each.path, values))
    for member in referring_members(stage.surface, operation):
        named = _value_at(body, member.path)
        for each in stage.surface:
            if each.method == "GET" and len(each.names) == 1 and named is not None:
                above = each.path.split(f"/{{{each.names[0]}}}", 1)[0]
                if above == member.maker.path.rstrip("/") and each.path.endswith("}"):
                    found.append(_filled(each.path, {each.names[0]: str(named)}))
    return list(dict.fromkeys(found))[:5]


def _less_than_nothing(operation: Operation, stage: Stage) -> Verdict:
    proper(stage, operation, stage.bob)
    for where, member in _counted(operation):
        for much in (_FEW, -_LOT):
            prepared = stage.prepare(operation, stage.bob)
            body = (
                with_member(prepared.body, member.path, much) if where == "body" else prepared.body
            )
            before = _sums_of(stage, operation, prepared.values, body)
            request = asking(stage, stage.bob, prepared, (where, member.path), much)
            exchange = stage.send(request, stage.bob)
            if not exchange.succeeded:
                continue
            owed = _owed_in(exchange)
            if owed is not None and owed < 0:
                return got_in(f"{member.name} = {much} makes a sum of {owed}", exchange)
            grown = _grown(before, _sums_of(stage, operation, prepared.values, body))
            if grown:
                held, by = next(iter(grown.items()))
                return got_in(f"{member.name} = {much} adds {by} to {held}", exchange)
    return REFUSED


def _owed_in(exchange: Exchange) -> float | None:
    for table in tables_in(parsed(exchange.answered.body), 3):
        for name, value in table.items():
            if _OWED & set(words_of(name)) and _is_number(value):
                return float(str(value))
    return None


def _own_price(operation: Operation, stage: Stage) -> Verdict:
    proper(stage, operation, stage.bob)
    for member in _numbers(operation):
        if not _PRICES & set(words_of(member.name)) or EACH in member.path[-1:]:
            continue
        prepared = stage.prepare(operation, stage.bob)
        cheap = _CHEAP if kind_of(member.schema) == "number" else 1
        body = with_member(prepared.body, member.path, cheap)
        real = _price_of(stage, operation, prepared.values, body)
        request = rewritten(stage, stage.bob, operation, prepared.values, body)
        exchange = stage.send(request, stage.bob)
        if not exchange.succeeded or real is None or real <= cheap:
            continue
        asked = _asked_in(exchange, real, cheap)
        if asked is not None:
            return got_in(
                f"{member.name} = {cheap} is believed: {asked} is asked for what costs {real}",
                exchange,
            )
    return REFUSED


def _price_of(
    stage: Stage, operation: Operation, values: Mapping[str, str], body: object
) -> float | None:
    """Return what the app itself says that the named thing costs."""
    named: dict[str, object] = dict(values)
    named.update({each.name: _value_at(body, each.path) for each in _members(operation)})
    for name, value in named.items():
        if not name.endswith(("_id", "Id")):
            continue
        for each in listings(stage.surface, noun_of(name)):
            exchange = read(stage, each, {}, stage.bob)
            items = [] if exchange is None else items_of(parsed(exchange.answered.body))
            for item in items:
                if str(item.get("id")) == str(value):
                    priced = [item[name] for name in item if {"price", "cost"} & {*words_of(name)}]
                    return next((float(str(price)) for price in priced if _is_number(price)), None)
    return None


def _asked_in(exchange: Exchange, real: float, cheap: float) -> float | None:
    """Return a price in an answer that is far below the real one."""
    for table in tables_in(parsed(exchange.answered.body), 3):
        for name, value in table.items():
            priced = {"price", "cost", "total", "subtotal", "amount", "due"} & set(words_of(name))
            if priced and _is_number(value) and float(str(value)) < min(real, cheap * 100):
                return float(str(value))
    return None


def _twice(operation: Operation, stage: Stage) -> Verdict:
    prepared = stage.prepare(operation, stage.bob)
    before = _sums_of(stage, operation, prepared.values, prepared.body)
    first = stage.send(prepared.request, stage.bob)
    if not first.succeeded:
        shown = first.answered.body[:200].decode(errors="replace")
        raise Inconclusive(
            f"the first use is answered {first.status} {shown}. Write below [bodies] "
            f'"{operation}" = {{ … }} with one that exists'
        )
    once = _sums_of(stage, operation, prepared.values, prepared.body)
    second = stage.send(prepared.request, stage.bob)
    twice = _sums_of(stage, operation, prepared.values, prepared.body)
    gained, again = _grown(before, once), _grown(once, twice)
    for name, by in gained.items():
        if second.succeeded and again.get(name) == by:
            return got_in(f"used twice, it counts twice: {name.split()[-1]}", first, second)
    return REFUSED


def _value_at(body: object, path: tuple[str, ...]) -> object:
    for name in path:
        if name == EACH:
            body = body[0] if isinstance(body, list) and body else None
        else:
            body = body.get(name) if isinstance(body, dict) else None
    return body


def _filled(path: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _is_number(value: object) -> bool:
    if isinstance(value, bool | int | float):
        return not isinstance(value, bool)
    return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None

"""Numbers that a JSON Schema allows."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.schemas import bounds_of, kind_of
from gatepost.attacks.targets.operation import Schema

_USUAL = (1, 2, 10, 100, 1000, 0, 5, 50, 0.5, -1)
_BY_WORD: dict[str, float] = {
    "age": 30, "rating": 3, "stars": 3, "port": 8080, "lat": 52.5, "latitude": 52.5, "lng": 13.4,
    "lon": 13.4, "longitude": 13.4, "hour": 12, "price": 10, "amount": 10, "total": 10, "cost": 10,
    "budget": 100, "salary": 1000, "discount": 10, "percent": 10, "duration": 30, "capacity": 10,
    "stock": 100, "inventory": 100, "balance": 100,
}  # fmt: skip
_UPPER = frozenset({"max", "maximum", "upper", "high", "highest", "end", "until", "to"})


def numbers_for(schema: Schema, name: str) -> list[float]:
    """Return numbers that a schema allows, the likeliest to be taken first; at least one.

    Args:
        schema: of an integer or a number.
        name: of the member: what is called a maximum comes out greater than what is not.
    """
    low, high = bounds_of(schema)
    integral = kind_of(schema) == "integer"
    found = [_stepped(each, schema) for each in (*_wished(name), *_between(low, high))]
    allowed = [
        each for each in found if low <= each <= high and (not integral or each == int(each))
    ]
    kept = list(dict.fromkeys(allowed)) or [low if math.isfinite(low) else 1]
    return [int(each) if integral else float(each) for each in kept]


def _wished(name: str) -> Iterator[float]:
    words = words_of(name)
    if _UPPER & set(words):
        yield 100
    for word in words:
        if word == "year":
            yield datetime.now(UTC).year
        if word in _BY_WORD:
            yield _BY_WORD[word]


def _between(low: float, high: float) -> Iterator[float]:
    yield from _USUAL
    if math.isfinite(low):
        yield low
    if math.isfinite(high):
        yield high
    if math.isfinite(low) and math.isfinite(high):
        yield (low + high) / 2
        yield (low + high) // 2


def _stepped(value: float, schema: Schema) -> float:
    step = schema.get("multipleOf")
    if not isinstance(step, int | float) or isinstance(step, bool) or step <= 0:
        return value
    return math.ceil(round(value / step, 9)) * step

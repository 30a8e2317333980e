"""Reading a JSON Schema: unions, merged parts, bounds and members."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gatepost.attacks.targets.operation import Schema

MemberPath = tuple[str, ...]
"""Where a member is: where it goes (`body`, `query`, …), and the names that lead to it."""

EACH = "*"
"""Stands for every item of a list in a path."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object, at any depth.

    Attributes:
        path: the names that lead to it, `*` for the items of a list.
        schema: its own, a union replaced by the branch that says most.
        required: whether its object must have it.
    """

    path: MemberPath
    schema: Schema
    required: bool

    @property
    def name(self) -> str:
        """The name nearest to it: that of its list where it is an item."""
        return next((part for part in reversed(self.path) if part != EACH), "")

    @property
    def kind(self) -> str:
        """Its JSON type; empty where the schema does not say."""
        return kind_of(self.schema)


def members_of(schema: Schema, path: MemberPath = (), deepest: int = 4) -> Iterator[Member]:
    """Yield every member of a schema, outer ones first; items of lists are members as well."""
    inner = narrowed(schema)
    if deepest <= 0:
        return
    needed = inner.get("required")
    required = needed if isinstance(needed, list) else []
    for name, part in properties_of(inner).items():
        member = Member((*path, name), narrowed(part), name in required)
        yield member
        yield from members_of(member.schema, member.path, deepest - 1)
    items = inner.get("items")
    if isinstance(items, dict):
        item = Member((*path, EACH), narrowed(items), required=False)
        yield item
        yield from members_of(item.schema, item.path, deepest - 1)


def properties_of(schema: Schema) -> dict[str, Schema]:
    """Return the declared members of an object, one level deep."""
    found = narrowed(schema).get("properties")
    members = found if isinstance(found, dict) else {}
    return {name: part for name, part in members.items() if isinstance(part, dict)}


def kind_of(schema: Schema) -> str:
    """Return the JSON type of a schema; the first that is not null where there are several."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    return kind if isinstance(kind, str) else ""


def branches_of(schema: Schema) -> list[Schema]:
    """Return what a value may be, one schema for each way; null comes last, if at all."""
    every = schema.get("allOf")
    if isinstance(every, list):
        parts = [narrowed(each) for each in every if isinstance(each, dict)]
        return [_merged([_without_unions(schema), *parts])]
    for union in ("anyOf", "oneOf"):
        choices = schema.get(union)
        if isinstance(choices, list):
            shared = _without_unions(schema)
            tables = [_merged([shared, each]) for each in choices if isinstance(each, dict)]
            return sorted(tables, key=lambda each: each.get("type") == "null")
    return []


def narrowed(schema: Schema) -> Schema:
    """Return the branch of a union that comes first, and what is no union as it is."""
    for _ in range(4):
        branches = branches_of(schema)
        if not branches:
            break
        schema = branches[0]
    return schema


def bounds_of(schema: Schema) -> tuple[float, float]:
    """Return the least and the greatest number, both allowed; infinite where there is none.

    What is excluded is nudged inwards: by one for integers, by a little for other numbers.
    """
    integral = kind_of(schema) == "integer"
    low = _bound(schema, "minimum", "exclusiveMinimum", 1, integral=integral)
    high = _bound(schema, "maximum", "exclusiveMaximum", -1, integral=integral)
    return (
        math.ceil(low) if integral and math.isfinite(low) else low,
        math.floor(high) if integral and math.isfinite(high) else high,
    )


def length_of(schema: Schema, name: str) -> int | None:
    """Return a length that a schema states, `minLength` or `maxItems`."""
    found = schema.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _bound(schema: Schema, closed: str, opened: str, step: int, *, integral: bool) -> float:
    inclusive, exclusive = schema.get(closed), schema.get(opened)
    none = -math.inf if step > 0 else math.inf
    if exclusive is True:  # OpenAPI 3.0
        exclusive, inclusive = inclusive, None
    found = [none]
    if isinstance(inclusive, int | float) and not isinstance(inclusive, bool):
        found.append(inclusive)
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        nudge = 1.0 if integral else max(abs(exclusive) * 1e-3, 1e-3)
        if integral and exclusive != int(exclusive):
            nudge = 0.0
        found.append(exclusive + step * nudge)
    return max(found) if step > 0 else min(found)


def _merged(parts: list[Schema]) -> Schema:
    """Return what all of several schemas ask for; what cannot be joined is the last one's."""
    merged: dict[str, object] = {}
    for part in parts:
        for name, value in part.items():
            known = merged.get(name)
            if name == "properties" and isinstance(known, dict) and isinstance(value, dict):
                merged[name] = {**known, **value}
            elif name == "required" and isinstance(known, list) and isinstance(value, list):
                merged[name] = [*known, *value]
            else:
                merged[name] = value
    return merged


def _without_unions(schema: Schema) -> Mapping[str, object]:
    return {
        key: value
        for key, value in schema.items()
        if key not in {"allOf", "anyOf", "oneOf", "default", "discriminator"}
    }

"""What a parameter of a query is for, told from its name and its schema."""

import re
from collections.abc import Iterator

from gatepost.attacks.targets.operation import Operation, Parameter, Schema

INCLUDES = re.compile(r"^(include|expand|with|embed|populate|relation|related|join|load|fetch)")
SORTS = re.compile(r"^(sort|order|ordering|sort_?by|order_?by)")
CURSORS = re.compile(
    r"cursor|^after|^before|page_?token|continuation|starting_after|ending_before|next|since_id|"
    r"^token$|bookmark|anchor"
)
LIMITS = re.compile(r"limit|size|per_?page|take|top|^first$|^n$|max_?results|count")
_PAGES = re.compile(r"page|offset|skip|start|from")
_MOST = 100_000


def declared_like(operation: Operation, names: re.Pattern[str]) -> list[Parameter]:
    """Return the parameters of the query whose names are of a kind."""
    return [each for each in operation.taken("query") if names.search(each.name.lower())]


def choices_of(schema: Schema) -> Iterator[str]:
    """Yield every value of a parameter that has few: an enumeration, a switch."""
    for each in _parts(schema):
        if isinstance(each.get("enum"), list):
            yield from (str(value) for value in each["enum"] if value is not None)  # type: ignore[attr-defined] # a list, as just asked
        elif "const" in each:
            yield str(each["const"])
        elif each.get("type") == "boolean":
            yield from ("true", "false")


def is_text(taken: Parameter) -> bool:
    """Whether any text may stand there."""
    return any(
        each.get("type") == "string" and not {"enum", "const", "format", "pattern"} & set(each)
        for each in _parts(taken.schema)
    )


def wide_open(taken: Parameter) -> list[str]:
    """Return the numbers of a parameter of paging by which most, or another page, is asked for."""
    if not _is_number(taken):
        return []
    name = taken.name.lower()
    if LIMITS.search(name):
        return [str(_most(taken)), "-1", "0"]
    return ["2", "-1"] if _PAGES.search(name) else []


def numbered_pages(operation: Operation) -> list[Parameter]:
    """Return the parameters of the query that say which page is asked for, by its number."""
    pages = re.compile(r"^(page|p|page_?(no|num|number|index)?)$")
    return [each for each in declared_like(operation, pages) if _is_number(each)]


def _is_number(taken: Parameter) -> bool:
    return any(each.get("type") in {"integer", "number"} for each in _parts(taken.schema))


def _most(taken: Parameter) -> int:
    for each in _parts(taken.schema):
        most = each.get("maximum", each.get("exclusiveMaximum"))
        if isinstance(most, int | float):
            return int(most) - ("exclusiveMaximum" in each)
    return _MOST


def _parts(schema: Schema) -> Iterator[Schema]:
    yield schema
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _parts(items)
    for union in ("anyOf", "oneOf", "allOf"):
        branches = schema.get(union)
        for each in branches if isinstance(branches, list) else ():
            if isinstance(each, dict):
                yield from _parts(each)

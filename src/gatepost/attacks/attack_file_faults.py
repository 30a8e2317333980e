"""What is wrong in an attack file, in words that say what to write in its place."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError

_WRITTEN: Mapping[str, str] = {
    "string_type": 'write a text, "…"',
    "string_too_short": "write the reason, in words",
    "dict_type": 'write a table, { NAME = "value" }',
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "string_pattern_mismatch": "write a path from the root, /login",
    "path_type": 'write the name of a file, "…"',
}
_KEY = "[key]"
"""What Pydantic appends where the name of an entry is at fault, and not its value."""


def faults_of(error: ValidationError, whole: type[BaseModel]) -> list[str]:
    """Return each fault as a sentence: its place in the file, and what to write there.

    Args:
        error: that the file caused.
        whole: the model of the file.
    """
    return [
        _sentence(tuple(map(str, fault["loc"])), fault["type"], fault["msg"], whole)
        for fault in error.errors()
    ]


def _sentence(where: tuple[str, ...], kind: str, says: str, whole: type[BaseModel]) -> str:
    table, name = where[:-1], where[-1] if where else ""
    if kind == "extra_forbidden":
        known = sorted(_members_of(whole, table))
        near = get_close_matches(name, known, 1)
        meant = f"; write {near[0]}" if near else ""
        return f"{_place(table)} has no {name!r}{meant}. It has {', '.join(known)}."
    if name == _KEY:
        table, name = table[:-1], repr(table[-1])
    told = _WRITTEN.get(kind) or says.removeprefix("Value error, ").removeprefix("Assertion ")
    return f"{_place(table)} {name}: {told}." if table else f"{_place(where)}: {told}."


def _place(table: tuple[str, ...]) -> str:
    return f"[{'.'.join(table)}]" if table else "The file"


def _members_of(model: type[BaseModel], table: tuple[str, ...]) -> list[str]:
    """Return what a table may have: the members of its model."""
    if not table:
        return list(model.model_fields)
    field = model.model_fields.get(table[0])
    inner = None if field is None else _model_in(field.annotation)
    return [] if inner is None else _members_of(inner, table[1:])


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model that a member holds, `Step` for `Step | None`."""
    for each in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None

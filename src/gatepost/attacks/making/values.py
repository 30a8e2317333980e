"""Values that a JSON Schema allows, with somebody's canaries in every text that is free."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.numbers import numbers_for
from gatepost.attacks.making.recipes import Recipe
from gatepost.attacks.making.schemas import (
    MemberPath,
    branches_of,
    kind_of,
    length_of,
    narrowed,
    properties_of,
)
from gatepost.attacks.making.texts import Maker, Texts
from gatepost.attacks.targets.operation import Schema

_DEEPEST = 6
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_AGAIN = frozenset(
    {"confirm", "confirmation", "repeat", "repeated", "again", "verify", "password2"}
)


@dataclass(frozen=True, slots=True)
class Referred:
    """What a member may refer to.

    Attributes:
        makers: each gives an id, or raises Inconclusive.
        certain: whether it is one for sure; otherwise a plain value is tried first.
    """

    makers: tuple[Maker, ...] = ()
    certain: bool = False


Refers: TypeAlias = Callable[[MemberPath, Schema], Referred]
"""Gives what a member refers to; nothing where it is no reference."""


class Values:
    """Makes values for one person.

    Args:
        canaries: theirs.
        listener: a URL for whatever is to be one.
        refers: says what a member refers to.
    """

    def __init__(self, canaries: Canaries, listener: str, refers: Refers) -> None:
        self._canaries = canaries
        self._texts = Texts(canaries, listener)
        self._refers = refers

    def of(
        self,
        schema: Schema,
        path: MemberPath = (),
        recipe: Recipe | None = None,
        *,
        depth: int = _DEEPEST,
    ) -> object:
        """Make one value.

        Args:
            schema: what it must be.
            path: where it goes, and the names that lead to it.
            recipe: what is chosen where several values would do.
            depth: how much deeper it may go.

        Raises:
            Inconclusive: a row that it refers to cannot be made.
        """
        chosen = recipe or Recipe()
        branches = [each for each in branches_of(schema) if kind_of(each) != "null"]
        if branches:
            index = chosen.choice((*path, "|"), len(branches))
            return self.of(branches[index], path, chosen, depth=depth)
        kind = kind_of(schema)
        if kind == "object" or (not kind and properties_of(schema)):
            return self._object(schema, path, chosen, depth)
        if kind == "array":
            return self._array(schema, path, chosen, depth)
        return self._leaf(schema, path, chosen)

    def _leaf(self, schema: Schema, path: MemberPath, recipe: Recipe) -> object:
        name = _name(path)
        plain, sort = self._plain(schema, name)
        referred = self._refers(path, schema)
        ways = [*referred.makers, *plain] if referred.certain else [*plain, *referred.makers]
        first = len(plain) if referred.makers and not referred.certain else None
        index = recipe.choice(path, len(ways), kind=sort, reference=first)
        failed: Inconclusive | None = None
        for way in ways[index : _end(referred, index)]:
            try:
                return way()
            except Inconclusive as error:
                failed = failed or error
        raise failed or Inconclusive(f"no value for {name} was found")

    def _plain(self, schema: Schema, name: str) -> tuple[list[Maker], str]:
        """Return ways to make a value that refers to nothing, and of what kind they are."""
        if "const" in schema:
            return [lambda: schema["const"]], ""
        choices = schema.get("enum")
        if isinstance(choices, list) and choices:
            kept = [each for each in choices if each is not None] or choices
            return _each(kept), "choice"
        free = self._canaries.new
        made: dict[str, Callable[[], list[Maker]]] = {
            "string": lambda: self._texts.alternatives(schema, name),
            "integer": lambda: _each(numbers_for(schema, name)),
            "number": lambda: _each(numbers_for(schema, name)),
            "boolean": lambda: _each([False, True]),
            "null": lambda: _each([None]),
            "": lambda: [free, lambda: {"text": free()}, lambda: [free()], lambda: 1],
        }
        kind = kind_of(schema)
        ways = made.get(kind, made[""])()
        sort = {"string": "text" if len(ways) > 1 else "", "boolean": "choice"}.get(kind, "")
        return ways, sort

    def _object(self, schema: Schema, path: MemberPath, recipe: Recipe, depth: int) -> object:
        members = properties_of(schema)
        if not members:
            return self._open_table(schema, path, recipe, depth)
        needed = schema.get("required")
        required = set(needed) if isinstance(needed, list) else set()
        usual = required or {name for name, part in members.items() if _is_worth_it(name, part)}
        made: dict[str, object] = {}
        for name, part in members.items() if depth > 0 else ():
            usually = _is_worth_it(name, part) if usual else kind_of(narrowed(part)) in _SCALARS
            if recipe.takes((*path, name), usually=usually, required=name in required):
                try:
                    made[name] = self.of(part, (*path, name), recipe, depth=depth - 1)
                except Inconclusive:
                    if name in required:
                        raise
        return _with_repeated(made)

    def _open_table(self, schema: Schema, path: MemberPath, recipe: Recipe, depth: int) -> object:
        """Make an object whose members the schema does not name."""
        values = schema.get("additionalProperties")
        if values is False or recipe.choice(path, 2) == 1:
            return {}
        inner = values if isinstance(values, dict) else {"type": "string"}
        return {"note": self.of(inner, (*path, "note"), recipe, depth=depth - 1)}

    def _array(self, schema: Schema, path: MemberPath, recipe: Recipe, depth: int) -> object:
        items, several = schema.get("items"), schema.get("prefixItems")
        if isinstance(several, list) and depth > 0:
            return [
                self.of(each, (*path, str(index)), recipe, depth=depth - 1)
                for index, each in enumerate(several)
            ]
        if not isinstance(items, dict) or depth <= 0:
            return []
        count = max(1, length_of(schema, "minItems") or 1)
        return [
            self.of(items, (*path, str(index)), recipe, depth=depth - 1) for index in range(count)
        ]


def _each(values: Iterable[object]) -> list[Maker]:
    return [lambda each=each: each for each in values]  # type: ignore[misc] # a default binds it


def _end(referred: Referred, index: int) -> int | None:
    """Return where to stop: in the place of an id that cannot be had nothing is made up."""
    certain = referred.certain and index < len(referred.makers)
    return len(referred.makers) if certain else None


def _name(path: MemberPath) -> str:
    return next((part for part in reversed(path) if not part.isdigit()), "")


def _is_worth_it(name: str, schema: Schema) -> bool:
    """Whether a member that may be left out is put in: texts are, since they carry canaries."""
    inner = narrowed(schema)
    ruled = {"format", "pattern", "enum", "const"} & set(inner)
    return (
        kind_of(inner) == "string"
        and not ruled
        and not name.endswith(("_id", "Id", "_ids", "cursor"))
    )


def _with_repeated(made: dict[str, object]) -> dict[str, object]:
    """Say the same where something is to be said twice: `password` and `password_confirm`."""
    secret = next(
        (made[name] for name in ("new_password", "newPassword", "password") if name in made), None
    )
    for name in made:
        words = set(words_of(name))
        if secret is not None and words & _AGAIN and words & {"password", "password2"}:
            made[name] = secret
    return made

"""What the bodies of social sign-in are made of beside plain members, in the words of zod."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gatepost.provider.exchange import ABSENT
from gatepost.provider.validation import Field, Kind, kind_problems, wrong_type


class NameOrText:
    """One of the names that zod knows, or any other text: whatever is no text is neither."""

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say that it is none of them."""
        if not isinstance(value, str):
            yield f"[{at}] Invalid input"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items are of one kind."""

    kind: Kind

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say what is wrong with the list, or with each of its items."""
        if not isinstance(value, list):
            yield wrong_type("array", value, at)
            return
        for index, item in enumerate(value):
            yield from kind_problems(self.kind, item, f"{at}.{index}")


@dataclass(frozen=True, slots=True)
class RecordOf:
    """An object whose members have any name.

    Attributes:
        kind: what the members are; anything where left out.
        reserved: the names that no member may have.
        refusal: what is said where one has.
    """

    kind: Kind | None = None
    reserved: frozenset[str] = field(default_factory=frozenset)
    refusal: str = ""

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say what is wrong with the record, or with each of its members."""
        if not isinstance(value, Mapping):
            yield wrong_type("record", value, at)
            return
        wrong = False
        if self.kind is not None:
            for name, member in value.items():
                for problem in kind_problems(self.kind, member, f"{at}.{name}"):
                    wrong = True
                    yield problem
        if not wrong and not self.reserved.isdisjoint(value):
            yield f"[{at}] {self.refusal}"


@dataclass(frozen=True, slots=True)
class Literal:
    """One value and no other."""

    value: object

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say that it is another."""
        if value is not self.value:
            yield f"[{at}] Invalid input"


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object of one of several sets of members, and no others beside them.

    As zod has it: where all but one set are out of the question, what is too much for that one is
    named; otherwise nothing is.
    """

    alternatives: tuple[tuple[Field, ...], ...]

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Say that it is none of them, or what it has too much."""
        fitting = [fields for fields in self.alternatives if _fits(fields, value)]
        too_many = [_beside(fields, value) for fields in fitting]
        if [] in too_many:
            return
        if len(too_many) == 1:
            names = ", ".join(f'"{name}"' for name in too_many[0])
            yield f"[{at}] Unrecognized key{'s' if len(too_many[0]) > 1 else ''}: {names}"
        else:
            yield f"[{at}] Invalid input"


def _fits(fields: tuple[Field, ...], value: object) -> bool:
    return isinstance(value, Mapping) and not any(
        problem
        for each in fields
        for problem in each.problems(value.get(each.name, ABSENT), each.name)
    )


def _beside(fields: tuple[Field, ...], value: object) -> list[str]:
    known = {each.name for each in fields}
    return [name for name in value if name not in known] if isinstance(value, Mapping) else []

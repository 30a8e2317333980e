"""Who may do what with a row, declared as data beside its model.

    class TaskList(Owned, Base):
        __access__ = Access(
            can_read=(owner, shared_with(lambda: ListShare, row="list_id", person="person_id")),
            can_write=(owner, shared_with(…, where={"right": ("edit",)})),
        )

Each rule becomes one SQL condition (`conditions.py`), which the session's compiler and the policies
of row-level security use alike, so that the two walls cannot disagree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

Model: TypeAlias = type[Any] | Callable[[], type[Any]]
"""A model, or what returns it where it is written further down."""


class Operation(StrEnum):
    """What may be done with a row that is there."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whoever owns the row."""


@dataclass(frozen=True, slots=True)
class Person:
    """The one person whose id stands in a column of the row."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Everyone:
    """Everybody who is signed in, where a boolean column of the row is true."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Everybody whom a row of another table names beside this one.

    Attributes:
        model: of the naming table: shares, memberships.
        row: its attribute that says of which row, or of which group.
        person: its attribute that says who.
        here: the attribute of the row itself that `row` is compared with.
        where: attributes of it, each with the values that are enough.
    """

    model: Model
    row: str
    person: str
    here: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Through:
    """Whoever may do something with the owned row that an attribute refers to.

    Attributes:
        may: what they may do with that; None for the same as is asked of this row.
    """

    attribute: str
    may: Operation | None = None


Rule: TypeAlias = _Owner | Person | Everyone | Listed | Through

owner: Final[Rule] = _Owner()


def person(attribute: str) -> Rule:
    """Let in whoever's id stands in that attribute."""
    return Person(attribute)


def everyone(*, where: str) -> Rule:
    """Let in everybody who is signed in, to the rows whose boolean attribute is true."""
    return Everyone(where)


Where: TypeAlias = Mapping[str, tuple[str, ...]]


def shared_with(
    model: Model, *, row: str, person: str, here: str = "id", where: Where | None = None
) -> Rule:
    """Let in the people whom a row of another model names beside this row.

    Args:
        model: the other model, or what returns it.
        row: its attribute that says which row.
        person: its attribute that holds the id of somebody.
        here: the attribute of this row that `row` holds.
        where: what else must hold of the naming row: `{"right": ("edit",)}`.
    """
    return Listed(model, row, person, here, tuple((where or {}).items()))


def member_of(model: Model, *, group: str, person: str, where: Where | None = None) -> Rule:
    """Let in the members of the group that the row belongs to.

    Args:
        model: of the memberships, or what returns it.
        group: its attribute that holds the id of a group; the row's own is called the same.
        person: its attribute that holds the id of a member.
        where: what else must hold of the membership: `{"role": ("editor", "admin")}`.
    """
    return Listed(model, group, person, group, tuple((where or {}).items()))


def through(attribute: str, *, may: Operation | None = None) -> Rule:
    """Let in whoever may do something with the owned row that the attribute refers to.

    Args:
        attribute: of this row; a foreign key to an owned row.
        may: what they may do with that; the same as with this row by default.
    """
    return Through(attribute, may)


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one model; one of those for an operation is enough.

    Attributes:
        can_read: who sees a row.
        can_write: who changes one. Nobody changes whose it is.
        can_delete: who deletes one.
        belongs_with: the attribute that refers to an owned row. A new row is owned by whoever owns
            that, and may be added by whoever may then write it. Where it refers to nothing the new
            row is the caller's.
    """

    can_read: tuple[Rule, ...] = (owner,)
    can_write: tuple[Rule, ...] = (owner,)
    can_delete: tuple[Rule, ...] = (owner,)
    belongs_with: str | None = None

    def rules(self, operation: Operation) -> tuple[Rule, ...]:
        """Return the rules for one operation."""
        return {
            Operation.READ: self.can_read,
            Operation.WRITE: self.can_write,
            Operation.DELETE: self.can_delete,
        }[operation]


def covers(wider: Rule, narrower: Rule) -> bool:
    """Whether whoever passes `narrower` passes `wider` for the same row."""
    if isinstance(wider, Through) and isinstance(narrower, Through):
        # Whoever may write or delete a row may read it.
        return wider.attribute == narrower.attribute and wider.may in (None, Operation.READ)
    if not isinstance(wider, Listed) or not isinstance(narrower, Listed):
        return wider == narrower
    places = [(rule.row, rule.person, rule.here) for rule in (wider, narrower)]
    if resolved(wider.model) is not resolved(narrower.model) or places[0] != places[1]:
        return False
    narrow = dict(narrower.where)
    return all(
        attribute in narrow and set(narrow[attribute]) <= set(values)
        for attribute, values in wider.where
    )


def resolved(model: Model) -> type[Any]:
    """Return the model itself."""
    if isinstance(model, type):
        return model
    return model()

"""What is known of a table whose rows have owners: by which column, and who else may do what."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import BindParameter, Column, Table, TypeDecorator
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.types import TypeEngine

from gatepost.errors import ConfigurationError
from gatepost.rows.access import Operation
from gatepost.rows.owned import OwnedBy

Owner = str | int | UUID

PARAMETER = "gatepost_owner"
_TOO_WIDE = 2**63


@dataclass(frozen=True, slots=True)
class IsCaller:
    """The caller's id stands in a column of the row."""

    column: Column[Any]


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A boolean column of the row is true."""

    column: Column[Any]


@dataclass(frozen=True, slots=True)
class IsListed:
    """A row of another table names the caller beside this row."""

    row: Column[Any]
    person: Column[Any]
    here: Column[Any]
    where: tuple[tuple[Column[Any], tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ParentLink:
    """How a row finds a row that says whose it is.

    Attributes:
        may: what somebody must be allowed with that; None for the same as with this one.
    """

    child_column: Column[Any]
    parent_column: Column[Any]
    parent: "OwnedTable"
    may: Operation | None = None


Grant: TypeAlias = IsCaller | IsTrue | IsListed | ParentLink
"""A rule of `access.py`, its names looked up."""


@dataclass(slots=True, eq=False)
class OwnedTable:
    """A table whose rows belong to people.

    Attributes:
        model: the mapped class, for messages.
        table: the table.
        column: the owner's column; None where a row belongs to whoever owns its parents.
        links: the ways to the parents, of which there is at least one where there is no column:
            from the child of a joined inheritance, and from an association table.
        grants: for each operation, whom one of them is enough for.
        belongs_with: the way to the row whose owner owns a new one, or None.
    """

    model: type[OwnedBy]
    table: Table
    column: Column[Any] | None
    links: tuple[ParentLink, ...] = ()
    grants: dict[Operation, tuple[Grant, ...]] = field(default_factory=dict)
    belongs_with: ParentLink | None = None

    @property
    def is_private(self) -> bool:
        """Whether nobody but its owner ever sees a row."""
        if self.column is None:
            return all(link.parent.is_private for link in self.links)
        return all(grant == IsCaller(self.column) for grant in self.grants[Operation.READ])

    @property
    def people_columns(self) -> tuple[Column[Any], ...]:
        """The columns that a caller's id is compared with."""
        found = [] if self.column is None else [self.column]
        for grants in self.grants.values():
            for grant in grants:
                if isinstance(grant, IsCaller):
                    found.append(grant.column)
                elif isinstance(grant, IsListed):
                    found.append(grant.person)
        return tuple(found)

    @property
    def deciding_columns(self) -> frozenset[Column[Any]]:
        """The columns of its own by which the rules decide, the owner's aside."""
        found: set[Column[Any]] = set()
        for grants in self.grants.values():
            for grant in grants:
                if isinstance(grant, IsListed):
                    found.add(grant.here)
                elif isinstance(grant, ParentLink):
                    found.add(grant.child_column)
                else:
                    found.add(grant.column)
        return frozenset(found - {self.column})

    @property
    def owners_columns(self) -> frozenset[Column[Any]]:
        """The columns that only the owner changes: they say who else is let in."""
        link = self.belongs_with
        return self.deciding_columns - ({link.child_column} if link else set())

    def is_for_owner(self, operation: Operation) -> bool:
        """Whether owning a row is enough for the operation."""
        return self.column is None or IsCaller(self.column) in self.grants[operation]


class OwnerParameter(BindParameter[Any]):
    """The owner in a statement. It has no value of its own: a scoped connection supplies it."""

    inherit_cache = True


def owner_as(kind: type[str] | type[int] | type[UUID], user_id: str) -> Owner | None:
    """Return the id as `kind`, or None where an owner column of that kind cannot hold it."""
    try:
        owner = kind(user_id)
    except ValueError:
        return None
    # `012` and `12` are two people to the issuer, and would be one to a column of integers.
    if str(owner) != user_id or (isinstance(owner, int) and abs(owner) >= _TOO_WIDE):
        return None
    return owner


def owner_column(model: type[OwnedBy]) -> Column[Any]:
    """Return the table column that holds the owner of `model`.

    Raises:
        ConfigurationError: `__owner__` names no column.
    """
    column = inspect_mapping(model).columns.get(model.__owner__)
    if not isinstance(column, Column):
        raise ConfigurationError(
            f"{model.__name__}.__owner__ is {model.__owner__!r}, which is no column of the model. "
            "Name the mapped attribute that holds the owner's id."
        )
    return column


def owner_kind(column: Column[Any]) -> type[str] | type[int] | type[UUID]:
    """Return the Python type of an owner column.

    Raises:
        ConfigurationError: neither text, nor integers, nor UUIDs.
    """
    kind = python_type(column.type)
    if kind not in (str, int, UUID):
        raise ConfigurationError(f"{column}: an owner column holds text, integers or UUIDs")
    return kind


def python_type(kind: TypeEngine[Any]) -> type[Any]:
    """Return what a column of that type holds in Python; a decorator that does not say, as its own.

    SQLModel's texts are such.
    """
    said = kind.python_type
    if isinstance(kind, TypeDecorator) and said is object:
        return python_type(kind.impl_instance)
    return said


def parameter_name(kind: type[object]) -> str:
    """Return the name of the parameter that carries the owner in a statement."""
    return f"{PARAMETER}_{kind.__name__.lower()}"


def owner_parameter(column: Column[Any]) -> OwnerParameter:
    """Return the parameter to compare an owner column with.

    It has no value of its own: a statement that is not sent for somebody cannot be sent at all.
    """
    return OwnerParameter(parameter_name(owner_kind(column)), type_=column.type, required=True)

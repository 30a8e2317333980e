"""Which tables have owners, and by which column.

A table is known by its name, whatever object stands for it: a second mapping, a table of another
metadata and `table("task")` all name the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Column, Table, TableClause
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.selectable import AliasedReturnsRows

from gatepost.errors import ConfigurationError
from gatepost.rows.owned import OwnedBy

Owner = str | int | UUID

PARAMETER = "gatepost_owner"
_TOO_WIDE = 2**63


@dataclass(frozen=True, slots=True)
class OwnedTable:
    """A table whose rows belong to people.

    Attributes:
        model: the mapped class, for messages.
        table: the table.
        column: the owner's column; None where a row belongs to whoever owns its parents.
        links: the ways to the parents, of which there is at least one where there is no column:
            from the child of a joined inheritance, and from an association table.
    """

    model: type[OwnedBy]
    table: Table
    column: Column[Any] | None
    links: "tuple[ParentLink, ...]" = ()


@dataclass(frozen=True, slots=True)
class ParentLink:
    """How a row finds a row that says whose it is."""

    child_column: Column[Any]
    parent_column: Column[Any]
    parent: OwnedTable


class OwnerParameter(BindParameter[Any]):
    """The owner in a statement. It has no value of its own: a scoped connection supplies it."""

    inherit_cache = True


class OwnedTables:
    """Every table whose rows have an owner. Made when all models have been defined.

    Raises:
        ConfigurationError: a model's ownership cannot be enforced.
    """

    def __init__(self) -> None:
        self._tables: dict[str, OwnedTable] = {}
        self._models: list[type[OwnedBy]] = []
        pending: list[type[OwnedBy]] = [OwnedBy]
        while pending:
            model = pending.pop()
            pending.extend(model.__subclasses__())
            if isinstance(getattr(model, "__table__", None), Table):
                self._models.append(model)
                self._add(model)
        for model in self._models:
            self._add_associations(model)

    def __iter__(self) -> Iterator[type[OwnedBy]]:
        """Iterate over the models."""
        return iter(self._models)

    @property
    def names(self) -> frozenset[str]:
        """The names of the tables, in lower case."""
        return frozenset(self._tables)

    def of(self, source: object) -> OwnedTable | None:
        """Return what is known of a table, under any number of aliases, or None."""
        while isinstance(source, AliasedReturnsRows):
            source = source.element
        if not isinstance(source, TableClause):
            return None
        return self._tables.get(source.name.casefold())

    def reference_keys(self, owned: OwnedTable) -> frozenset[str]:
        """Return the columns by which a row refers to owned rows, its own owner's aside."""
        return frozenset(
            key.parent.key
            for key in owned.table.foreign_keys
            if key.parent is not owned.column and self.of(key.column.table) is not None
        )

    def parameters(self, user_id: str) -> dict[str, Owner]:
        """Return the owner under the name of each kind of owner column that can hold the id."""
        columns = (owned.column for owned in self._tables.values())
        kinds = {owner_kind(column) for column in columns if column is not None}
        owners = {parameter_name(kind): _owner(kind, user_id) for kind in kinds}
        return {name: owner for name, owner in owners.items() if owner is not None}

    def _add(self, model: type[OwnedBy]) -> None:
        mapper = inspect_mapping(model)
        table = mapper.local_table
        if not isinstance(table, Table):
            raise ConfigurationError(f"{model.__name__} is not mapped to a table of its own")
        if table.schema is not None:
            raise ConfigurationError(
                f"{model.__name__}: owned tables in a schema ({table.fullname}) are not supported "
                "yet. Put the table into the connection's default schema (search_path)."
            )
        name = table.name.casefold()
        if name in self._tables:
            return  # a subclass in the table of its parent
        column = owner_column(model)
        owner_kind(column)
        if column.table is table:
            self._tables[name] = OwnedTable(model, table, column)
        else:
            self._tables[name] = OwnedTable(model, table, None, (self._parent_link(mapper, table),))

    def _parent_link(self, mapper: Mapper[OwnedBy], table: Table) -> ParentLink:
        """Return the way from the child table of a joined inheritance to its parent."""
        parent = mapper.inherits
        if parent is None or not isinstance(parent.local_table, Table):
            raise ConfigurationError(f"{mapper}: its owner column is in no table of its own")
        self._add(parent.class_)
        owned = self.of(parent.local_table)
        keys = list(table.primary_key), list(parent.local_table.primary_key)
        if owned is None or len(keys[0]) != 1 or len(keys[1]) != 1:
            raise ConfigurationError(f"{mapper}: an owned child wants a primary key of one column")
        return ParentLink(keys[0][0], keys[1][0], owned)

    def _add_associations(self, model: type[OwnedBy]) -> None:
        """Add the tables between owned rows, whose own rows belong to whoever owns both ends."""
        for relationship in inspect_mapping(model).relationships:
            table = relationship.secondary
            if not isinstance(table, Table) or self.of(table) is not None:
                continue
            links = tuple(
                ParentLink(key.parent, key.column, parent)
                for key in table.foreign_keys
                if (parent := self.of(key.column.table)) is not None
                and len(key.constraint.elements if key.constraint else ()) == 1
            )
            if links:
                self._tables[table.name.casefold()] = OwnedTable(model, table, None, links)


def _owner(kind: type[str] | type[int] | type[UUID], user_id: str) -> Owner | None:
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
    kind = column.type.python_type
    if kind not in (str, int, UUID):
        raise ConfigurationError(f"{column}: an owner column holds text, integers or UUIDs")
    return kind


def parameter_name(kind: type[object]) -> str:
    """Return the name of the parameter that carries the owner in a statement."""
    return f"{PARAMETER}_{kind.__name__.lower()}"


def owner_parameter(column: Column[Any]) -> OwnerParameter:
    """Return the parameter to compare an owner column with.

    It has no value of its own: a statement that is not sent for somebody cannot be sent at all.
    """
    return OwnerParameter(parameter_name(owner_kind(column)), type_=column.type, required=True)

"""The list of the tables whose rows have owners.

A table is known by its name, whatever object stands for it: a second mapping, a table of another
metadata and `table("task")` all name the same rows.
"""

from collections.abc import Iterator

from sqlalchemy import Table, TableClause
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.selectable import AliasedReturnsRows

from gatepost.errors import ConfigurationError
from gatepost.rows.granting import check_walls_agree, grant
from gatepost.rows.owned import OwnedBy
from gatepost.rows.ownership import (
    OwnedTable,
    Owner,
    ParentLink,
    owner_as,
    owner_column,
    owner_kind,
    parameter_name,
)


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
        for owned in self._tables.values():
            if owned.column is not None:
                grant(owned, self.of)
        for owned in self._tables.values():
            check_walls_agree(owned, self.of)
        columns = (column for owned in self._tables.values() for column in owned.people_columns)
        self._kinds = {owner_kind(column) for column in columns}

    def __iter__(self) -> Iterator[type[OwnedBy]]:
        """Iterate over the models."""
        return iter(self._models)

    @property
    def tables(self) -> tuple[OwnedTable, ...]:
        """The tables, each once, association tables included."""
        return tuple(self._tables.values())

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
        """Return the caller under the name of each kind of column that can hold the id."""
        owners = {parameter_name(kind): owner_as(kind, user_id) for kind in self._kinds}
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

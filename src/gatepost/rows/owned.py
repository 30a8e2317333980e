"""Models whose rows have an owner."""

import secrets
import string
from collections.abc import Iterator
from typing import ClassVar

from sqlalchemy import Column, Table, Text
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.sql.selectable import AliasedReturnsRows

_ID_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 32


def new_id() -> str:
    """Return 32 random letters and digits, as Better Auth makes its ids: nothing to count up."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))


class Base(DeclarativeBase):
    """A declarative base for new applications, with a random text id.

    An application that has a base of its own keeps it: `Owned` works on any.
    """

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)


class OwnedBy:
    """Marks a model whose rows belong to people, by a column that the model already has.

    `__owner__` names the mapped attribute; it may hold text, integers or UUIDs, whatever the ids
    of the people are.
    """

    __owner__: ClassVar[str]


class Owned(OwnedBy):
    """A mixin that adds the owner column, `owner_id`, and its index.

    The session sets the owner when a row is added. It never changes, and it is never taken from a
    request.
    """

    __owner__: ClassVar[str] = "owner_id"

    @declared_attr
    def owner_id(cls) -> Mapped[str]:  # noqa: N805 - a mixin's attribute belongs to the class
        """The id of the person to whom the row belongs."""
        return mapped_column(Text, index=True, nullable=False)


def owner_column(model: type[OwnedBy]) -> Column[object]:
    """Return the table column that holds the owner of `model`."""
    column = inspect_mapping(model).columns[model.__owner__]
    if not isinstance(column, Column):
        raise TypeError(f"{model.__name__}.{model.__owner__} is not a column of a table")
    return column


class OwnedTables:
    """Every table whose rows have an owner, with its model."""

    def __init__(self) -> None:
        self._models: dict[Table, type[OwnedBy]] = {}
        pending: list[type[OwnedBy]] = [OwnedBy]
        while pending:
            model = pending.pop()
            pending.extend(model.__subclasses__())
            table = getattr(model, "__table__", None)
            if isinstance(table, Table):
                self._models.setdefault(table, model)
        self.names = frozenset(table.name for table in self._models)

    def __iter__(self) -> Iterator[type[OwnedBy]]:
        """Iterate over the models, each once."""
        return iter(self._models.values())

    def model_of(self, source: object) -> type[OwnedBy] | None:
        """Return the owned model behind a table, under any aliases and annotations, or None."""
        while isinstance(source, AliasedReturnsRows):
            source = source.element
        if not isinstance(source, Table):
            return None
        # An annotated copy of a table is another object; the name and the metadata are the same.
        plain = source.metadata.tables.get(source.key)
        return None if plain is None else self._models.get(plain)

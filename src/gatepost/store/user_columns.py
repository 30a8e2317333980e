"""The columns of additional user fields, as the original's migration adds them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    false,
    inspect,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.types import TypeEngine

from gatepost.errors import ConfigurationError
from gatepost.store import tables
from gatepost.store.migrating import wait_for_others
from gatepost.store.tables import BetterAuthDate
from gatepost.user_fields import FieldType, UserField

_TYPES: Mapping[FieldType, type[TypeEngine[Any]]] = {
    "string": Text,
    "number": Integer,
    "boolean": Boolean,
    "date": BetterAuthDate,
}


def user_table(fields: Mapping[str, UserField]) -> Table:
    """Return the table `user` with the columns of these fields, for statements on rows."""
    if not fields:
        return tables.user
    own = (Column(column.name, column.type) for column in tables.user.columns)
    additional = (Column(name, _TYPES[field.type]) for name, field in fields.items())
    return Table("user", MetaData(), *own, *additional)


async def add_user_columns(engine: AsyncEngine, fields: Mapping[str, UserField]) -> None:
    """Add the columns that are missing; one that is there is left as it is.

    Where nothing is missing, only reading is needed.

    Raises:
        ConfigurationError: one is required, has no default, and there are people without it.
    """
    async with engine.connect() as connection:
        if not await connection.run_sync(_missing, fields):
            return
    async with engine.connect() as connection:
        await wait_for_others(connection)
        await connection.run_sync(_add, fields)
        await connection.commit()


def _missing(
    connection: Connection, fields: Mapping[str, UserField]
) -> list[tuple[str, UserField]]:
    # SQLite's columns have no case.
    folded: Callable[[str], str] = str.lower if connection.dialect.name == "sqlite" else str
    present = {folded(column["name"]) for column in inspect(connection).get_columns("user")}
    return [(name, field) for name, field in fields.items() if folded(name) not in present]


def _add(connection: Connection, fields: Mapping[str, UserField]) -> None:
    # As in `migrating`: slow to import, and needed once.
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.operations import Operations  # noqa: PLC0415

    add_column = Operations(MigrationContext.configure(connection)).add_column
    for name, field in _missing(connection, fields):
        default = _server_default(field)
        if field.required and default is None and _has_people(connection):
            raise ConfigurationError(
                f"BuiltIn(user_fields={{{name!r}: …}}): the people who are there already have no "
                "such field, and it is required. Give it a default that is no date, or leave out "
                "required=True."
            )
        column: Column[Any] = Column(
            name, _TYPES[field.type], nullable=not field.required, server_default=default
        )
        add_column("user", column)


def _server_default(field: UserField) -> str | TextClause | ColumnElement[bool] | None:
    """Return what the people who are there already get; a date is nobody's, as in the original."""
    default = field.default
    if default is None or isinstance(default, datetime):
        return None
    if isinstance(default, bool):
        return true() if default else false()
    return default if isinstance(default, str) else text(str(default))


def _has_people(connection: Connection) -> bool:
    return connection.execute(select(tables.user.c.id).limit(1)).first() is not None

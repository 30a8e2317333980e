"""Holding a row until the transaction ends, so that what was read of it stays true."""

from sqlalchemy import false, literal, select, update
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.ext.asyncio import AsyncSession

from gatepost.rows.owned import OwnedBy
from gatepost.rows.owned_tables import OwnedTables


async def lock_database(
    session: AsyncSession, model: type[OwnedBy], owned_tables: OwnedTables
) -> None:
    """Take SQLite's one lock for writing, before anything is read.

    Its driver begins a transaction with the first write, and not with what is read before; so this
    writes, to no row.
    """
    table = inspect_mapping(model).local_table
    owned = owned_tables.of(table)
    refused: set[str] = set()
    if owned is not None:
        refused = {each.key for each in (owned.column, *owned.deciding_columns) if each is not None}
        refused |= owned_tables.reference_keys(owned)
    plain = [column for column in table.columns if column.key not in refused]
    if plain:
        nothing = update(table).where(false()).values({plain[0]: plain[0]})
        await session.execute(nothing)


async def lock_row(session: AsyncSession, row: OwnedBy) -> None:
    """Wait for whoever is changing the row, and let nobody else; PostgreSQL's part.

    Where the caller may only read the row there is nothing to hold: the write is refused later.
    """
    mapper = inspect_mapping(type(row))
    key = zip(mapper.primary_key, mapper.primary_key_from_instance(row), strict=True)
    is_it = [column == value for column, value in key]
    locked = select(literal(1)).select_from(mapper.local_table).where(*is_it)
    # As an UPDATE does that leaves the key alone: rows that refer to this one need not wait.
    await session.execute(locked.with_for_update(key_share=True))

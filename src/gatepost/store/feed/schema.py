"""Preparing a database for the feed: looked at first, and changed only where it must be."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.store.feed import schema_postgres as postgres
from gatepost.store.feed import schema_sqlite as sqlite
from gatepost.store.migrating import OWN_VERSION_TABLE

# The lock of `store/migrating.py`: whoever changes the shape of a database waits for the others.
_ADVISORY_LOCK = 0x6761_7465_706F_7374
_LOCK_TIMEOUT = "10s"
# Where the provider built in has made the tables, its tokens carry no role, which is read at each
# request instead: one that changes need not end them.
_IN_NO_TOKEN_OF_OURS = frozenset({"role"})


async def prepare_feed(engine: AsyncEngine) -> bool:
    """Make what is missing of the feed's tables and triggers.

    Where nothing is missing, only reading is needed; so the role that serves an app may own
    nothing, once the role that owns the tables has prepared them.

    Returns:
        Whether Better Auth's table `session` is there, so that whatever leaves it is written down.

    Raises:
        ConfigurationError: something is missing, and this role may not make it.
    """
    prepare = _prepare_sqlite if engine.dialect.name == "sqlite" else _prepare_postgres
    try:
        return await prepare(engine)
    except DBAPIError as error:
        raise ConfigurationError(
            f"The revocation feed cannot be prepared: {error.orig}. Start the app once as the role "
            "that owns the tables `session` and `user`; after that the serving role needs SELECT, "
            "INSERT and DELETE on gatepost_revocation and SELECT on gatepost_feed."
        ) from error


async def feed_identity(engine: AsyncEngine) -> str:
    """Return the random name of a prepared database, by which two URLs are seen to be one.

    Raises:
        ConfigurationError: the database has not been prepared.
    """
    try:
        async with engine.connect() as connection:
            found = (await connection.exec_driver_sql("SELECT id FROM gatepost_feed")).scalar()
    except DBAPIError as error:
        raise ConfigurationError(f"There is no revocation feed: {error.orig}") from error
    if found is None:
        raise ConfigurationError("The revocation feed has no identity.")
    return str(found)


async def _prepare_sqlite(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        carries, statements = await _look_at_sqlite(connection)
        await connection.rollback()
        if statements:
            await connection.exec_driver_sql("BEGIN EXCLUSIVE")
            carries, statements = await _look_at_sqlite(connection)
            for statement in statements:
                await connection.exec_driver_sql(statement)
            await connection.commit()
    return carries


async def _look_at_sqlite(connection: AsyncConnection) -> tuple[bool, list[str]]:
    """Return whether sign-outs are carried, and what has to be run first."""
    found = {
        (kind, name): (table, sql)
        for kind, name, table, sql in await _rows(
            connection,
            "SELECT type, name, tbl_name, sql FROM sqlite_master"
            " WHERE type IN ('table', 'trigger')",
        )
    }
    statements = [made for name, made in sqlite.TABLES.items() if ("table", name) not in found]
    if statements or not await _rows(connection, "SELECT id FROM gatepost_feed"):
        statements.append(_identity())
    columns = {table: await _sqlite_columns(connection, table) for table in ("user", "session")}
    if ("table", OWN_VERSION_TABLE) in found:
        columns["user"] -= _IN_NO_TOKEN_OF_OURS
    wanted = sqlite.triggers(columns)
    for (kind, name), made in found.items():
        is_ours = kind == "trigger" and name.startswith("gatepost_")
        if is_ours and made != wanted.get(name):
            statements.append(f'DROP TRIGGER "{name}"')
    statements += [
        trigger[1] for name, trigger in wanted.items() if found.get(("trigger", name)) != trigger
    ]
    return "gatepost_session_deleted" in wanted, statements


async def _sqlite_columns(connection: AsyncConnection, table: str) -> frozenset[str]:
    rows = await _rows(connection, f"SELECT name FROM pragma_table_info('{table}')")  # noqa: S608 - a name of ours
    return frozenset(name for (name,) in rows)


async def _prepare_postgres(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        carries, statements = await _look_at_postgres(connection)
        await connection.rollback()
        if statements:
            # Better an app that does not start than sign-ins that wait behind this.
            await connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            carries, statements = await _look_at_postgres(connection)
            for statement in statements:
                await connection.exec_driver_sql(statement)
            await connection.commit()
    return carries


async def _look_at_postgres(connection: AsyncConnection) -> tuple[bool, list[str]]:
    """Return whether sign-outs are carried, and what has to be run first."""
    ((schema, *tables),) = await _rows(
        connection,
        "SELECT quote_ident(current_schema()), to_regclass('gatepost_revocation')::oid,"
        " to_regclass('gatepost_revocation_xid_idx')::oid, to_regclass('gatepost_feed')::oid",
    )
    tables_are_there = None not in tables
    statements = [] if tables_are_there else list(postgres.tables(schema))
    if statements or not await _rows(connection, "SELECT id FROM gatepost_feed"):
        statements.append(_identity())
    session = await _postgres_table(connection, "session")
    people = await _postgres_table(connection, "user")
    if people is not None and await _postgres_table(connection, OWN_VERSION_TABLE) is not None:
        kept = {n: t for n, t in people.types.items() if n not in _IN_NO_TOKEN_OF_OURS}
        people = postgres.Table(people.name, kept)
    functions = await _marks(connection, _FUNCTION_MARKS)
    triggers = await _marks(connection, _TRIGGER_MARKS)
    for wanted, found in (
        (postgres.functions(schema), functions),
        (
            postgres.triggers(schema, session, people),
            triggers,
        ),
    ):
        for made in wanted:
            if found.get(made.name) != made.mark:
                statements += made.statements
    return postgres.is_session(session), statements


# A trigger that has been disabled, or that is on a table of another schema, is none.
_TRIGGER_MARKS = """
SELECT t.tgname, obj_description(t.oid, 'pg_trigger') FROM pg_trigger t
WHERE t.tgrelid IN (
  to_regclass('session'), to_regclass('"user"'), to_regclass('gatepost_revocation'))
AND t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal"""
_FUNCTION_MARKS = """
SELECT p.proname, obj_description(p.oid, 'pg_proc') FROM pg_proc p
WHERE p.pronamespace = to_regnamespace(quote_ident(current_schema())) AND p.pronargs = 0"""


async def _marks(connection: AsyncConnection, query: str) -> Mapping[str, str]:
    return {name: str(mark) for name, mark in await _rows(connection, query)}


async def _postgres_table(connection: AsyncConnection, name: str) -> postgres.Table | None:
    rows = await _rows(
        connection,
        "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname,"  # noqa: S608 - a name of ours
        " format_type(a.atttypid, NULL) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        f" WHERE c.oid = to_regclass('\"{name}\"') AND c.relkind IN ('r', 'p')",
    )
    return postgres.Table(rows[0][0], {row[1]: row[2] for row in rows}) if rows else None


async def _rows(connection: AsyncConnection, sql: str) -> list[list[Any]]:
    return [list(row) for row in await connection.exec_driver_sql(sql)]


def _identity() -> str:
    values = f"(1, '{secrets.token_hex(16)}')"
    return f"INSERT INTO gatepost_feed (one, id) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608 - hexadecimal

"""Bringing the app's database to the shape that it needs, before anybody is served."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import MetaData, delete, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.rows.owned import HouseBase
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.row_security import row_security_sql
from gatepost.rows.row_security_check import has_begun, is_row_security_there
from gatepost.settings import Settings
from gatepost.store import open_engine
from gatepost.store.engine import check_connection
from gatepost.store.feed.schema import prepare_feed
from gatepost.store.migrating import (
    OWN_MIGRATIONS,
    OWN_VERSION_TABLE,
    migrate,
    wait_for_others,
)
from gatepost.store.user_columns import add_user_columns
from gatepost.user_fields import UserField

_INSUFFICIENT_PRIVILEGE = "42501"  # SQLSTATE: also what only an owner may do


@dataclass(frozen=True, slots=True)
class Shape:
    """What an app needs of its database.

    Attributes:
        migrations: the app's own Alembic script directory, or None.
        provider: whether Better Auth's tables are kept there.
        user_fields: what is kept in them beside Better Auth's own fields.
    """

    settings: Settings
    migrations: Path | None
    provider: bool
    user_fields: Mapping[str, UserField] = field(default_factory=dict)


async def prepare(engine: AsyncEngine, shape: Shape) -> bool:
    """Bring the database to its newest shape, as the role that owns the tables.

    Args:
        engine: of the role that serves people.
        shape: what is needed.

    Returns:
        Whether row-level security holds the role that serves people.

    Raises:
        ConfigurationError: the shape cannot be reached, or row-level security has to hold that role
            and does not.
    """
    async with _admin(engine, shape.settings) as admin:
        await _migrate(admin, shape)
        if admin is not engine:
            await _secure(admin, str(engine.url.username))
    if engine.dialect.name != "postgresql":
        return False
    if shape.settings.row_security is False:
        return await has_begun(engine, OwnedTables())
    return await is_row_security_there(
        engine, OwnedTables(), required=shape.settings.requires_row_security
    )


@asynccontextmanager
async def _admin(serving: AsyncEngine, settings: Settings) -> AsyncIterator[AsyncEngine]:
    if settings.admin_database_url is None:
        yield serving
        return
    admin = open_engine(settings.admin_database_url.reveal())
    try:
        await check_connection(admin)
        await _check_pair(serving, admin)
        yield admin
    finally:
        await admin.dispose()


_IDENTITY = text("SELECT oid, datname FROM pg_database WHERE datname = current_database()")


async def _check_pair(serving: AsyncEngine, admin: AsyncEngine) -> None:
    """Refuse two addresses that are not those of two roles of one PostgreSQL database."""
    if {serving.dialect.name, admin.dialect.name} != {"postgresql"}:
        raise ConfigurationError(
            "GATEPOST_ADMIN_DATABASE_URL is for PostgreSQL, and names the database of DATABASE_URL "
            "as another role. SQLite has no roles: leave it out."
        )
    if admin.url.username == serving.url.username:
        raise ConfigurationError(
            "GATEPOST_ADMIN_DATABASE_URL and DATABASE_URL name one role. The one that serves "
            "people is to own nothing: make a second, with CREATE ROLE … LOGIN PASSWORD …"
        )
    found = []
    for engine in (serving, admin):
        async with engine.connect() as connection:
            found.append((await connection.execute(_IDENTITY)).one())
    if found[0] != found[1]:
        raise ConfigurationError(
            f"GATEPOST_ADMIN_DATABASE_URL names the database {found[1].datname}, and DATABASE_URL "
            f"{found[0].datname}, of which it is not the same."
        )


async def _migrate(engine: AsyncEngine, shape: Shape) -> None:
    try:
        if shape.provider:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
            await add_user_columns(engine, shape.user_fields)
        await _make_own_tables(engine)
        if shape.migrations is not None:
            await migrate(engine, shape.migrations, "alembic_version")
        elif not shape.settings.production:
            owned: set[MetaData] = {model.metadata for model in OwnedTables()}  # type: ignore[attr-defined] # every mapped class has it
            async with engine.begin() as connection:
                for metadata in owned:
                    await connection.run_sync(metadata.create_all)
        if shape.provider:
            await prepare_feed(engine)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        raise ConfigurationError(
            f"The database is not in its newest shape, and the role {engine.url.username} may not "
            "change it. Run `gatepost migrate` with GATEPOST_ADMIN_DATABASE_URL, the role that "
            "owns the tables."
        ) from error


async def _make_own_tables(engine: AsyncEngine) -> None:
    """Make the tables of what the app has imported, before its own migrations secure them."""
    if HouseBase.metadata.tables:
        async with engine.begin() as connection:
            await wait_for_others(connection)
            await connection.run_sync(HouseBase.metadata.create_all)
            for mapper in HouseBase.registry.mappers:
                # Those of who never came back: everybody else's go when there are new ones.
                made, kept = mapper.c.created_at, mapper.class_.__lifetime__
                await connection.execute(
                    delete(mapper.class_).where(made < datetime.now(UTC) - kept)
                )


async def _secure(admin: AsyncEngine, serving: str) -> None:
    async with admin.begin() as connection:
        await wait_for_others(connection)
        there = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        for statement in row_security_sql(serving, str(admin.url.username), only=there):
            await connection.exec_driver_sql(statement)

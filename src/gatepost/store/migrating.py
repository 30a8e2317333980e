"""Bringing a database to the newest shape with Alembic, from within the process."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.errors import ConfigurationError

OWN_MIGRATIONS = Path(__file__).parent / "migrations"
OWN_VERSION_TABLE = "gatepost_alembic_version"
_ADVISORY_LOCK = 0x6761_7465_706F_7374  # "gatepost"


async def migrate(engine: AsyncEngine, scripts: Path, version_table: str) -> None:
    """Run every migration of a script directory that has not run yet.

    Workers that start at the same time wait for each other, and all but the first find nothing
    left to do.

    Args:
        engine: the database.
        scripts: an Alembic script directory; its `env.py` takes the connection and the name of the
            version table out of `context.config.attributes`.
        version_table: where the directory's position is kept.

    Raises:
        ConfigurationError: the database has a migration that the directory has not, or the
            directory has no one newest migration.
    """
    async with engine.connect() as connection:
        await wait_for_others(connection)
        await connection.run_sync(_upgrade, scripts, version_table)
        await connection.commit()


async def wait_for_others(connection: AsyncConnection) -> None:
    """Be the only one to change the database's shape, until this transaction ends."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN EXCLUSIVE")
    else:
        lock = text("SELECT pg_advisory_xact_lock(:key)")
        await connection.execute(lock, {"key": _ADVISORY_LOCK})


def _upgrade(connection: Connection, scripts: Path, version_table: str) -> None:
    # A third of the time of `import gatepost`, and needed once in the life of a process.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script.revision import ResolutionError  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config(attributes={"connection": connection, "version_table": version_table})
    # Alembic interpolates `%` in its options; a path may contain one.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):
            raise ConfigurationError(
                f"The database was migrated by a newer version than this one ({version_table}: "
                f"{error}). Start that version, or restore the backup from before the upgrade."
            ) from error
        raise ConfigurationError(f"The migrations in {scripts} cannot be run: {error}") from error

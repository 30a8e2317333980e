"""What the database says of itself: its shape, its role, its walls, its clock, its keys."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.doctor.findings import NAME_THE_APP, Check, Finding
from gatepost.doctor.keys_and_feed import MIGRATE, feed_finding, keys_finding
from gatepost.doctor.patient import Patient
from gatepost.errors import ConfigurationError
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.row_security_check import row_security_faults
from gatepost.secret_sources import is_readable_by_all
from gatepost.store.engine import check_connection, open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE
from gatepost.trusting import CLOCK_SKEW_SECONDS

_DATABASE = Check("database", "Without it nobody is served.")
_SHAPE = Check("migrations", "An app on an older shape does not start, or fails in the middle.")
_ROLE = Check("database role", "What a query that went wrong could do is what this role may do.")
_ROWS = Check("row-level security", "It is the second wall around every person's rows.")
_CLOCK = Check("clock", f"Tokens are refused {CLOCK_SKEW_SECONDS} s before and after their time.")
_NEAR_SECONDS = 1.0
_ABOUT_ROLE = text(
    "SELECT current_user AS name, rolsuper, rolbypassrls, rolcreaterole, "
    "ARRAY(SELECT relname::text FROM pg_class WHERE relowner = pg_roles.oid "
    "AND relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace "
    "ORDER BY relname) AS owns "
    "FROM pg_roles WHERE rolname = current_user"
)


async def database_checks(patient: Patient) -> AsyncIterator[Finding]:
    """Yield what the database shows; where it cannot be reached, that alone."""
    settings = patient.settings
    engine = open_engine(settings.database_url.reveal())
    try:
        refused = await not_there(engine)
        yield refused or _reached(patient, engine)
        if refused is not None:
            return
        yield await _shape(patient, engine)
        yield await _role(patient, engine)
        yield await _row_security(patient, engine)
        yield await _clock(engine)
        if patient.is_built_in:
            yield await keys_finding(patient, engine)
            if settings.feed_url is None:
                yield await feed_finding(engine, "the database")
    finally:
        await engine.dispose()


async def not_there(engine: AsyncEngine) -> Finding | None:
    """Return what keeps a database from being asked; makes no file where there is none."""
    path = _file_of(engine)
    if path is not None and not path.is_file():
        return _DATABASE.fail(
            f"There is no file {path}.",
            "Start the app once, or run this where it runs; DATABASE_URL says where.",
        )
    try:
        await check_connection(engine)
    except ConfigurationError as refused:
        return _DATABASE.fail(str(refused).split(". ")[0] + ".", "Start it, or set DATABASE_URL.")
    return None


def _file_of(engine: AsyncEngine) -> Path | None:
    return Path(str(engine.url.database)) if engine.dialect.name == "sqlite" else None


def _reached(patient: Patient, engine: AsyncEngine) -> Finding:
    shown = engine.url.render_as_string(hide_password=True)
    path = _file_of(engine)
    if path is None:
        return _DATABASE.ok(f"{shown} answers.")
    if is_readable_by_all(path):
        return _DATABASE.poor(
            f"Everybody on this machine can read {path}.",
            f"chmod o-r {path}",
            production=patient.settings.production,
        )
    return _DATABASE.ok(f"{shown}, a file for the processes of one machine.")


async def _shape(patient: Patient, engine: AsyncEngine) -> Finding:
    wanted = [(OWN_MIGRATIONS, OWN_VERSION_TABLE)] if patient.is_built_in else []
    if patient.plan is not None and patient.plan.migrations is not None:
        wanted.append((patient.plan.migrations, "alembic_version"))
    behind = []
    async with engine.connect() as connection:
        for scripts, table in wanted:
            if await connection.run_sync(_position, table) != _heads(scripts):
                behind.append(table)
    if behind:
        return _SHAPE.fail(f"The database is not at the head of {', '.join(behind)}.", MIGRATE)
    names = {OWN_VERSION_TABLE: "Gatepost's", "alembic_version": "the app's own"}
    whose = " and ".join(names[table] for _, table in wanted) or "None that are needed"
    unseen = "; no app was named, whose own could be seen" if patient.plan is None else ""
    return _SHAPE.ok(f"At their head: {whose}{unseen}.")


def _position(connection: Connection, table: str) -> set[str]:
    if not inspect(connection).has_table(table):
        return set()
    rows = connection.exec_driver_sql(f"SELECT version_num FROM {table}")  # noqa: S608 - our names
    return {str(row[0]) for row in rows}


def _heads(scripts: Path) -> set[str]:
    from alembic.config import Config  # noqa: PLC0415 - slow, and needed here alone
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return set(ScriptDirectory.from_config(config).get_heads())


async def _role(patient: Patient, engine: AsyncEngine) -> Finding:
    if engine.dialect.name != "postgresql":
        return _ROLE.ok("SQLite has no roles: whoever may open the file may do everything.")
    async with engine.connect() as connection:
        role = (await connection.execute(_ABOUT_ROLE)).one()
    may = [
        said
        for said, is_so in (
            ("is a superuser", role.rolsuper),
            ("has BYPASSRLS", role.rolbypassrls and not role.rolsuper),
            ("may make roles", role.rolcreaterole and not role.rolsuper),
            (f"owns {len(role.owns)} tables ({', '.join(role.owns[:3])}, …)", bool(role.owns)),
        )
        if is_so
    ]
    if may:
        return _ROLE.poor(
            f"{role.name}, which serves people, {' and '.join(may)}.",
            "CREATE ROLE tasks_app LOGIN PASSWORD '…', name it in DATABASE_URL, and the one that "
            "owns the tables in GATEPOST_ADMIN_DATABASE_URL for `gatepost migrate`.",
            production=patient.settings.requires_row_security,
        )
    return _ROLE.ok(f"{role.name} owns nothing, and is held by what row-level security says.")


async def _row_security(patient: Patient, engine: AsyncEngine) -> Finding:
    if engine.dialect.name != "postgresql":
        said = "SQLite has none: the session of each request is the one wall."
        if patient.settings.production:
            return _ROWS.warn(said, "Use PostgreSQL where there is more at stake than one machine.")
        return _ROWS.ok(said)
    if patient.plan is None:
        return _ROWS.unknown("No app was named, whose tables could be looked at.", NAME_THE_APP)
    owned = OwnedTables()
    faults = await row_security_faults(engine, owned)
    if not faults:
        return _ROWS.ok(f"In force on {len(owned.tables)} owned tables.")
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""  # noqa: PLR2004 - a few
    return _ROWS.poor(
        f"It does not hold: {'; '.join(faults[:3])}{more}.",
        "Run `gatepost migrate main:app` with GATEPOST_ADMIN_DATABASE_URL.",
        production=patient.settings.requires_row_security,
    )


async def _clock(engine: AsyncEngine) -> Finding:
    if engine.dialect.name != "postgresql":
        return _CLOCK.ok("The database has this machine's.")
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        before = datetime.now(UTC)
        theirs: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        ours = before + (datetime.now(UTC) - before) / 2
    return clock_finding("the database server's", (ours - theirs).total_seconds())


def clock_finding(whose: str, apart_seconds: float, *, exact_to: float = 0.0) -> Finding:
    """Judge how far this machine's clock is ahead of another's, or behind it."""
    apart = max(0.0, abs(apart_seconds) - exact_to)
    if apart < _NEAR_SECONDS:
        return _CLOCK.ok(f"Within a second of {whose}.")
    side = "ahead of" if apart_seconds > 0 else "behind"
    said = f"{apart:.0f} s {side} {whose}."
    todo = "Let both machines keep time by NTP (`timedatectl set-ntp true`)."
    return _CLOCK.fail(said, todo) if apart >= CLOCK_SKEW_SECONDS else _CLOCK.warn(said, todo)

"""Whether the second wall stands: asked of PostgreSQL when the app starts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.rows.composite_keys import composite_keys
from gatepost.rows.kept_columns import TRIGGER, has_kept_columns
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import OwnedTable
from gatepost.rows.row_security import POLICIES, WORK_POLICY, fingerprint

_ROLE = text(
    "SELECT current_user AS name, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
)
_TABLE = text(
    "SELECT relrowsecurity, relforcerowsecurity, "
    "pg_has_role(current_user, relowner, 'MEMBER') AS is_owner "
    "FROM pg_class WHERE oid = to_regclass(:name)"
)
_POLICIES = text(
    "SELECT polname, polpermissive, obj_description(oid, 'pg_policy') AS comment, "
    "(0 = ANY (polroles) OR EXISTS (SELECT FROM unnest(polroles) AS role "
    "WHERE role <> 0 AND pg_has_role(current_user, role, 'MEMBER'))) AS concerns_us "
    "FROM pg_policy WHERE polrelid = to_regclass(:name)"
)
_TRIGGERS = text(
    "SELECT obj_description(oid, 'pg_trigger') FROM pg_trigger "
    "WHERE tgrelid = to_regclass(:name) AND tgname = :trigger AND tgenabled IN ('O', 'A')"
)
_FOREIGN_KEYS = text(
    "SELECT conname FROM pg_constraint WHERE conrelid = to_regclass(:name) AND contype = 'f'"
)
# A view reads with the rights of whoever owns it, and a materialized one has read already.
_VIEWS = text(
    "SELECT DISTINCT view.relname FROM pg_depend "
    "JOIN pg_rewrite ON pg_rewrite.oid = pg_depend.objid "
    "JOIN pg_class AS view ON view.oid = pg_rewrite.ev_class "
    "WHERE pg_depend.refobjid = to_regclass(:name) AND view.relkind IN ('v', 'm') "
    "AND has_table_privilege(current_user, view.oid, 'SELECT') "
    "AND NOT coalesce(view.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], "
    "false)"
)


async def is_row_security_there(engine: AsyncEngine, owned: OwnedTables, *, required: bool) -> bool:
    """Return whether row-level security holds this connection's role on every owned table.

    Args:
        engine: of the role that serves people.
        owned: the tables.
        required: whether it has to.

    Raises:
        ConfigurationError: it has to and does not, or holds some tables only; says which.
    """
    faults = await row_security_faults(engine, owned)
    if not faults:
        return bool(owned.tables)
    if not required and not await has_begun(engine, owned):
        return False
    listed = "\n".join(f"- {fault}" for fault in faults)
    raise ConfigurationError(
        f"Row-level security does not hold what the app's database role does:\n{listed}\n"
        "Serve people with a role that owns nothing, and set GATEPOST_ADMIN_DATABASE_URL to one "
        "that owns the tables: then the start, or `gatepost migrate`, puts the policies there. "
        "GATEPOST_ROW_SECURITY=off goes without this second wall."
    )


async def row_security_faults(engine: AsyncEngine, owned: OwnedTables) -> list[str]:
    """Return what keeps row-level security from holding this connection's role; changes nothing."""
    async with engine.connect() as connection:
        return [fault async for fault in _faults(connection, owned)]


async def has_begun(engine: AsyncEngine, owned: OwnedTables) -> bool:
    """Return whether any owned table has row-level security, so that the database must be told."""
    async with engine.connect() as connection:
        rows = [await _row(connection, table) for table in owned.tables]
    return any(row is not None and row.relrowsecurity for row in rows)


async def _faults(connection: AsyncConnection, owned: OwnedTables) -> Any:
    role = (await connection.execute(_ROLE)).one()
    if role.rolsuper:
        yield f"the role {role.name} is a superuser"
    elif role.rolbypassrls:
        yield f"the role {role.name} has BYPASSRLS"
    for table in owned.tables:
        for fault in await _faults_of(connection, table, owned, role.name):
            yield fault


async def _faults_of(
    connection: AsyncConnection, owned: OwnedTable, tables: OwnedTables, role: str
) -> list[str]:
    name = owned.table.name
    found = await _row(connection, owned)
    if found is None:
        return []  # a model of another app in this process
    faults = [f"the table {name} belongs to {role}"] if found.is_owner else []
    if not found.relrowsecurity or not found.relforcerowsecurity:
        missing = "FORCE" if found.relrowsecurity else "ENABLE"
        return [*faults, f"the table {name} has no {missing} ROW LEVEL SECURITY"]
    policies = (await connection.execute(_POLICIES, _named(owned))).all()
    return [
        *faults,
        *_faults_of_policies(owned, policies),
        *await _faults_beside_policies(connection, owned, tables),
    ]


async def _faults_beside_policies(
    connection: AsyncConnection, owned: OwnedTable, tables: OwnedTables
) -> list[str]:
    """Return what no policy can hold, and nothing else holds either."""
    name, named = owned.table.name, _named(owned)
    keys = set(await connection.scalars(_FOREIGN_KEYS, named))
    faults = [
        f"a row of {name} can refer to somebody else's of {key.parent.table.name}: "
        f"the key {key.name} is not there"
        for key in composite_keys(owned, tables)
        if key.name not in keys
    ]
    if has_kept_columns(owned):
        comment = await connection.scalar(_TRIGGERS, {**named, "trigger": TRIGGER})
        if comment != fingerprint(owned):
            faults.append(f"the table {name} has no trigger {TRIGGER}, or one of other rules")
    faults += [
        f"the view {view} reads {name} as its owner: make it WITH (security_invoker = true)"
        for view in (await connection.scalars(_VIEWS, named)).all()
    ]
    return faults


def _faults_of_policies(owned: OwnedTable, policies: Any) -> Iterator[str]:
    name = owned.table.name
    there = {policy.polname: policy for policy in policies}
    for expected in POLICIES:
        if expected not in there:
            yield f"the table {name} has no policy {expected}"
        elif there[expected].comment != fingerprint(owned):
            yield f"the policy {expected} of {name} was made from other rules than the model's"
    for policy in policies:
        if policy.polname not in POLICIES and policy.polpermissive and policy.concerns_us:
            opens = "lets this role work on" if policy.polname == WORK_POLICY else "opens"
            yield f"the policy {policy.polname} {opens} everybody's rows of {name}"


async def _row(connection: AsyncConnection, owned: OwnedTable) -> Row[Any] | None:
    return (await connection.execute(_TABLE, _named(owned))).one_or_none()


def _named(owned: OwnedTable) -> dict[str, str]:
    # `to_regclass` reads a name as SQL does.
    quoted = owned.table.name.replace('"', '""')
    return {"name": f'"{quoted}"'}

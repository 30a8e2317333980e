"""The column `role` of Better Auth's `user` table, as its `admin` plugin has it.

Roles stand in one text with commas between.
"""

from sqlalchemy import Connection, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId, is_role_name
from gatepost.store import tables

ROLE_COLUMN = "role"

_user = tables.administered_user


async def has_roles_here(engine: AsyncEngine) -> bool:
    """Whether roles stand in this database."""
    async with engine.connect() as connection:
        return await connection.run_sync(_has_role_column)


def _has_role_column(connection: Connection) -> bool:
    inspector = inspect(connection)
    return inspector.has_table("user") and any(
        column["name"] == ROLE_COLUMN for column in inspector.get_columns("user")
    )


async def find_roles(engine: AsyncEngine, user_id: UserId) -> frozenset[str]:
    """Return the roles of a person."""
    async with engine.connect() as connection:
        text = await connection.scalar(select(_user.c.role).where(_user.c.id == user_id))
    return roles_in(text)


def roles_in(text: str | None) -> frozenset[str]:
    """Read the column."""
    return frozenset(role.strip() for role in (text or "").split(",")) - {""}


async def set_roles(engine: AsyncEngine, user_id: UserId, roles: frozenset[str]) -> bool:
    """Give a person these roles and no others; False where there is no such person.

    Raises:
        ValueError: one of them is no name of a role.
    """
    for role in roles:
        if not is_role_name(role):
            raise ValueError(f"{role!r} is no name of a role")
    statement = update(_user).where(_user.c.id == user_id)
    async with engine.begin() as connection:
        done = await connection.execute(statement.values(role=",".join(sorted(roles)) or None))
    return done.rowcount == 1

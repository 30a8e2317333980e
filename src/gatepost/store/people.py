"""Looking a signed-in person up in Better Auth's `user` table."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.store import tables

SECOND_FACTOR_COLUMN = "twoFactorEnabled"


@dataclass(frozen=True, slots=True)
class Person:
    """What a person has told of themselves.

    Attributes:
        email_verified: whether they have shown that they read its mail; until then anybody may
            have signed up with it.
    """

    id: str
    name: str
    email: str
    email_verified: bool
    image: str | None


async def has_people_here(engine: AsyncEngine) -> bool:
    """Whether the table `user` is Better Auth's: with an issuer elsewhere, it may be anybody's."""
    async with engine.connect() as connection:
        columns = await connection.run_sync(_user_columns)
    return {column.name for column in tables.user.columns} <= columns


async def has_second_factors(engine: AsyncEngine) -> bool:
    """Whether Better Auth's plugin `twoFactor` keeps here who has to show more than a password."""
    async with engine.connect() as connection:
        return SECOND_FACTOR_COLUMN in await connection.run_sync(_user_columns)


def _user_columns(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    if not inspector.has_table("user"):
        return set()
    return {column["name"] for column in inspector.get_columns("user")}


async def find_user_id(engine: AsyncEngine, email: str) -> UserId | None:
    """Return the id of whoever has verified that address, in any case of its letters."""
    columns = tables.user.c
    theirs = and_(columns.email == email.lower(), columns.emailVerified.is_(True))
    async with engine.connect() as connection:
        found = await connection.scalar(select(columns.id).where(theirs))
    return None if found is None else UserId(found)


async def find_person(engine: AsyncEngine, user_id: UserId) -> Person | None:
    """Return the person with that id, or None where the account has been deleted."""
    columns = tables.user.c
    statement = select(
        columns.id, columns.name, columns.email, columns.emailVerified, columns.image
    ).where(columns.id == user_id)
    async with engine.connect() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return Person(*row) if row else None

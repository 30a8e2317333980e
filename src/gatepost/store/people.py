"""Looking a signed-in person up in Better Auth's `user` table."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.store import tables


@dataclass(frozen=True, slots=True)
class Person:
    """What a person has told of themselves."""

    id: str
    name: str
    email: str
    email_verified: bool
    image: str | None


async def find_person(engine: AsyncEngine, user_id: UserId) -> Person | None:
    """Return the person with that id, or None where the account has been deleted."""
    columns = tables.user.c
    statement = select(
        columns.id, columns.name, columns.email, columns.emailVerified, columns.image
    ).where(columns.id == user_id)
    async with engine.connect() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return Person(*row) if row else None

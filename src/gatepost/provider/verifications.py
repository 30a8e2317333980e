"""Single-use tokens in the table `verification`, as Better Auth stores them: in plain text.

What is bound to a purpose by its identifier is bound to a person by its value.
"""

import re
import time
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Delete, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.records import new_id
from gatepost.provider.sessions import now
from gatepost.store import tables

_CLEANING_SECONDS = 60.0
_NOBODY = ""
# What comes from a caller may be longer than an index holds, or have a NUL in it.
_TOKEN = re.compile(r"[A-Za-z0-9]{1,64}")
_columns = tables.verification.c


class Purpose(StrEnum):
    """What a token is for; with the token behind it, the identifier of its row."""

    RESET_PASSWORD = "reset-password:"  # noqa: S105 - the beginning of an identifier
    DELETE_USER = "delete-account-"


LIFETIMES: Final = {
    Purpose.RESET_PASSWORD: timedelta(hours=1),
    Purpose.DELETE_USER: timedelta(days=1),
}


class Verifications:
    """The table `verification`.

    Args:
        engine: the database with Better Auth's tables.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._next_cleaning = 0.0

    async def issue(self, purpose: Purpose, token: str, user_id: UserId | None) -> None:
        """Write a token down.

        For nobody the same row is written, which has expired already: so that the time, up to what
        the disk takes, does not tell whether there was anybody.
        """
        moment = now()
        lifetime = LIFETIMES[purpose] if user_id is not None else timedelta(0)
        row = {
            "id": new_id(),
            "identifier": f"{purpose}{token}",
            "value": user_id or _NOBODY,
            "expiresAt": moment + lifetime,
            "createdAt": moment,
            "updatedAt": moment,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(tables.verification).values(row))
        await self._clean()

    async def find(self, purpose: Purpose, token: str) -> UserId | None:
        """Return whose token it is; None where it is nobody's, or was used, or is too old."""
        if not _TOKEN.fullmatch(token):
            return None
        query = select(_columns.value).where(_is_live(purpose, token))
        async with self._engine.connect() as connection:
            value: str | None = (await connection.execute(query)).scalar()
        return UserId(value) if value else None

    async def redeem(self, purpose: Purpose, token: str, user_id: UserId) -> bool:
        """Use a token up; of many at once, one is told True.

        One of another person's is left alone, so that nobody can use it up for them.
        """
        if not _TOKEN.fullmatch(token):
            return False
        theirs = and_(_is_live(purpose, token), _columns.value == user_id)
        statement = delete(tables.verification).where(theirs).returning(_columns.id)
        async with self._engine.begin() as connection:
            return (await connection.execute(statement)).first() is not None

    async def _clean(self) -> None:
        """Remove what has expired, once a minute as the original does, also its rows for nobody."""
        if time.monotonic() < self._next_cleaning:
            return
        self._next_cleaning = time.monotonic() + _CLEANING_SECONDS
        # Two that clean at once would wait for each other's rows, each for the other.
        old = select(_columns.id).where(_columns.expiresAt < now())
        old = old.with_for_update(skip_locked=True)
        async with self._engine.begin() as connection:
            await connection.execute(delete(tables.verification).where(_columns.id.in_(old)))


def delete_verifications_of(user_id: UserId) -> Delete:
    """Return the statement that takes every token of somebody away."""
    ours = or_(*(_columns.identifier.startswith(each, autoescape=True) for each in Purpose))
    return delete(tables.verification).where(_columns.value == user_id, ours)


def _is_live(purpose: Purpose, token: str) -> ColumnElement[bool]:
    return and_(_columns.identifier == f"{purpose}{token}", _columns.expiresAt > now())

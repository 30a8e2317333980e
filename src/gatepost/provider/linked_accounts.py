"""The ways in which somebody signs in, on the table `account`."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.records import LinkedAccount
from gatepost.store import tables

_account = tables.account.c


class LinkedAccounts:
    """The `account` table, by whose it is; of its secrets nothing is read.

    Args:
        engine: the database with Better Auth's tables.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def all_of(self, user_id: UserId) -> list[LinkedAccount]:
        """Return every account of one person, the oldest first."""
        query = (
            select(
                _account.id,
                _account.accountId,
                _account.providerId,
                _account.userId,
                _account.scope,
                _account.createdAt,
                _account.updatedAt,
            )
            .where(_account.userId == user_id)
            .order_by(_account.createdAt, _account.id)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [LinkedAccount(*row) for row in rows]

    async def unlink(self, user_id: UserId, account_id: str) -> bool:
        """Delete one account of a person who has another; False where it is not there, or alone."""
        # Two requests that unlink two accounts must not each count the other's: both write the
        # same row of `user` first, which makes one wait until the other's deletion is seen.
        lock = (
            update(tables.user)
            .where(tables.user.c.id == user_id)
            .values(updatedAt=tables.user.c.updatedAt)
        )
        owned = select(func.count()).select_from(tables.account).where(_account.userId == user_id)
        statement = delete(tables.account).where(
            _account.id == account_id, _account.userId == user_id, owned.scalar_subquery() > 1
        )
        async with self._engine.begin() as connection:
            await connection.execute(lock)
            return (await connection.execute(statement)).rowcount == 1

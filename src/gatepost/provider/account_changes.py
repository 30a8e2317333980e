"""What a link changes of a person: their address, their password, and that they are there."""

from dataclasses import replace

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.accounts import EmailTaken, account_row, is_credential_of
from gatepost.provider.records import Session, User
from gatepost.provider.sessions import delete_sessions_of, now
from gatepost.provider.verifications import delete_verifications_of
from gatepost.store import tables


class AccountChanges:
    """Writes to the tables of people; each is one transaction, and one of many at once wins.

    Args:
        engine: the database with Better Auth's tables.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def verify_email(self, user: User) -> bool:
        """Note that an address is its owner's; False where that was known already.

        Of many at once, one is told True.
        """
        columns = tables.user.c
        unverified = and_(
            columns.id == user.id, columns.email == user.email, columns.emailVerified.is_(False)
        )
        statement = update(tables.user).where(unverified)
        async with self._engine.begin() as connection:
            done = await connection.execute(statement.values(emailVerified=True, updatedAt=now()))
        return done.rowcount == 1

    async def change_email(self, user: User, new_email: str) -> User | None:
        """Give somebody another address; None where they do not have the old one any more.

        Raises:
            EmailTaken: somebody has it.
        """
        columns = tables.user.c
        still = and_(columns.id == user.id, columns.email == user.email)
        changed = replace(user, email=new_email, updated_at=now())
        statement = update(tables.user).where(still)
        try:
            async with self._engine.begin() as connection:
                done = await connection.execute(
                    statement.values(email=new_email, updatedAt=changed.updated_at)
                )
        except IntegrityError:
            raise EmailTaken from None  # PostgreSQL's own message holds the address
        return changed if done.rowcount == 1 else None

    async def set_password(self, user: User, password_hash: str) -> list[Session]:
        """Give somebody another password and end their sessions; returns those that were there."""
        moment = now()
        change = update(tables.account).where(is_credential_of(user.id))
        async with self._engine.begin() as connection:
            changed = await connection.execute(
                change.values(password=password_hash, updatedAt=moment)
            )
            if not changed.rowcount:
                row = account_row(
                    replace(user, created_at=moment, updated_at=moment), password_hash
                )
                await connection.execute(insert(tables.account).values(row))
            return await delete_sessions_of(connection, user.id)

    async def delete(self, user_id: UserId) -> list[Session]:
        """Delete a person and all that is theirs here; returns the sessions that were there."""
        own = tables.user.c.id == user_id
        async with self._engine.begin() as connection:
            await connection.execute(delete_verifications_of(user_id))
            # PostgreSQL: no session can be begun past this lock, which its foreign key waits for.
            await connection.execute(select(tables.user.c.id).where(own).with_for_update())
            ended = await delete_sessions_of(connection, user_id)
            theirs = tables.account.c.userId == user_id
            await connection.execute(delete(tables.account).where(theirs))
            await connection.execute(delete(tables.user).where(own))
        return ended

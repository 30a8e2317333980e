"""People and their passwords on the tables `user` and `account`."""

from dataclasses import dataclass, replace

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.provider.records import Session, User, new_id, user_of
from gatepost.provider.sessions import delete_sessions_of, insert_session, now
from gatepost.provider.verifications import delete_verifications_of
from gatepost.store import tables

_CREDENTIAL = "credential"


class EmailTaken(Exception):
    """Somebody has this address already."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Somebody, and what is known of their password.

    Attributes:
        has_account: whether there is a credential account, with a password or without.
        password_hash: `salt:key`, or None.
    """

    user: User
    has_account: bool
    password_hash: str | None

    def __repr__(self) -> str:
        return f"Credentials({self.user.id!r})"  # never the hash


class Accounts:
    """People who sign in with a password.

    Args:
        engine: the database with Better Auth's tables.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def email_taken(self, email: str) -> bool:
        """Whether somebody has this address, in lower case."""
        query = select(tables.user.c.id).where(tables.user.c.email == email)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).first() is not None

    async def find(self, email: str) -> Credentials | None:
        """Return who has this address, in lower case."""
        account = tables.account.c
        # A credential account carries its user's id as its own: another one is not theirs.
        theirs = and_(
            account.userId == tables.user.c.id,
            account.accountId == tables.user.c.id,
            account.providerId == _CREDENTIAL,
        )
        query = (
            select(tables.user, account.id, account.password)
            .join_from(tables.user, tables.account, theirs, isouter=True)
            .where(tables.user.c.email == email)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        return Credentials(user_of(row), row[account.id] is not None, row[account.password])

    async def find_by_id(self, user_id: str) -> User | None:
        """Return who has this id."""
        query = select(tables.user).where(tables.user.c.id == user_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else user_of(row)

    async def create(self, user: User, password_hash: str, session: Session | None) -> None:
        """Write a person, their password and, where they are signed in, their first session.

        Raises:
            EmailTaken: the database has the last word, so that of many at once one wins.
        """
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(tables.user).values(_user_row(user)))
                await connection.execute(
                    insert(tables.account).values(_account_row(user, password_hash))
                )
                if session is not None:
                    await insert_session(connection, session)
        except IntegrityError:
            raise EmailTaken from None  # PostgreSQL's own message holds the address

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
        account = tables.account.c
        theirs = and_(
            account.userId == user.id,
            account.accountId == user.id,
            account.providerId == _CREDENTIAL,
        )
        change = update(tables.account).where(theirs)
        async with self._engine.begin() as connection:
            changed = await connection.execute(
                change.values(password=password_hash, updatedAt=moment)
            )
            if not changed.rowcount:
                row = _account_row(
                    replace(user, created_at=moment, updated_at=moment), password_hash
                )
                await connection.execute(insert(tables.account).values(row))
            return await delete_sessions_of(connection, user.id)

    async def delete(self, user: User) -> list[Session]:
        """Delete a person and all that is theirs here; returns the sessions that were there."""
        own = tables.user.c.id == user.id
        async with self._engine.begin() as connection:
            await connection.execute(delete_verifications_of(user.id))
            # PostgreSQL: no session can be begun past this lock, which its foreign key waits for.
            await connection.execute(select(tables.user.c.id).where(own).with_for_update())
            ended = await delete_sessions_of(connection, user.id)
            theirs = tables.account.c.userId == user.id
            await connection.execute(delete(tables.account).where(theirs))
            await connection.execute(delete(tables.user).where(own))
        return ended


def _user_row(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "emailVerified": user.email_verified,
        "image": user.image,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
    }


def _account_row(user: User, password_hash: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "accountId": user.id,
        "providerId": _CREDENTIAL,
        "userId": user.id,
        "password": password_hash,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
    }

"""People and their passwords on the tables `user` and `account`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.records import Session, User, new_id, user_of
from gatepost.provider.sessions import insert_session, now
from gatepost.store import tables

_CREDENTIAL = "credential"


class EmailTaken(Exception):
    """Somebody has this address already."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Somebody, and what is known of their password.

    Attributes:
        has_account: whether there is a credential account, with a password or without.
        password_hash: as `Passwords` writes it, or None.
    """

    user: User
    has_account: bool
    password_hash: str | None

    def __repr__(self) -> str:
        return f"Credentials({self.user.id!r})"  # never the hash


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential account with a password.

    Attributes:
        id: the row's own.
        password_hash: as `Passwords` writes it.
    """

    id: str
    password_hash: str

    def __repr__(self) -> str:
        return f"Credential({self.id!r})"  # never the hash


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
                    insert(tables.account).values(account_row(user, password_hash))
                )
                if session is not None:
                    await insert_session(connection, session)
        except IntegrityError:
            raise EmailTaken from None  # PostgreSQL's own message holds the address

    async def credential(self, user_id: UserId) -> Credential | None:
        """Return somebody's password; None where they have none."""
        account = tables.account.c
        query = select(account.id, account.password).where(is_credential_of(user_id))
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return Credential(row.id, row.password) if row is not None and row.password else None

    async def replace_password(self, known: Credential, password_hash: str) -> bool:
        """Write a new password in place of the known one; False where that is not it any more."""
        account = tables.account.c
        statement = (
            update(tables.account)
            .where(account.id == known.id, account.password == known.password_hash)
            .values(password=password_hash, updatedAt=now())
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def update_profile(self, user_id: UserId, profile: Mapping[str, str | None]) -> bool:
        """Write somebody's `name`, `image` or both; False where they have been deleted."""
        statement = (
            update(tables.user)
            .where(tables.user.c.id == user_id)
            .values(**profile, updatedAt=now())
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(statement)).rowcount == 1


def is_credential_of(user_id: UserId) -> ColumnElement[bool]:
    """Return the condition by which a row of `account` is somebody's credential account."""
    account = tables.account.c
    return and_(
        account.userId == user_id,
        account.accountId == user_id,
        account.providerId == _CREDENTIAL,
    )


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


def account_row(user: User, password_hash: str) -> dict[str, object]:
    """Return a credential account, whose id at its provider is its user's."""
    return {
        "id": new_id(),
        "accountId": user.id,
        "providerId": _CREDENTIAL,
        "userId": user.id,
        "password": password_hash,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
    }

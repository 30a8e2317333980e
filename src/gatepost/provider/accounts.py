"""People and their passwords on the tables `user` and `account`."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.additional_fields import NO_FIELDS, AdditionalFields, Values
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
        additional: what people have beside Better Auth's own fields.
    """

    def __init__(self, engine: AsyncEngine, additional: AdditionalFields = NO_FIELDS) -> None:
        self._engine = engine
        self._additional = additional

    async def email_taken(self, email: str) -> bool:
        """Whether somebody has this address, in lower case."""
        query = select(tables.user.c.id).where(tables.user.c.email == email)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).first() is not None

    async def find(self, email: str) -> Credentials | None:
        """Return who has this address, in lower case."""
        account, user = tables.account.c, self._additional.user
        # A credential account carries its user's id as its own: another one is not theirs.
        theirs = and_(
            account.userId == user.c.id,
            account.accountId == user.c.id,
            account.providerId == _CREDENTIAL,
        )
        query = (
            select(user, account.id, account.password)
            .join_from(user, tables.account, theirs, isouter=True)
            .where(user.c.email == email)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        known = user_of(row, self._additional)
        return Credentials(known, row[account.id] is not None, row[account.password])

    async def find_by_id(self, user_id: str) -> User | None:
        """Return who has this id."""
        query = select(self._additional.user).where(self._additional.user.c.id == user_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else user_of(row, self._additional)

    async def create(self, user: User, password_hash: str, session: Session | None) -> None:
        """Write a person, their password and, where they are signed in, their first session.

        Raises:
            EmailTaken: the database has the last word, so that of many at once one wins.
            IntegrityError: it wants what we do not know of, as a column that may not be empty.
        """
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(self._additional.user).values(_user_row(user)))
                await connection.execute(
                    insert(tables.account).values(account_row(user, password_hash))
                )
                if session is not None:
                    await insert_session(connection, session)
        except IntegrityError:
            if await self.email_taken(user.email):
                raise EmailTaken from None  # PostgreSQL's own message holds the address
            raise

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

    async def update_profile(self, user_id: UserId, profile: Values) -> bool:
        """Write what somebody says of themselves; False where they have been deleted.

        Args:
            user_id: whose row it is.
            profile: `name`, `image` and additional fields, as many as have changed.
        """
        user = self._additional.user
        statement = update(user).where(user.c.id == user_id).values(**profile, updatedAt=now())
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
        **user.additional.values,
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

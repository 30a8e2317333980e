"""People and sessions as the provider has them in hand, and as it shows them."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.principal import SessionId, UserId
from gatepost.provider.additional_fields import Additional, AdditionalFields
from gatepost.store import tables
from gatepost.store.look_up import Found
from gatepost.store.tables import iso_milliseconds

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 32


def new_id(length: int = _LENGTH) -> str:
    """Return random letters and digits; 32 are Better Auth's ids and session tokens (190 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class User:
    """A row of `user`."""

    id: UserId
    name: str
    email: str
    email_verified: bool
    image: str | None
    created_at: datetime
    updated_at: datetime
    additional: Additional = field(default_factory=Additional, hash=False)

    def shown(self) -> dict[str, object]:
        """Return what the client gets, in the order in which the original sends it."""
        return {
            "name": self.name,
            "email": self.email,
            "emailVerified": self.email_verified,
            "image": self.image,
            "createdAt": iso_milliseconds(self.created_at),
            "updatedAt": iso_milliseconds(self.updated_at),
            **self.additional.shown,
            "id": self.id,
        }


@dataclass(frozen=True, slots=True)
class Session:
    """A row of `session`."""

    id: SessionId
    token: str
    user_id: UserId
    expires_at: datetime
    created_at: datetime
    updated_at: datetime
    ip_address: str | None
    user_agent: str | None

    def __repr__(self) -> str:
        return f"Session({self.id!r})"  # never the token

    def shown(self) -> dict[str, object]:
        """Return what the client gets, in the order in which the original sends it."""
        return {
            "expiresAt": iso_milliseconds(self.expires_at),
            "token": self.token,
            "createdAt": iso_milliseconds(self.created_at),
            "updatedAt": iso_milliseconds(self.updated_at),
            "ipAddress": self.ip_address,
            "userAgent": self.user_agent,
            "userId": self.user_id,
            "id": self.id,
        }


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """A row of `account`, without any of its secrets: a way in which somebody signs in.

    Attributes:
        account_id: who that is at the provider.
        provider_id: `credential` for a password.
        scope: what the provider was asked for, between commas.
    """

    id: str
    account_id: str
    provider_id: str
    user_id: UserId
    scope: str | None
    created_at: datetime
    updated_at: datetime

    def shown(self) -> dict[str, object]:
        """Return what the client gets, in the order in which the original sends it."""
        scopes = (scope.strip() for scope in (self.scope or "").split(","))
        return {
            "accountId": self.account_id,
            "providerId": self.provider_id,
            "userId": self.user_id,
            "createdAt": iso_milliseconds(self.created_at),
            "updatedAt": iso_milliseconds(self.updated_at),
            "id": self.id,
            "scopes": [scope for scope in scopes if scope],
        }


def user_of(row: Found, additional: AdditionalFields) -> User:
    """Read a row that has the columns of `user`, those of the additional fields included."""
    columns = additional.user.c
    return User(
        id=UserId(row[columns.id]),
        name=row[columns.name],
        email=row[columns.email],
        email_verified=bool(row[columns.emailVerified]),
        image=row[columns.image],
        created_at=row[columns.createdAt],
        updated_at=row[columns.updatedAt],
        additional=additional.of_row(row),
    )


def session_of(row: Found) -> Session:
    """Read a row that has the columns of `session`."""
    columns = tables.session.c
    return Session(
        id=SessionId(row[columns.id]),
        token=row[columns.token],
        user_id=UserId(row[columns.userId]),
        expires_at=row[columns.expiresAt],
        created_at=row[columns.createdAt],
        updated_at=row[columns.updatedAt],
        ip_address=row[columns.ipAddress],
        user_agent=row[columns.userAgent],
    )

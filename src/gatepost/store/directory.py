"""Everybody who has an account, as an operator sees them: no password, no session's token."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, Select, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import SessionId, UserId
from gatepost.store import tables
from gatepost.store.bans import NO_REASON, Ban
from gatepost.store.roles import roles_in

_user = tables.administered_user
_session = tables.session.c
# Every column but the token, which is nobody's to see.
_newest_sessions = select(
    *(column for column in tables.session.columns if column is not _session.token)
).order_by(_session.createdAt.desc(), _session.id)


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody's account."""

    id: UserId
    email: str
    name: str
    email_verified: bool
    roles: frozenset[str]
    ban: Ban | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One of somebody's sessions, an expired one too.

    Attributes:
        seen_at: when it was made or last renewed.
    """

    id: SessionId
    user_id: UserId
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


async def has_directory(engine: AsyncEngine) -> bool:
    """Whether the table has every column that is read here."""
    async with engine.connect() as connection:
        columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("user"))
    return {column.name for column in _user.columns} <= {column["name"] for column in columns}


async def find_entry(engine: AsyncEngine, who: str) -> Entry | None:
    """Return whoever has that address, in any case of its letters, or that id."""
    # An id holds no @, so nobody can take another's as an address.
    is_them = or_(_user.c.email == who.lower(), _user.c.id == who)
    found = await _entries(engine, select(_user).where(is_them))
    return found[0] if found else None


async def find_entries(
    engine: AsyncEngine, *, part: str, only_banned: bool, at_most: int
) -> list[Entry]:
    """Return accounts, the newest first.

    Args:
        engine: the database.
        part: what the address or the name has in it, in any case of its letters; "" for anything.
        only_banned: leave the others out.
        at_most: how many.
    """
    query = select(_user).order_by(_user.c.createdAt.desc(), _user.c.id).limit(at_most)
    if part:
        has_part = [
            column.icontains(part, autoescape=True) for column in (_user.c.email, _user.c.name)
        ]
        query = query.where(or_(*has_part))
    if only_banned:
        query = query.where(_user.c.banned.is_(True))
    return await _entries(engine, query)


async def find_sessions(engine: AsyncEngine, user_id: UserId) -> list[SessionEntry]:
    """Return somebody's sessions, the newest first."""
    return await _sessions(engine, _newest_sessions.where(_session.userId == user_id))


async def find_newest_sessions(engine: AsyncEngine, *, at_most: int) -> list[SessionEntry]:
    """Return everybody's sessions, the newest first."""
    return await _sessions(engine, _newest_sessions.limit(at_most))


async def find_session(engine: AsyncEngine, session_id: str) -> SessionEntry | None:
    """Return the session with that id, which is no token."""
    found = await _sessions(engine, _newest_sessions.where(_session.id == session_id))
    return found[0] if found else None


async def _sessions(engine: AsyncEngine, query: Select[tuple[object, ...]]) -> list[SessionEntry]:
    async with engine.connect() as connection:
        found = await connection.execute(query)
    return [
        SessionEntry(
            id=SessionId(row[_session.id]),
            user_id=UserId(row[_session.userId]),
            created_at=row[_session.createdAt],
            seen_at=row[_session.updatedAt],
            expires_at=row[_session.expiresAt],
            address=row[_session.ipAddress] or "",
            user_agent=row[_session.userAgent] or "",
        )
        for row in found.mappings()
    ]


async def _entries(engine: AsyncEngine, query: Select[tuple[object, ...]]) -> list[Entry]:
    async with engine.connect() as connection:
        return [_entry(row) for row in (await connection.execute(query)).mappings()]


def _entry(row: RowMapping) -> Entry:
    columns = _user.c
    is_banned = bool(row[columns.banned])
    return Entry(
        id=UserId(row[columns.id]),
        email=row[columns.email],
        name=row[columns.name],
        email_verified=bool(row[columns.emailVerified]),
        roles=roles_in(row[columns.role]),
        ban=Ban(row[columns.banReason] or NO_REASON, row[columns.banExpires])
        if is_banned
        else None,
        created_at=row[columns.createdAt],
    )

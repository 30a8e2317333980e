"""Who is banned: the columns of Better Auth's `user` table, as its `admin` plugin has them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.principal import SessionId, UserId
from gatepost.store import tables

NO_REASON = "No reason"
"""What the plugin writes where nobody gives one."""

DISABLED = "Disabled by an operator"
"""What is written where an operator closes an account, and gives no reason."""

_user = tables.administered_user


@dataclass(frozen=True, slots=True)
class Ban:
    """That somebody may not sign in.

    Attributes:
        expires_at: when it lifts itself; None for never.
    """

    reason: str
    expires_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether it has expired."""
        return self.expires_at is not None and self.expires_at < datetime.now(UTC)


async def find_ban(connection: AsyncConnection, user_id: UserId) -> Ban | None:
    """Return somebody's ban, an expired one too."""
    return await _ban_of(connection, _asked(user_id))


async def is_banned(connection: AsyncConnection, user_id: UserId) -> bool:
    """Whether somebody may not sign in; a ban that has expired is lifted, as the plugin does.

    Until the transaction ends nobody can ban them: either a ban sees the session that this
    transaction writes, and ends it, or this sees the ban.
    """
    # NO KEY UPDATE: other sign-ins hold the row by their foreign keys, and need not wait.
    found = await _ban_of(connection, _asked(user_id).with_for_update(key_share=True))
    if found is not None and found.is_over:
        await _write(connection, user_id, None)
        return False
    return found is not None


async def impose(engine: AsyncEngine, user_id: UserId, ban: Ban) -> list[SessionId]:
    """Ban somebody and end their sessions; return which those were."""
    async with engine.begin() as connection:
        await _write(connection, user_id, ban)
        return await _end_sessions(connection, user_id)


async def lift(engine: AsyncEngine, user_id: UserId) -> None:
    """Let somebody sign in again."""
    async with engine.begin() as connection:
        await _write(connection, user_id, None)


async def end_sessions(engine: AsyncEngine, user_id: UserId) -> list[SessionId]:
    """End every session of somebody; return which those were."""
    async with engine.begin() as connection:
        return await _end_sessions(connection, user_id)


async def end_every_session(engine: AsyncEngine) -> int:
    """End every session of everybody; return how many there were."""
    async with engine.begin() as connection:
        return (await connection.execute(delete(tables.session))).rowcount


async def end_these(
    engine: AsyncEngine, user_id: UserId, session_ids: Collection[SessionId]
) -> list[SessionId]:
    """End some sessions of somebody; return which of them were still there."""
    columns = tables.session.c
    theirs = and_(columns.userId == user_id, columns.id.in_(session_ids))
    statement = delete(tables.session).where(theirs).returning(columns.id)
    async with engine.begin() as connection:
        return [SessionId(found) for found in await connection.scalars(statement)]


def _asked(user_id: UserId) -> Select[tuple[bool | None, str | None, datetime | None]]:
    columns = _user.c
    query = select(columns.banned, columns.banReason, columns.banExpires)
    return query.where(columns.id == user_id)


async def _ban_of(
    connection: AsyncConnection, query: Select[tuple[bool | None, str | None, datetime | None]]
) -> Ban | None:
    row = (await connection.execute(query)).one_or_none()
    if row is None or not row.banned:
        return None
    return Ban(row.banReason or NO_REASON, row.banExpires)


async def _write(connection: AsyncConnection, user_id: UserId, ban: Ban | None) -> None:
    values = {
        "banned": ban is not None,
        "banReason": ban and ban.reason,
        "banExpires": ban and ban.expires_at,
        "updatedAt": datetime.now(UTC),
    }
    await connection.execute(update(_user).where(_user.c.id == user_id).values(values))


async def _end_sessions(connection: AsyncConnection, user_id: UserId) -> list[SessionId]:
    columns = tables.session.c
    statement = delete(tables.session).where(columns.userId == user_id).returning(columns.id)
    return [SessionId(found) for found in (await connection.execute(statement)).scalars()]

"""Sessions on the tables: find, create, slide, delete.

Every transaction that writes begins with its write, so that SQLite takes the lock at once and
waits for it, instead of failing on the way from reading to writing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.principal import SessionId, UserId
from gatepost.provider.additional_fields import NO_FIELDS, AdditionalFields
from gatepost.provider.faults import SessionEnd
from gatepost.provider.records import Session, User, new_id, session_of, user_of
from gatepost.session_ages import SessionAges
from gatepost.store import tables
from gatepost.store.bans import is_banned
from gatepost.store.look_up import LookUp

# Fewer than the parameters that a statement can have.
_DELETED_AT_ONCE = 1000


def now() -> datetime:
    """Return the time in whole milliseconds, which is what the tables keep."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_session(
    user_id: UserId, ages: SessionAges, *, remember: bool, address: str, user_agent: str
) -> Session:
    """Make a session that is not yet in the database."""
    moment = now()
    return Session(
        id=SessionId(new_id()),
        token=new_id(),
        user_id=user_id,
        expires_at=moment + (ages.expires_in if remember else ages.not_remembered),
        created_at=moment,
        updated_at=moment,
        ip_address=address,
        user_agent=user_agent,
    )


async def insert_session(connection: AsyncConnection, session: Session) -> None:
    """Write a new session in the transaction at hand."""
    await connection.execute(
        insert(tables.session).values(
            id=session.id,
            token=session.token,
            userId=session.user_id,
            expiresAt=session.expires_at,
            createdAt=session.created_at,
            updatedAt=session.updated_at,
            ipAddress=session.ip_address,
            userAgent=session.user_agent,
        )
    )


async def delete_sessions_of(connection: AsyncConnection, user_id: UserId) -> list[Session]:
    """Delete every session of somebody in the transaction at hand, and return them."""
    theirs = tables.session.c.userId == user_id
    statement = delete(tables.session).where(theirs).returning(tables.session)
    rows = (await connection.execute(statement)).mappings().all()
    return [session_of(row) for row in rows]


class UserGone(Exception):
    """There is no such user any more."""


class UserBanned(Exception):
    """This user may not sign in."""


class Sessions:
    """The `session` table, with the `user` behind each row.

    Args:
        engine: the database with Better Auth's tables.
        ages: how long a session lives.
        additional: what people have beside Better Auth's own fields.
    """

    def __init__(
        self, engine: AsyncEngine, ages: SessionAges, additional: AdditionalFields = NO_FIELDS
    ) -> None:
        self._engine = engine
        self._ages = ages
        self._additional = additional
        user = additional.user
        with_users = select(tables.session, user).join(user, user.c.id == tables.session.c.userId)
        self._by_token = LookUp(engine, with_users, tables.session.c.token)

    async def create(self, session: Session) -> list[Session]:
        """Write a new session; return those that its person has beyond as many as they may have.

        Those are the oldest, and the caller's to end. The look at the ban holds the person's row
        (SQLite's one writer the whole database), so that of many sign-ins at once each sees those
        before it, and exactly as many are left as may be.

        Raises:
            UserGone: its user was deleted a moment ago.
            UserBanned: its user is banned, or is being banned in this very moment.
        """
        try:
            async with self._engine.begin() as connection:
                await insert_session(connection, session)
                if await is_banned(connection, session.user_id):
                    raise UserBanned
                return await self._beyond(connection, session)
        except IntegrityError:
            raise UserGone from None

    async def _beyond(self, connection: AsyncConnection, new: Session) -> list[Session]:
        column, moment = tables.session.c, now()
        others = (
            select(tables.session)
            .where(
                column.userId == new.user_id,
                column.id != new.id,
                column.expiresAt >= moment,
                column.createdAt > moment - self._ages.ends_after,
            )
            .order_by(column.createdAt.desc(), column.id)
            .offset(self._ages.max_count - 1)
            # SQLite knows no offset without a limit; what is beyond so many ends the next time.
            .limit(_DELETED_AT_ONCE)
        )
        rows = (await connection.execute(others)).mappings().all()
        return [session_of(row) for row in rows]

    async def find(self, tokens: Sequence[str]) -> list[tuple[Session, User]]:
        """Return the sessions of these tokens, expired ones too, in the order of the tokens."""
        rows = await self._by_token.find(tokens)
        found = {
            row[tables.session.c.token]: (session_of(row), user_of(row, self._additional))
            for row in rows
        }
        return [found[token] for token in tokens if token in found]

    async def slide(self, session: Session) -> Session | None:
        """Give a session its whole life from now; None where it has been deleted meanwhile."""
        moment = now()
        slid = replace(session, expires_at=moment + self._ages.expires_in, updated_at=moment)
        statement = (
            update(tables.session)
            .where(tables.session.c.id == session.id)
            .values(expiresAt=slid.expires_at, updatedAt=slid.updated_at)
        )
        async with self._engine.begin() as connection:
            result = await connection.execute(statement)
        return slid if result.rowcount else None

    async def all_of(self, user_id: UserId) -> list[Session]:
        """Return every session of one person, expired ones too, the oldest first."""
        query = (
            select(tables.session)
            .where(tables.session.c.userId == user_id)
            .order_by(tables.session.c.createdAt, tables.session.c.id)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [session_of(row) for row in rows]

    async def delete(self, sessions: Sequence[Session]) -> frozenset[SessionId]:
        """Delete these sessions; of many who do at the same time, each row is returned to one."""
        ids = [session.id for session in sessions]
        column = tables.session.c.id
        deleted: set[SessionId] = set()
        async with self._engine.begin() as connection:
            for start in range(0, len(ids), _DELETED_AT_ONCE):
                these = ids[start : start + _DELETED_AT_ONCE]
                statement = delete(tables.session).where(column.in_(these)).returning(column)
                deleted.update(map(SessionId, await connection.scalars(statement)))
        return frozenset(deleted)


def end_of(session: Session, ages: SessionAges) -> datetime:
    """Return when a session ends, if nobody uses it any more."""
    return min(session.expires_at, session.created_at + ages.ends_after)


def is_live(session: Session, ages: SessionAges) -> bool:
    """Whether a session has neither gone unused for too long nor grown too old."""
    return end_of(session, ages) >= now()


def why_ended(session: Session) -> SessionEnd:
    """Say of a session that is not live which of the two it is."""
    return SessionEnd.UNUSED if session.expires_at < now() else SessionEnd.TOO_OLD


def shown(session: Session, ages: SessionAges) -> dict[str, object]:
    """Return what the client gets of a session: its end is no later than it will be."""
    return replace(session, expires_at=end_of(session, ages)).shown()


def is_fresh(session: Session, ages: SessionAges) -> bool:
    """Whether somebody signed in to it a short while ago, a day by default."""
    return now() - session.created_at < ages.fresh_age


def is_remembered(session: Session, ages: SessionAges) -> bool:
    """Whether a session outlives the browser. One that does not has a shorter life in the database.

    The original knows it by its cookie alone, so that whoever leaves the cookie out keeps it alive.
    """
    return session.expires_at - session.updated_at > ages.not_remembered


def should_slide(session: Session, ages: SessionAges) -> bool:
    """Whether it is long enough that a session was made or slid, and whether it slides at all."""
    slid_at = session.expires_at - ages.expires_in
    return is_remembered(session, ages) and slid_at + ages.update_age <= now()

"""What was answered to whom, kept in the transaction of the work itself.

A key is locked while its work is done. On PostgreSQL that is an advisory lock of the transaction,
which nobody waits for. On SQLite there is one writer at a time, and whoever comes second waits.
What the locks might miss, as under another isolation level, the unique constraint refuses.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from gatepost.keyed_request import WholeAnswer
from gatepost.rows import Owned, ScopedSession, new_id
from gatepost.rows.owned import HouseBase
from gatepost.store.tables import BetterAuthDate

LIFETIME = timedelta(hours=24)
MOST_RECORDS = 500
"""How many answers are kept for one person; the oldest go."""

_MOST_DELETED = 100
# What is not kept was for its one connection, or is made anew; a cookie is never given twice.
_KEPT_HEADERS = frozenset({b"content-type", b"content-encoding", b"location", b"etag"})


def _now() -> datetime:
    return datetime.now(UTC)


class IdempotencyRecord(Owned, HouseBase):
    """The answer to a request that carried a key, for the person who asked."""

    __tablename__ = "gatepost_idempotency_record"
    __lifetime__: ClassVar[timedelta] = LIFETIME
    __table_args__ = (
        UniqueConstraint("owner_id", "route", "key", name="gatepost_idempotency_key_of_owner"),
        Index("gatepost_idempotency_age_of_owner", "owner_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    route: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(BetterAuthDate, default=_now)


class InUse(Exception):
    """Somebody is at work on the key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for under a key.

    Attributes:
        owner: the id of whoever asks.
        route: its method and the template of its path, `POST /api/tasks`.
        fingerprint: tells it from anything else that the same route is asked.
    """

    owner: str
    route: str
    key: str
    fingerprint: str


async def take_up(rows: ScopedSession, asked: Asked) -> IdempotencyRecord | None:
    """Lock a key until the transaction ends, and return what it was answered before, if anything.

    Raises:
        InUse: somebody else is at work on it.
    """
    if rows.get_bind().dialect.name == "postgresql":
        number = literal(_lock_number(asked), BigInteger)
        if not await rows.scalar(select(func.pg_try_advisory_xact_lock(number))):
            raise InUse
    its_own = (IdempotencyRecord.route == asked.route, IdempotencyRecord.key == asked.key)
    # Whether or not there is one: as the first write it is what waits for others on SQLite.
    await rows.execute(delete(IdempotencyRecord).where(*its_own, _is_expired()))
    return await rows.first(select(IdempotencyRecord).where(*its_own))


async def keep(rows: ScopedSession, asked: Asked, answer: WholeAnswer) -> None:
    """Write an answer beside the work, and delete a person's oldest.

    Raises:
        InUse: somebody else has written one, in spite of the lock; the work is to be rolled back.
        IntegrityError: the work itself collides with something.
    """
    await rows.flush()
    headers = {
        name.lower().decode("latin-1"): value.decode("latin-1")
        for name, value in answer.headers
        if name.lower() in _KEPT_HEADERS
    }
    record = IdempotencyRecord(
        route=asked.route,
        key=asked.key,
        fingerprint=asked.fingerprint,
        status=answer.status,
        headers=headers,
        body=answer.body,
    )
    rows.add(record)
    try:
        await rows.flush()
    except IntegrityError as error:
        raise InUse from error
    await _delete_oldest(rows)


async def _delete_oldest(rows: ScopedSession) -> None:
    newest_first = select(IdempotencyRecord.id).order_by(IdempotencyRecord.created_at.desc())
    surplus = IdempotencyRecord.id.in_(newest_first.offset(MOST_RECORDS))
    # What another request of the same person is deleting just now, nobody waits for.
    unwanted = select(IdempotencyRecord.id).where(or_(_is_expired(), surplus))
    found = await rows.all(unwanted.limit(_MOST_DELETED).with_for_update(skip_locked=True))
    if found:
        await rows.execute(delete(IdempotencyRecord).where(IdempotencyRecord.id.in_(found)))


def _is_expired() -> ColumnElement[bool]:
    return IdempotencyRecord.created_at < _now() - LIFETIME


def _lock_number(asked: Asked) -> int:
    """Return 64 bits that are the key's alone: of two keys in 2**64 that share them, one waits."""
    named = f"{asked.owner}\n{asked.route}\n{asked.key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(named).digest()[:8], signed=True)

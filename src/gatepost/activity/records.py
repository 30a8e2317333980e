"""The tables: a row for each event, owned by its person; and of everybody, how many there were."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from gatepost.rows import OwnedBy, new_id
from gatepost.rows.owned import HouseBase
from gatepost.store.tables import BetterAuthDate

LIFETIME = timedelta(days=90)

COUNTS_LIFETIME = timedelta(days=32)
"""A month to look at, wherever its days begin."""

MOST_OF_A_NAME = 200
"""How many events of one name are kept for a person. Of each name by itself: whoever makes a
thousand sign-ins fail pushes out none that went well."""


class ActivityRecord(OwnedBy, HouseBase):
    """An event, without anything that only an operator may know."""

    __tablename__ = "gatepost_activity"
    __owner__: ClassVar[str] = "user_id"
    __lifetime__: ClassVar[timedelta] = LIFETIME
    __table_args__ = (
        Index("gatepost_activity_of_person", "user_id", "created_at"),
        Index("gatepost_activity_age", "created_at"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(BetterAuthDate)
    source_ip: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(Text)


class ActivityCount(HouseBase):
    """How many events of one name there were in five minutes, in all workers; whose is not kept.

    `created_at` is when the five minutes began.
    """

    __tablename__ = "gatepost_activity_count"
    __lifetime__: ClassVar[timedelta] = COUNTS_LIFETIME

    created_at: Mapped[datetime] = mapped_column(BetterAuthDate, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)

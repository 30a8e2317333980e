"""What a person keeps: tasks, in lists or in none; and whom they let into a list."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from gatepost.rows import Access, Base, Owned, owner, person, shared_with


class Priority(StrEnum):
    """How pressing a task is."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class PriorityRank(TypeDecorator[Priority]):
    """Stores a priority as its rank, so that the database sorts it as people mean it."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Priority | None, _dialect: Dialect) -> int | None:
        """Turn a priority into its rank."""
        return None if value is None else list(Priority).index(Priority(value))

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Priority | None:
        """Turn a rank into its priority."""
        return None if value is None else list(Priority)[value]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, also on SQLite, which keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Read a naive datetime as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _now() -> datetime:
    return datetime.now(UTC)


class Right(StrEnum):
    """What somebody may do with the tasks of a list that is shared with them."""

    READ = "read"
    EDIT = "edit"


class TaskList(Owned, Base):
    """A named list of one person, who may let others in."""

    __tablename__ = "task_list"
    # The pair is what a task refers to, so that the database itself refuses another's list.
    __table_args__ = (
        UniqueConstraint("owner_id", "id"),
        UniqueConstraint("owner_id", "name", name="task_list_name_of_owner"),
    )
    # Its name stays with its owner: whoever could choose it would learn which names are taken.
    __access__: ClassVar[Access] = Access(
        can_read=(owner, shared_with(lambda: ListShare, row="list_id", person="person_id"))
    )

    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now, onupdate=_now)


class ListShare(Owned, Base):
    """The owner of a list lets somebody in, by the address that they sign in with."""

    __tablename__ = "list_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "list_id"], ["task_list.owner_id", "task_list.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("owner_id", "list_id", "address", name="list_share_address_of_list"),
        Index("list_share_of_person", "person_id", "list_id"),
        Index("list_share_of_address", "address"),
    )
    # Who was let in sees that, and may leave.
    __access__: ClassVar[Access] = Access(
        can_read=(owner, person("person_id")), can_delete=(owner, person("person_id"))
    )

    list_id: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(Text)
    right: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now)


_READERS = shared_with(lambda: ListShare, row="list_id", person="person_id", here="list_id")
_EDITORS = shared_with(
    lambda: ListShare,
    row="list_id",
    person="person_id",
    here="list_id",
    where={"right": (Right.EDIT,)},
)


class Task(Owned, Base):
    """Something to do. In a list it belongs to whoever owns that, whoever has written it down."""

    __tablename__ = "task"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "list_id"], ["task_list.owner_id", "task_list.id"]),
        Index("task_of_owner", "owner_id", "created_at", "id"),
        Index("task_of_list", "list_id"),
    )
    __access__: ClassVar[Access] = Access(
        can_read=(owner, _READERS),
        can_write=(owner, _EDITORS),
        can_delete=(owner, _EDITORS),
        belongs_with="list_id",
    )

    title: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text, default="")
    due_date: Mapped[date | None] = mapped_column(Date)
    priority: Mapped[Priority] = mapped_column(PriorityRank, default=Priority.NONE)
    done: Mapped[bool] = mapped_column(Boolean, default=False)
    list_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now, onupdate=_now)

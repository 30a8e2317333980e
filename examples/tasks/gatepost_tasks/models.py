"""What a person keeps: tasks, in lists or in none."""

from datetime import UTC, date, datetime
from enum import StrEnum

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

from gatepost.rows import Base, Owned


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


class TaskList(Owned, Base):
    """A named list of one person."""

    __tablename__ = "task_list"
    # The pair is what a task refers to, so that the database itself refuses another's list.
    __table_args__ = (
        UniqueConstraint("owner_id", "id"),
        UniqueConstraint("owner_id", "name", name="task_list_name_of_owner"),
    )

    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now, onupdate=_now)


class Task(Owned, Base):
    """Something to do."""

    __tablename__ = "task"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "list_id"], ["task_list.owner_id", "task_list.id"]),
        Index("task_of_owner", "owner_id", "created_at", "id"),
    )

    title: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text, default="")
    due_date: Mapped[date | None] = mapped_column(Date)
    priority: Mapped[Priority] = mapped_column(PriorityRank, default=Priority.NONE)
    done: Mapped[bool] = mapped_column(Boolean, default=False)
    list_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=_now, onupdate=_now)

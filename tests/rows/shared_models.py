"""Rows that others than their owner may see or change, by every kind of rule."""

from typing import ClassVar

from sqlalchemy import Boolean, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gatepost.rows import (
    Access,
    Operation,
    Owned,
    everyone,
    member_of,
    new_id,
    owner,
    person,
    shared_with,
    through,
)
from tests.rows.models import House


class TeamMember(House):
    """Who is in which team, and as what. Nobody's: the app keeps it."""

    __tablename__ = "rows_team_member"

    team_id: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    role: Mapped[str]


class Folder(Owned, House):
    """Somebody's; shared with people, with a team, and with everybody."""

    __tablename__ = "rows_folder"
    __table_args__ = (UniqueConstraint("owner_id", "id"),)
    __access__: ClassVar[Access] = Access(
        can_read=(
            owner,
            shared_with(lambda: FolderShare, row="folder_id", person="person_id"),
            member_of(TeamMember, group="team_id", person="user_id"),
            everyone(where="is_public"),
        ),
        can_write=(
            owner,
            shared_with(
                lambda: FolderShare,
                row="folder_id",
                person="person_id",
                where={"right": ("edit",)},
            ),
            member_of(
                TeamMember,
                group="team_id",
                person="user_id",
                where={"role": ("editor", "it's")},
            ),
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    name: Mapped[str]
    team_id: Mapped[str | None]
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)


class FolderShare(Owned, House):
    """Somebody's word that another may see a folder of theirs, or change it."""

    __tablename__ = "rows_folder_share"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "folder_id"], ["rows_folder.owner_id", "rows_folder.id"]),
    )
    __access__: ClassVar[Access] = Access(
        can_read=(owner, person("person_id")), can_delete=(owner, person("person_id"))
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    folder_id: Mapped[str]
    person_id: Mapped[str]
    right: Mapped[str]


class Paper(Owned, House):
    """In a folder, and whose that is; whoever may write in it may add, change and delete papers."""

    __tablename__ = "rows_paper"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "folder_id"], ["rows_folder.owner_id", "rows_folder.id"]),
    )
    __access__: ClassVar[Access] = Access(
        can_read=(owner, through("folder_id")),
        can_write=(owner, through("folder_id")),
        can_delete=(owner, through("folder_id", may=Operation.WRITE)),
        belongs_with="folder_id",
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    text: Mapped[str]
    folder_id: Mapped[str | None]
    folder: Mapped[Folder | None] = relationship(overlaps="owner_id")
    remark_of: Mapped[str | None] = mapped_column(ForeignKey("rows_paper.id"))

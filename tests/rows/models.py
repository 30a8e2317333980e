"""An app with its own declarative base: rows of people, rows of nobody, and how they refer."""
# ruff: noqa: A003 - SQLAlchemy's own way to name the column `id` within its class

import secrets
from typing import ClassVar

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    WriteOnlyMapped,
    column_property,
    mapped_column,
    query_expression,
    relationship,
    synonym,
)

from gatepost.rows import Owned, OwnedBy


class House(DeclarativeBase):
    """The app's own base, as an app has that exists before Gatepost comes."""


def _id() -> str:
    return secrets.token_hex(8)


class Project(Owned, House):
    """Somebody's; a note may belong to one."""

    __tablename__ = "rows_project"
    __table_args__ = (UniqueConstraint("owner_id", "id"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    name: Mapped[str]
    notes: Mapped[list["Note"]] = relationship(
        back_populates="project", overlaps="owner_id", cascade="save-update, merge"
    )

    @hybrid_property
    def loud_name(self) -> str:
        """The name in upper case."""
        return self.name.upper()

    @loud_name.inplace.expression
    @classmethod
    def _loud_name(cls) -> ColumnElement[str]:
        return func.upper(cls.name)


note_tag = Table(
    "rows_note_tag",
    House.metadata,
    Column("note_id", ForeignKey("rows_note.id"), primary_key=True),
    Column("tag_id", ForeignKey("rows_tag.id"), primary_key=True),
)


class Note(Owned, House):
    """Somebody's, with every kind of reference."""

    __tablename__ = "rows_note"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "project_id"], ["rows_project.owner_id", "rows_project.id"]
        ),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    body: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0)
    project_id: Mapped[str | None]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("rows_note.id"))
    topic_id: Mapped[str | None] = mapped_column(ForeignKey("rows_topic.id"))
    remark: Mapped[str | None] = mapped_column("remark_text")

    project: Mapped[Project | None] = relationship(back_populates="notes", overlaps="owner_id")
    parent: Mapped["Note | None"] = relationship(remote_side=[id])
    topic: Mapped["Topic | None"] = relationship(back_populates="notes", overlaps="written,lively")
    tags: Mapped[list["Tag"]] = relationship(secondary=note_tag, back_populates="notes")
    holder: Mapped[str] = synonym("owner_id")


class Tag(Owned, House):
    """Somebody's; many to many with notes, by an association table that belongs to nobody."""

    __tablename__ = "rows_tag"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    word: Mapped[str]
    notes: Mapped[list[Note]] = relationship(secondary=note_tag, back_populates="tags")


class Topic(House):
    """Nobody's, so everybody's; people's notes refer to it."""

    __tablename__ = "rows_topic"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    label: Mapped[str]
    # A column of the same name as an owned table.
    rows_note: Mapped[str | None] = mapped_column(Text)

    notes: Mapped[list[Note]] = relationship(
        back_populates="topic", overlaps="written,lively", cascade="save-update, merge"
    )
    written: WriteOnlyMapped[Note] = relationship(
        overlaps="notes,topic,lively", passive_deletes=True, viewonly=False
    )
    lively: DynamicMapped[Note] = relationship(overlaps="notes,topic,written")
    bodies: AssociationProxy[list[str]] = association_proxy("notes", "body")
    extra: Mapped[str | None] = query_expression()
    note_count: Mapped[int] = column_property(
        select(func.count(Note.id))
        .where(Note.topic_id == id)
        .correlate_except(Note)
        .scalar_subquery(),
        deferred=True,
    )


class Shelf(House):
    """Nobody's, with computed columns that read people's tables by their Core names."""

    __tablename__ = "rows_shelf"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    label: Mapped[str]
    # Each is loaded only by the way that tries it.
    from_table: Mapped[str] = column_property(
        select(func.max(Note.__table__.c.body)).scalar_subquery(), deferred=True
    )
    from_text: Mapped[str] = column_property(
        literal_column("(SELECT max(body) FROM rows_note)"), deferred=True
    )


class Membership(Owned, House):
    """Somebody's; the association between topics and clubs, neither of which is anybody's."""

    __tablename__ = "rows_membership"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    topic_id: Mapped[str] = mapped_column(ForeignKey("rows_topic.id"))
    club_id: Mapped[str] = mapped_column(ForeignKey("rows_club.id"))


class Club(House):
    """Nobody's; reached from a topic only by somebody's membership."""

    __tablename__ = "rows_club"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    label: Mapped[str]
    topics: Mapped[list[Topic]] = relationship(secondary="rows_membership")


class NoteRow(House):
    """A second mapping of an owned table by somebody who forgot whose the rows are."""

    __table__ = Note.__table__
    __mapper_args__ = {"include_properties": ["id", "body"]}  # noqa: RUF012 - SQLAlchemy types it

    id: Mapped[str]
    body: Mapped[str]


class Item(Owned, House):
    """Somebody's; the root of joined-table inheritance."""

    __tablename__ = "rows_item"
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy types it
        "polymorphic_on": "kind",
        "polymorphic_identity": "item",
    }

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    kind: Mapped[str]
    name: Mapped[str]


class Book(Item):
    """Its own columns are in a table that has no owner column."""

    __tablename__ = "rows_book"
    __mapper_args__ = {"polymorphic_identity": "book"}  # noqa: RUF012 - SQLAlchemy types it

    id: Mapped[str] = mapped_column(ForeignKey("rows_item.id"), primary_key=True)
    isbn: Mapped[str]


class Animal(Owned, House):
    """Somebody's; the root of single-table inheritance."""

    __tablename__ = "rows_animal"
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy types it
        "polymorphic_on": "kind",
        "polymorphic_identity": "animal",
    }

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    kind: Mapped[str]
    name: Mapped[str]


class Cat(Animal):
    """In the table of its parent."""

    __mapper_args__ = {"polymorphic_identity": "cat"}  # noqa: RUF012 - SQLAlchemy types it

    whiskers: Mapped[int | None]


class Diary(OwnedBy, House):
    """Somebody's, by a column that was there before Gatepost, under a name of its own."""

    __tablename__ = "rows_diary"
    __owner__: ClassVar[str] = "writer"

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=_id)
    writer: Mapped[str] = mapped_column("written_by", Text)
    page: Mapped[str]

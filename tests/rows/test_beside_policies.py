"""What no policy can hold, and PostgreSQL holds by keys and by triggers."""

from sqlalchemy import Executable, ForeignKey, Text, delete, insert, select, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gatepost.rows import Owned
from gatepost.settings import async_database_url
from tests.rows.lab import run
from tests.rows.secured import Secured
from tests.rows.shared_models import Folder
from tests.services.postgres import Postgres


def test_an_editor_lets_nobody_in(secured: Secured) -> None:
    """Who may edit a row changes all of it but what says who else is let in; its owner may."""
    secured.as_superuser(
        "INSERT INTO rows_folder (id, owner_id, name, is_public) VALUES ('f', 'ada', 'F', false); "
        'INSERT INTO rows_folder_share (id, owner_id, folder_id, person_id, "right") '
        "VALUES ('s', 'ada', 'f', 'bob', 'edit')"
    )
    changes: list[Executable] = [
        update(Folder).values(name="by an editor"),
        update(Folder).values(is_public=True),
        update(Folder).values(team_id="a-team"),
    ]
    try:
        assert secured.try_alone("bob", changes) == [None, "42501", "42501"]
        assert secured.try_alone("ada", changes) == [None, None, None]
    finally:
        secured.as_superuser("DELETE FROM rows_folder_share; DELETE FROM rows_folder")


class KeyHouse(DeclarativeBase):
    """A base of its own: tables that refer in each way."""


class Box(Owned, KeyHouse):
    """What is referred to."""

    __tablename__ = "keyed_box"

    id: Mapped[str] = mapped_column(Text, primary_key=True)


class Thing(Owned, KeyHouse):
    """What refers, by a name that SQL has to quote."""

    __tablename__ = "keyed thing's"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    in_it: Mapped[str | None] = mapped_column(ForeignKey("keyed_box.id", ondelete="SET NULL"))
    part_of: Mapped[str | None] = mapped_column(ForeignKey("keyed_box.id", ondelete="CASCADE"))
    near: Mapped[str | None] = mapped_column(
        ForeignKey("keyed_box.id", deferrable=True, initially="DEFERRED")
    )


async def _things(one: Secured) -> set[tuple[object, ...]]:
    engine = create_async_engine(async_database_url(one.owner_url))
    async with engine.connect() as connection:
        found = await connection.execute(select(Thing.id, Thing.owner_id, Thing.in_it))
    await engine.dispose()
    return {tuple(row) for row in found}


def test_keys_of_two_columns_act_as_those_of_one(postgres: Postgres) -> None:
    """Another's id is refused as a missing one is; what goes takes along what it took before."""
    url = postgres.create_database()
    serving = postgres.create_role()
    one = Secured(postgres, url, serving)

    for _ in range(2):
        one.secure(KeyHouse.metadata)
    try:
        assert one.found() is True
        boxes = [insert(Box).values(id=f"ada-{n}", owner_id="ada") for n in range(3)]
        assert one.try_alone("ada", list(boxes)) == [None, None, None]
        foreign: list[Executable] = [
            insert(Thing).values(id="x", owner_id="bob", **{name: box})
            for name in ("in_it", "part_of", "near")
            for box in ("ada-0", "no-such-box")
        ]
        assert one.try_alone("bob", foreign) == ["23503"] * 6
        own: list[Executable] = [
            insert(Thing).values(id="kept", owner_id="ada", in_it="ada-0"),
            insert(Thing).values(id="gone", owner_id="ada", part_of="ada-1"),
            insert(Thing).values(id="near", owner_id="ada", near="ada-2"),
            delete(Box).where(Box.id != "ada-2"),
            delete(Box).where(Box.id == "ada-2"),
        ]
        assert one.try_alone("ada", own) == [None, None, None, None, "23503"]
        assert run(lambda: _things(one)) == {("kept", "ada", None), ("near", "ada", None)}
    finally:
        postgres.drop_database(url)
        postgres.execute(f"DROP ROLE {serving}")

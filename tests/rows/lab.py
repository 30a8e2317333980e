"""Two people's rows in one database, Bob's session on it, and a look from outside."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import CursorResult, Result, delete, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gatepost.events import SecurityEvent
from gatepost.principal import Principal, SessionId, UserId
from gatepost.rows import ScopedSession, ScopedSessions
from gatepost.rows.composite_keys import composite_keys
from gatepost.rows.owned_tables import OwnedTables
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from tests.rows.models import (
    Animal,
    Book,
    Club,
    Diary,
    House,
    Item,
    Membership,
    Note,
    Project,
    Shelf,
    Tag,
    Topic,
    note_tag,
)
from tests.rows.walls import Place, UnguardedSessions, Walls

Answer = TypeVar("Answer")

Sessions: TypeAlias = ScopedSessions | UnguardedSessions

# What stands in every text of Ada's: where Bob sees it, a wall has a hole.
MARK = "ada's"


@dataclass
class Recorder:
    """A sink that keeps what it is given."""

    events: list[SecurityEvent] = field(default_factory=list)

    def emit(self, event: SecurityEvent) -> None:
        """Keep one event."""
        self.events.append(event)


@dataclass(frozen=True)
class Lab:
    """One attempt's surroundings.

    Attributes:
        engine: the app's, guarded.
        admin: the owner's of the tables, to look from outside.
        bob: the session that the attempt has.
        sessions: opens further ones.
        before: everything in the database before the attempt.
        place: where it is.
    """

    engine: AsyncEngine
    admin: AsyncEngine
    sessions: ScopedSessions
    bob: ScopedSession
    recorder: Recorder
    before: dict[str, set[tuple[object, ...]]]
    place: Place


def principal(name: str) -> Principal:
    """Return a caller of that id."""
    session_id = SessionId(f"{name}-session")
    return Principal(UserId(name), session_id, "https://issuer.test", name, 2**40)


def rows_of(name: str, other: str) -> Iterable[tuple[type[House], dict[str, object]]]:
    """Return one person's rows; two of them are tied to the other's, from before Gatepost came."""
    own = {"owner_id": name}
    yield Project, {"id": f"{name}-project", "name": f"{name}'s plan", **own}
    note = {"project_id": f"{name}-project", "topic_id": "topic", "parent_id": None, **own}
    yield (
        Note,
        {
            "id": f"{name}-note",
            "body": f"{name}'s own",
            "remark_text": f"{name}'s remark",
            "rank": 1 if name == "bob" else 7,
            **note,
        },
    )
    yield (
        Note,
        {
            "id": f"{name}-child",
            "body": f"{name}'s child",
            "remark_text": None,
            "rank": 2 if name == "bob" else 8,
            **note,
            "parent_id": f"{other}-note",
        },
    )
    yield Tag, {"id": f"{name}-tag", "word": f"{name}'s word", **own}
    yield Membership, {"id": f"{name}-in", "topic_id": "topic", "club_id": f"{name}-club", **own}
    yield Item, {"id": f"{name}-book", "kind": "book", "name": f"{name}'s book", **own}
    yield Book, {"id": f"{name}-book", "isbn": f"{name}'s isbn"}
    yield (
        Animal,
        {"id": f"{name}-cat", "kind": "cat", "name": f"{name}'s cat", "whiskers": 9, **own},
    )
    yield Diary, {"id": f"{name}-diary", "written_by": name, "page": f"{name}'s page"}


@asynccontextmanager
async def _rows_from_before(connection: AsyncConnection) -> AsyncIterator[None]:
    """Take the keys of two columns away while rows come that are older than they."""
    owned = OwnedTables()
    keys = [key for table in owned.tables for key in composite_keys(table, owned)]
    found: set[str] = set()
    if connection.dialect.name == "postgresql":
        found = set(await connection.scalars(text("SELECT conname FROM pg_constraint")))
    there = [key for key in keys if key.name in found]
    for key in there:
        await connection.exec_driver_sql(
            f"ALTER TABLE {key.child.table.name} DROP CONSTRAINT {key.name}"
        )
    yield
    for key in there:
        for statement in key.statements():
            await connection.exec_driver_sql(statement)


async def fill(admin: AsyncEngine) -> None:
    """Put the database back to what every attempt begins with."""
    rows: list[tuple[type[House], dict[str, object]]] = [
        (Topic, {"id": "topic", "label": "weather", "rows_note": "a column's name"}),
        (Topic, {"id": "quiet", "label": "quiet", "rows_note": None}),
        (Club, {"id": "ada-club", "label": "ada's club"}),
        (Club, {"id": "bob-club", "label": "bob's club"}),
        (Shelf, {"id": "shelf", "label": "a shelf"}),
        *rows_of("ada", "bob"),
        *rows_of("bob", "ada"),
    ]
    tables = House.metadata.sorted_tables
    async with admin.begin() as connection, _rows_from_before(connection):
        # What an attempt may have made or dropped.
        await connection.exec_driver_sql("DROP VIEW IF EXISTS rows_view")
        await connection.exec_driver_sql("DROP TABLE IF EXISTS rows_loot")
        await connection.run_sync(House.metadata.create_all)
        await connection.execute(Note.__table__.update().values(parent_id=None))  # type: ignore[attr-defined] # a Table
        for table in reversed(tables):
            await connection.execute(delete(table))
        late = []
        for table in tables:
            for model, values in rows:
                if model.__table__ is not table:
                    continue
                if values.get("parent_id"):
                    late.append(values)
                else:
                    await connection.execute(insert(table).values(**values))
        for values in late:
            await connection.execute(insert(Note.__table__).values(**values))  # type: ignore[arg-type] # a Table
        links = (("ada-note", "ada-tag"), ("bob-note", "bob-tag"), ("ada-note", "bob-tag"))
        for note_id, tag_id in links:
            await connection.execute(insert(note_tag).values(note_id=note_id, tag_id=tag_id))


async def everything(admin: AsyncEngine) -> dict[str, set[tuple[object, ...]]]:
    """Read every table from outside, past all guards; the values are text."""
    rows: dict[str, set[tuple[object, ...]]] = {name: set() for name in House.metadata.tables}
    async with admin.connect() as connection:
        for row in await connection.exec_driver_sql(_every_row()):
            rows[row[0]].add(tuple(row[1:]))
    return rows


def _every_row() -> str:
    """Write one statement, and write it as text: with hundreds of attempts this takes the time."""
    tables = House.metadata.sorted_tables
    width = max(len(table.columns) for table in tables)
    selects = []
    for table in tables:
        values = [f'CAST("{column.name}" AS TEXT)' for column in table.columns]
        values += ["NULL"] * (width - len(values))
        selects.append(f"SELECT '{table.name}', {', '.join(values)} FROM {table.name}")  # noqa: S608 - the names are ours
    return " UNION ALL ".join(selects)


# What a database looks like when it has been filled, by its URL.
_filled: dict[str, dict[str, set[tuple[object, ...]]]] = {}


async def _as_it_begins(admin: AsyncEngine) -> dict[str, set[tuple[object, ...]]]:
    """Put the database back to what every attempt begins with, where the last one changed it."""
    url = str(admin.url)
    if url in _filled and await everything(admin) == _filled[url]:
        return _filled[url]
    await fill(admin)
    _filled[url] = await everything(admin)
    return _filled[url]


def whose(rows: dict[str, set[tuple[object, ...]]], name: str) -> set[tuple[object, ...]]:
    """Return a person's rows, and what of theirs stands in other rows."""
    found: set[tuple[object, ...]] = set()
    for table, present in rows.items():
        for row in present:
            theirs = [value for value in row if isinstance(value, str) and value.startswith(name)]
            if name in theirs or str(row[0]).startswith(name):
                found.add((table, *row))
            elif theirs:
                found.add((table, row[0], *theirs))
    return found


@asynccontextmanager
async def lab_on(place: Place) -> AsyncIterator[Lab]:
    """Open Bob's session on a database whose tables exist, filled anew."""
    admin = create_async_engine(async_database_url(place.owner_url))
    engine, recorder = open_engine(async_database_url(place.serving_url)), Recorder()
    try:
        before = await _as_it_begins(admin)
        sessions: Sessions
        if place.walls is Walls.SECOND:
            sessions = UnguardedSessions(engine)
        else:
            has_row_security = place.walls is Walls.BOTH
            sessions = ScopedSessions(engine, recorder, has_row_security=has_row_security)
        async with sessions.open(principal("bob")) as bob:
            yield Lab(
                engine,
                admin,
                cast("ScopedSessions", sessions),
                cast("ScopedSession", bob),
                recorder,
                before,
                place,
            )
    finally:
        await engine.dispose()
        await admin.dispose()


def shown(value: object) -> object:
    """Return a value as data: an object of the app's as its text, anything else as it is."""
    for name in ("body", "name", "word", "label", "page"):
        if isinstance(value, House) and hasattr(type(value), name):
            text: object = getattr(value, name)
            return text
    if isinstance(value, House):
        return type(value).__name__
    if isinstance(value, tuple | list | set):
        return type(value)(shown(part) for part in value)
    return value


def seen(result: Result[Any]) -> object:
    """Return what an execution gave: sorted rows, one-column rows as their value, or a count."""
    if isinstance(result, CursorResult) and not result.returns_rows:
        return result.rowcount
    rows = [shown(row[0] if len(row) == 1 else tuple(row)) for row in result.all()]
    return sorted(rows, key=repr)


def run(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Run asynchronous work from a synchronous test."""
    return asyncio.run(work())

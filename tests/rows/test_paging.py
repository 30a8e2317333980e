"""Pages, counts and searches of one's own, and the cursors between them."""

import asyncio
import enum
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    Date,
    DateTime,
    Enum,
    LargeBinary,
    Numeric,
    Select,
    Text,
    Time,
    Uuid,
    func,
    insert,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gatepost.errors import BadRequest, ConfigurationError
from gatepost.rows import Owned, Page, ScopedSession, ScopedSessions, matching
from gatepost.rows.cursors import Cursors
from gatepost.secret import Secret, Secrets
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from tests.rows.lab import Recorder, principal
from tests.services.postgres import Postgres

_SERVICE = pytest.mark.service
_OLD, _NEW = Secret("o" * 32), Secret("n" * 32)
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_PEOPLE = ("ada", "bob")
_ROWS = 23


class Size(enum.Enum):
    """A kind that the database keeps by name."""

    SMALL = "s"
    LARGE = "l"


class PagedHouse(DeclarativeBase):
    """A base of its own: no other test has these tables."""


class Book(Owned, PagedHouse):
    """Somebody's, with a column of every kind and a key of two."""

    __tablename__ = "paged_book"

    shelf: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    pages: Mapped[int]
    weight: Mapped[float]
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    lent: Mapped[bool]
    printed: Mapped[date] = mapped_column(Date)
    bought: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    hour: Mapped[time] = mapped_column(Time)
    code: Mapped[UUID] = mapped_column(Uuid)
    seal: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[Size] = mapped_column(Enum(Size))


def _book(number: int, owner: str) -> dict[str, object]:
    # Few values of each, so that many are equal and the key has to decide.
    return {
        "owner_id": owner,
        "shelf": number % 5,
        "place": f"{owner} {number}",
        "title": f"{'aBcD'[number % 4]} 100%_Milk of {owner}",
        "notes": None if number % 3 else "bread",
        "pages": number % 6,
        "weight": (number % 4) / 3,
        "price": Decimal(number % 5) / 4,
        "lent": number % 2 == 0,
        "printed": (_BEGIN + timedelta(days=number % 3)).date(),
        "bought": _BEGIN + timedelta(microseconds=number % 7),
        "hour": time(number % 3, 1, 2),
        "code": UUID(int=number % 4),
        "seal": bytes([number % 4, 255]),
        "size": list(Size)[number % 2],
    }


@pytest.fixture(scope="module", params=["sqlite", pytest.param("pg", marks=_SERVICE)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of each kind, in which each of two people has the same number of books."""
    postgres: Postgres | None = None
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('paging') / 'books.db'}"
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
    asyncio.run(_fill(url))
    yield url
    if postgres is not None:
        postgres.drop_database(url)


async def _fill(url: str) -> None:
    engine = open_engine(async_database_url(url))
    books = [_book(number, owner) for owner in _PEOPLE for number in range(_ROWS)]
    books.sort(key=lambda book: str(book["code"]) + str(book["place"])[::-1])
    async with engine.begin() as connection:
        await connection.run_sync(PagedHouse.metadata.create_all)
        await connection.execute(insert(Book), books)
    await engine.dispose()


@asynccontextmanager
async def _session(url: str, who: str, *secrets: Secret) -> AsyncIterator[ScopedSession]:
    engine = open_engine(async_database_url(url))
    versioned = tuple(reversed(list(enumerate(reversed(secrets), start=1))))
    kept = Secrets(versioned, None) if secrets else None
    try:
        async with ScopedSessions(engine, Recorder(), secrets=lambda: kept).open(
            principal(who)
        ) as rows:
            yield rows
    finally:
        await engine.dispose()


def _places(books: Sequence[Book]) -> list[str]:
    return [book.place for book in books]


ORDERS: dict[str, Callable[[], list[Any]]] = {
    "nothing": list,
    "the key": lambda: [Book.place],
    "a part of the key, down": lambda: [Book.shelf.desc()],
    "text": lambda: [Book.title],
    "text in lower case, down": lambda: [func.lower(Book.title).desc()],
    "a number": lambda: [Book.pages.asc()],
    "a fraction": lambda: [Book.weight],
    "a decimal, down": lambda: [Book.price.desc()],
    "a truth": lambda: [Book.lent],
    "a day, down": lambda: [Book.printed.desc()],
    "a moment": lambda: [Book.bought],
    "an hour": lambda: [Book.hour],
    "a UUID": lambda: [Book.code],
    "octets": lambda: [Book.seal],
    "an enumeration": lambda: [Book.size],
    "what may be NULL, filled": lambda: [func.coalesce(Book.notes, "")],
    "several, one way": lambda: [Book.size, Book.pages, Book.shelf],
    "several, both ways": lambda: [Book.pages.desc(), Book.size, Book.printed.desc()],
}


@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_every_row_once_in_order(url: str, order: str) -> None:
    """Whatever the order, pages of four are one big page, and none of another's."""

    async def test() -> None:
        by = ORDERS[order]()
        async with _session(url, "bob", _NEW) as rows:
            whole = await rows.page(select(Book), order_by=by, limit=100)
            assert whole.next_cursor is None
            assert sorted(_places(whole.items)) == sorted(f"bob {n}" for n in range(_ROWS))
            paged: list[str] = []
            page: Page[Book] | None = None
            while page is None or page.next_cursor is not None:
                cursor = page.next_cursor if page else None
                page = await rows.page(select(Book), order_by=by, limit=4, cursor=cursor)
                assert 0 < len(page.items) <= 4
                paged += _places(page.items)
            assert paged == _places(whole.items)

    asyncio.run(test())


def test_rows_that_come_and_go_move_nothing(url: str) -> None:
    """A row that is added or deleted between two pages is shown once or not, and no other moves."""

    async def test() -> None:
        async with _session(url, "bob", _NEW) as rows:
            first = await rows.page(select(Book), order_by=[Book.place], limit=5)
            await rows.delete(first.items[0])
            for place in ("bob 0+", "bob 9+"):
                rows.add(Book(**{**_book(1, "bob"), "place": place}))
            await rows.flush()
            rest = await rows.page(
                select(Book), order_by=[Book.place], limit=100, cursor=first.next_cursor
            )
            expected = sorted([f"bob {n}" for n in range(_ROWS)] + ["bob 9+"])[5:]
            assert sorted(_places(rest.items)) == expected
            await rows.rollback()

    asyncio.run(test())


async def _cursor(url: str, who: str = "bob", *secrets: Secret) -> str:
    async with _session(url, who, *(secrets or (_NEW,))) as rows:
        cursor = (await rows.page(select(Book), order_by=[Book.title], limit=3)).next_cursor
        assert cursor is not None
        return cursor


def _flipped(cursor: str, at: int) -> str:
    other = "A" if cursor[at] != "A" else "B"
    return cursor[:at] + other + cursor[at + 1 :]


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda _: "",
        lambda _: "=",
        lambda _: "ÿ",
        lambda _: "A" * 2000,
        lambda cursor: cursor[:-1],
        lambda cursor: cursor + "A",
        lambda cursor: cursor + "=",
        lambda cursor: cursor + "\n",
        lambda cursor: " " + cursor,
        *(lambda cursor, at=at: _flipped(cursor, at) for at in (0, 20, 31, 32, 40, -1)),
    ],
)
def test_a_cursor_that_somebody_wrote_is_refused(url: str, spoiled: Callable[[str], str]) -> None:
    """Whatever is not, letter by letter, what was given out is no cursor."""

    async def test() -> None:
        cursor = spoiled(await _cursor(url))
        async with _session(url, "bob", _NEW) as rows:
            with pytest.raises(BadRequest) as refused:
                await rows.page(select(Book), order_by=[Book.title], limit=3, cursor=cursor)
            assert refused.value.code == "INVALID_CURSOR"

    asyncio.run(test())


@pytest.mark.parametrize("secrets", [(_NEW,), (_OLD, _NEW)])
def test_a_cursor_is_taken_while_its_secret_counts(url: str, secrets: tuple[Secret, ...]) -> None:
    """Whoever was given a cursor goes on with it, also once the secret has been rotated."""

    async def test() -> None:
        cursor = await _cursor(url)
        async with _session(url, "bob", *secrets) as rows:
            assert (
                await rows.page(select(Book), order_by=[Book.title], limit=3, cursor=cursor)
            ).items

    asyncio.run(test())


@pytest.mark.parametrize(
    ("who", "order_by", "secret"),
    [
        ("ada", [Book.title], _NEW),
        ("bob", [Book.title.desc()], _NEW),
        ("bob", [func.lower(Book.title)], _NEW),
        ("bob", [Book.place], _NEW),
        ("bob", [Book.title], _OLD),
    ],
)
def test_a_cursor_is_of_one_person_and_one_order(
    url: str, who: str, order_by: list[Any], secret: Secret
) -> None:
    """Another person's cursor, one of another order and one of a forgotten secret are refused."""

    async def test() -> None:
        cursor = await _cursor(url)
        async with _session(url, who, secret) as rows:
            with pytest.raises(BadRequest) as refused:
                await rows.page(select(Book), order_by=order_by, limit=3, cursor=cursor)
            assert refused.value.code == "INVALID_CURSOR"

    asyncio.run(test())


def test_a_cursor_shows_nothing_of_a_row(url: str) -> None:
    """What a row holds cannot be read off a cursor, which stands in URLs and in logs."""
    cursor = asyncio.run(_cursor(url))
    sealed = Cursors(lambda: Secrets.of(_NEW))
    opened = sealed.open(
        sealed.seal(["a title", 3], principal("bob").user_id, "order"),
        principal("bob").user_id,
        "order",
    )
    assert opened == ["a title", 3]
    assert len({asyncio.run(_cursor(url)), cursor}) == 2
    assert "Milk" not in cursor


@pytest.mark.parametrize(
    ("statement", "order_by", "said"),
    [
        (select(Book), [Book.notes], "paged_book.notes may be NULL"),
        (select(Book), [Book.title.nulls_last()], "says where NULL goes"),
        (select(Book), [func.nullif(Book.shelf, Book.shelf)], "NULL has no place"),
        (select(Book.title), [Book.title], "a select of one model"),
        (select(Book, Book.title), [Book.title], "a select of one model"),
    ],
)
def test_what_cannot_be_paged_is_said(
    url: str, statement: Select[Any], order_by: list[Any], said: str
) -> None:
    """A list that cannot be paged is refused with what to write instead."""

    async def test() -> None:
        async with _session(url, "bob", _NEW) as rows:
            with pytest.raises(ConfigurationError, match=said):
                await rows.page(statement, order_by=order_by, limit=3)

    asyncio.run(test())


def test_pages_want_a_secret_and_a_row(url: str) -> None:
    """Without a secret there is no second page, and a page of nothing is a mistake."""

    async def test() -> None:
        async with _session(url, "bob") as rows:
            with pytest.raises(ConfigurationError, match="Set GATEPOST_SECRET"):
                await rows.page(select(Book), order_by=[Book.title], limit=3)
            with pytest.raises(ValueError, match="one row or more"):
                await rows.page(select(Book), order_by=[Book.title], limit=0)

    asyncio.run(test())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", _ROWS),
        ("  ", _ROWS),
        ("milk", _ROWS),
        ("MILK 100%_", _ROWS),
        ("bread milk", 8),
        ("%", _ROWS),
        ("%%", 0),
        ("_of", 0),
        ("ada", 0),
        ("a b c d e f g h", 0),
        (" ".join(["milk"] * 20 + ["beyond"]), _ROWS),
    ],
)
def test_searching_finds_every_word_and_nothing_of_anothers(
    url: str, text: str, count: int
) -> None:
    """Each word is in one of the columns, as it stands; counting counts one's own."""

    async def test() -> None:
        async with _session(url, "bob") as rows:
            found = select(Book).where(matching(text, Book.title, Book.notes)).order_by(Book.title)
            assert await rows.count(found) == count
            assert len(await rows.all(found)) == count

    asyncio.run(test())


def test_each_and_own_yield_ones_own(url: str) -> None:
    """Streaming what is one's own yields all of it, and nothing else."""

    async def test() -> None:
        async with _session(url, "ada") as rows:
            streamed = [book.place async for book in rows.each(rows.own(Book))]
            assert sorted(streamed) == sorted(f"ada {n}" for n in range(_ROWS))

    asyncio.run(test())

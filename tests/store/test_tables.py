"""Better Auth's tables: how a date is kept."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from gatepost.store import open_engine, tables
from gatepost.store.tables import iso_milliseconds

ZONE = timezone(timedelta(hours=5, minutes=30))
KEPT = {
    datetime(2026, 1, 2, 3, 4, 5, 678_999, UTC): "2026-01-02T03:04:05.678Z",
    datetime(2026, 1, 2, 3, 4, 5, 0, UTC): "2026-01-02T03:04:05.000Z",
    datetime(2026, 1, 2, 3, 4, 5, 7_000, UTC): "2026-01-02T03:04:05.007Z",
    datetime(2026, 1, 2, 8, 34, 5, 0, ZONE): "2026-01-02T03:04:05.000Z",
    datetime(1970, 1, 1, tzinfo=UTC): "1970-01-01T00:00:00.000Z",
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC): "9999-12-31T23:59:59.999Z",
}


async def _round_trip(url: str, moment: datetime) -> tuple[object, datetime]:
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(tables.verification.create)
        row = {"id": "a", "identifier": "a", "value": "a"}
        dates = dict.fromkeys(("expiresAt", "createdAt", "updatedAt"), moment)
        await connection.execute(insert(tables.verification).values(**row, **dates))
        raw = await connection.scalar(text('SELECT "expiresAt" FROM verification'))
        back = await connection.scalar(select(tables.verification.c.expiresAt))
        await connection.run_sync(tables.verification.drop)
    await engine.dispose()
    assert isinstance(back, datetime)
    return raw, back


@pytest.mark.parametrize("moment", KEPT)
def test_a_date_has_three_digits_and_comes_back_in_utc(empty_url: str, moment: datetime) -> None:
    """SQLite holds what JavaScript's `toISOString` writes; either database gives an aware UTC."""
    raw, back = asyncio.run(_round_trip(empty_url, moment))
    if empty_url.startswith("sqlite"):
        assert raw == KEPT[moment]
    assert back.tzinfo is UTC
    assert back == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(st.datetimes(timezones=st.timezones(), allow_imaginary=False))
def test_the_text_is_always_of_one_shape(moment: datetime) -> None:
    """Texts of one shape sort as their moments do."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", iso_milliseconds(moment))


@pytest.fixture
def far_east() -> Iterator[None]:
    """A machine whose clock is not set to UTC."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


READ = {
    "2026-01-02T03:04:05.678Z": datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC),
    "2026-01-02T03:04:05Z": datetime(2026, 1, 2, 3, 4, 5, 0, UTC),
    "2026-01-02T12:04:05.000+09:00": datetime(2026, 1, 2, 3, 4, 5, 0, UTC),
    # SQLite's own CURRENT_TIMESTAMP, which is UTC and does not say so.
    "2026-01-02 03:04:05": datetime(2026, 1, 2, 3, 4, 5, 0, UTC),
}


@pytest.mark.usefixtures("far_east")
@pytest.mark.parametrize("kept", READ)
def test_a_date_that_another_wrote_is_read_as_utc(kept: str) -> None:
    """What the machine's own time zone is does not matter."""
    dialect = open_engine("sqlite+aiosqlite://").dialect
    assert tables.BetterAuthDate().process_result_value(kept, dialect) == READ[kept]


def test_a_naive_date_is_refused() -> None:
    """A date without a zone is a mistake, not the machine's own time."""
    dialect = open_engine("sqlite+aiosqlite://").dialect
    with pytest.raises((ValueError, TypeError)):
        tables.BetterAuthDate().process_bind_param(datetime(2026, 1, 2), dialect)  # noqa: DTZ001 - that is the point

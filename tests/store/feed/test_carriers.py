"""The carriers: nothing that was committed is left out, and nothing takes for ever."""

import asyncio
import random
import sqlite3
import time

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

from gatepost.store.feed import CarrierLost
from gatepost.store.feed.newest_first import MOST_ROWS
from gatepost.tokens import Revocation
from tests.store.feed.databases import (
    carrier_on,
    ended,
    execute,
    is_sqlite,
    named,
    opened,
    people,
    run,
)

BURST = 5_000
_A, _B = ("a", None), ("b", None)


def test_everything_first_and_then_what_is_new(empty_url: str) -> None:
    """Opened, it begins at the beginning; read again, it gives the news; opened again, all."""

    async def work(url: str) -> None:
        carrier = carrier_on(url)
        first = Revocation(None, "ada", None, int(time.time()) - 0.875)
        await carrier.publish(first)
        await carrier.open()
        assert await carrier.read() == [first]
        await carrier.publish(ended("b"))
        await execute(url, "INSERT INTO gatepost_revocation (key_id) VALUES ('k')")
        assert [(each.session_id, each.key_id) for each in await carrier.read()] == [
            ("b", None),
            (None, "k"),
        ]
        assert await carrier.read() == []
        await carrier.open()
        assert len(await carrier.read()) == 3
        await carrier.close()
        await carrier.close()
        with pytest.raises(CarrierLost):
            await carrier.read()

    run(empty_url, work)


def test_waiting_ends_with_news_and_with_the_time(empty_url: str) -> None:
    """A commit of somebody else's is noticed; nothing is, after the time; giving up is safe."""

    async def work(url: str) -> None:
        async with opened(url) as carrier:
            await carrier.read()
            await carrier.wait(0)
            await carrier.read()
            began = time.monotonic()
            await carrier.wait(0.3)
            assert time.monotonic() - began >= 0.29
            for _ in range(20):
                waiting = asyncio.create_task(carrier.wait(60))
                await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 - any moment
                waiting.cancel()
                await asyncio.wait((waiting,))
                await carrier.read()
            waiting = asyncio.create_task(carrier.wait(60))
            await execute(url, "INSERT INTO gatepost_revocation (session_id) VALUES ('a')")
            await asyncio.wait_for(waiting, 10)
            assert named(await carrier.read()) == [_A]

    run(empty_url, work)


def test_nothing_is_missed_between_reading_and_waiting(empty_url: str) -> None:
    """What is committed at any moment of the round is read by the round after, unasked."""

    async def work(url: str) -> None:
        heard = 0

        async def publish() -> None:
            for _ in range(100):
                await writer.publish(ended("a"))
                await asyncio.sleep(random.uniform(0, 0.01))  # noqa: S311 - any moment

        writer = carrier_on(url)
        async with opened(url) as carrier:
            publishing = asyncio.create_task(publish())
            while heard < 100:
                await asyncio.wait_for(carrier.wait(60), 10)
                heard += len(await carrier.read())
            await publishing
        assert heard == 100

    run(empty_url, work)


def _numbers(last: int) -> str:
    counted = f"SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last}"  # noqa: S608 - words of the test
    return f"WITH RECURSIVE n (i) AS ({counted})"


def test_a_burst_is_written_and_read(empty_url: str) -> None:
    """Five thousand at once, published or deleted, all arrive."""

    async def work(url: str) -> None:
        async with opened(url) as carrier:
            await asyncio.gather(*(carrier.publish(ended(f"{n}")) for n in range(BURST)))
            assert {each.session_id for each in await carrier.read()} == {
                f"{n}" for n in range(BURST)
            }
            numbers = _numbers(BURST)
            await execute(
                url,
                *people("ada"),
                'INSERT INTO session (id, "expiresAt", token, "createdAt", "updatedAt", "userId") '  # noqa: S608 - words of the test
                f"{numbers} SELECT 's' || i, '2999-01-01T00:00:00.000Z', 't' || i,"
                " '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', 'ada' FROM n",
                "DELETE FROM session",
            )
            assert len(set(await carrier.read())) == BURST + 2

    run(empty_url, work)


def test_a_table_of_any_length_takes_bounded_memory(empty_url: str) -> None:
    """The newest are read one by one, the oldest as one about everybody, keys always."""
    more = 5_000

    async def work(url: str) -> None:
        at = "i * 1000" if is_sqlite(url) else "to_timestamp(i)"
        numbers = _numbers(MOST_ROWS + more)
        await execute(
            url,
            "INSERT INTO gatepost_revocation (key_id) VALUES ('k')",
            "INSERT INTO gatepost_revocation (session_id, at)"  # noqa: S608 - words of the test
            f" {numbers} SELECT 's' || i, {at} FROM n",
        )
        carrier = carrier_on(url)
        await carrier.open()
        rows = await carrier.read()
        await carrier.close()
        assert len(rows) == MOST_ROWS + 2
        assert {each.key_id for each in rows} == {None, "k"}
        everybody = [each for each in rows if each.session_id is None and each.key_id is None]
        assert everybody == [Revocation(None, None, None, float(more))]

    run(empty_url, work)


def test_what_is_old_goes_and_keys_stay(empty_url: str) -> None:
    """Beside the reading, rows of more than 25 hours are removed."""

    async def left() -> set[str | None]:
        async with opened(empty_url) as carrier:
            rows = await carrier.read()
        return {each.session_id or each.key_id for each in rows}

    async def work(url: str) -> None:
        carrier = carrier_on(url)
        for hours, session, key in ((24, "day", None), (26, "old", None), (26, None, "key")):
            at = time.time() - hours * 3600
            await carrier.publish(Revocation(ended(session).session_id, None, key, at))
        await carrier.open()
        assert len(await carrier.read()) == 3
        remaining = await left()
        for _ in range(100):
            remaining = await left()
            if len(remaining) == 2:
                break
            await asyncio.sleep(0.05)
        assert remaining == {"day", "key"}
        await carrier.close()

    run(empty_url, work)


def test_what_is_rolled_back_never_was(empty_url: str) -> None:
    """A number that a rolled-back transaction has taken may be given again, and is read."""

    async def work(url: str) -> None:
        await execute(url, *people("ada"))
        async with opened(url) as carrier:
            with pytest.raises((sqlite3.Error, asyncpg.PostgresError)):
                await execute(url, "DELETE FROM session", "SELECT * FROM nothing")
            assert await carrier.read() == []
            await execute(url, "DELETE FROM session WHERE id = 'ada-1'")
            assert named(await carrier.read()) == [("ada-1", "ada")]

    run(empty_url, work)

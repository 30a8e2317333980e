"""The carrier in a server: commits out of order, and wires that freeze and break."""

import asyncio
import time

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import pytest

from gatepost.store.feed import CarrierLost
from tests.store.feed.databases import (
    carrier_on,
    claims,
    ended,
    execute,
    followed,
    named,
    opened,
    people,
    plain,
    run,
    until,
)
from tests.store.feed.wire import wire_to

_A, _B = ("a", None), ("b", None)


def test_numbers_out_of_order_lose_nothing(postgres_url: str) -> None:
    """A takes number 1, B takes 2 and commits, the reader reads, A commits: A is read."""

    async def work(url: str) -> None:
        insert = "INSERT INTO gatepost_revocation (session_id) VALUES ($1)"
        async with opened(url) as carrier:
            await carrier.read()
            slow, quick = [await asyncpg.connect(plain(url), ssl=False) for _ in range(2)]
            async with slow.transaction():
                await slow.execute(insert, "a")
                await quick.execute(insert, "b")
                assert named(await carrier.read()) == [_B]
                assert await carrier.read() == []
                await quick.execute(insert, "c")
            assert named(await carrier.read()) == [_A, ("c", None)]
            assert await carrier.read() == []
            # The same with a subtransaction, whose rows bear the number of the whole.
            async with slow.transaction():
                async with slow.transaction():
                    await slow.execute(insert, "d")
                await quick.execute(insert, "e")
                assert named(await carrier.read()) == [("e", None)]
            assert named(await carrier.read()) == [("d", None)]
            await slow.close()
            await quick.close()

    run(postgres_url, work)


def test_what_a_person_may_do_changes_with_the_commit(postgres_url: str) -> None:
    """A token that is issued while the transaction is open carries the old role, and ends."""

    async def work(url: str) -> None:
        await execute(url, *people("ada"))
        await execute(url, "UPDATE \"user\" SET role = 'x'", "SELECT pg_sleep(1.5)")
        committed = time.time()
        async with opened(url) as carrier:
            (said,) = await carrier.read()
        assert committed - 1 < said.at < committed

    run(postgres_url, work)


def test_frozen_connection_is_noticed(postgres_url: str) -> None:
    """A connection that neither answers nor ends is lost within its time, old and new alike."""

    async def work(url: str) -> None:
        async with wire_to(url) as (wire, frozen_url), opened(frozen_url) as carrier:
            await carrier.read()
            wire.freeze()
            for use in (carrier.read, carrier.open, lambda: carrier.publish(ended("a"))):
                began = time.monotonic()
                with pytest.raises(CarrierLost):
                    await use()
                assert time.monotonic() - began < 6
            wire.thaw()
            await carrier.open()
            await carrier.publish(ended("b"))
            assert ("b", None) in named(await carrier.read())

    run(postgres_url, work)


def test_closed_connection_wakes_who_waits(postgres_url: str) -> None:
    """A server that stops is not waited for."""

    async def work(url: str) -> None:
        async with opened(url) as carrier:
            await carrier.read()
            waiting = asyncio.create_task(carrier.wait(60))
            await execute(
                url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            with pytest.raises(CarrierLost):
                await asyncio.wait_for(waiting, 10)
            await carrier.open()
            await carrier.publish(ended("a"))
            assert named(await carrier.read()) == [_A]

    run(postgres_url, work)


def test_without_listen_it_is_found_by_looking(postgres_url: str) -> None:
    """A pooler that takes no LISTEN costs the time of a round, and nothing else."""

    async def work(url: str) -> None:
        async with wire_to(url) as (wire, pooled_url):
            wire.replaced = (b"LISTEN", b"LISTEM")
            async with followed(carrier_on(pooled_url)) as follower:
                await execute(url, "INSERT INTO gatepost_revocation (session_id) VALUES ('a')")
                await until(lambda: follower.fault(claims("a")) is not None)

    run(postgres_url, work)


def test_publishing_fails_loudly(postgres_url: str) -> None:
    """Every one of many publishers hears that nobody knows, in a bounded time."""

    async def work(url: str) -> None:
        async with wire_to(url) as (wire, cut_url):
            carrier = carrier_on(cut_url)
            await wire.cut()
            said = await asyncio.gather(
                *(carrier.publish(ended(f"{n}")) for n in range(100)), return_exceptions=True
            )
            assert {type(each) for each in said} == {CarrierLost}
            await wire.restore()
            await carrier.publish(ended("a"))
            async with opened(url) as other:
                assert named(await other.read()) == [_A]

    run(postgres_url, work)

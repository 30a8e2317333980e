"""Following: what ends in one process is refused in another, and doubt is refused, too."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from gatepost.principal import SessionId, UserId
from gatepost.store.feed import CarrierLost, FeedFollower, SqliteCarrier
from gatepost.tokens import Revocation, RevocationMemory, TokenFault
from tests.store.feed.databases import (
    PATIENCE_SECONDS,
    STALENESS_SECONDS,
    OtherProcess,
    carrier_on,
    claims,
    ended,
    execute,
    followed,
    path_of,
    people,
    run,
    until,
)
from tests.store.feed.wire import wire_to

BURST = 5_000


@pytest.fixture
def sqlite_url(tmp_path: object) -> str:
    """An SQLite database of the test's own."""
    return f"sqlite+aiosqlite:///{tmp_path}/x.db"


def test_sign_out_in_another_process_is_heard_within_a_second(empty_url: str) -> None:
    """A plain driver deletes the row; the token is refused here, without a question."""

    async def work(url: str) -> None:
        await execute(url, *people("ada"))
        async with followed(carrier_on(url)) as follower:
            other = OtherProcess(url, "DELETE FROM session WHERE id = 'ada-1'")
            token, stays = claims("ada-1"), claims("ada-2")
            assert follower.fault(token) is None
            began = time.monotonic()
            told, heard = await asyncio.gather(
                _timed(other.go()), until(lambda: follower.fault(token) is not None)
            )
            assert time.monotonic() - began < PATIENCE_SECONDS
            # From when the other process had its answer; a start of Python is not counted.
            assert heard - told < 1
            assert follower.fault(token) is TokenFault.REVOKED
            assert follower.fault(stays) is None
            await other.end()

    run(empty_url, work)


async def _timed(work: object) -> float:
    began = time.monotonic()
    assert asyncio.iscoroutine(work)
    await work
    return time.monotonic() - began


def test_who_comes_later_knows_from_the_first_moment(empty_url: str) -> None:
    """What ended while a worker was not there is refused before its first request."""

    async def work(url: str) -> None:
        await execute(url, *people("ada", "bob"))
        before = int(time.time()) - 10
        await execute(
            url,
            "DELETE FROM session WHERE id = 'ada-1'",
            "UPDATE \"user\" SET banned = true WHERE id = 'bob'",
        )
        async with followed(carrier_on(url)) as follower:
            assert follower.fault(claims("ada-1")) is TokenFault.REVOKED
            assert follower.fault(claims("ada-2")) is None
            assert follower.fault(claims("bob-1", "bob", before)) is TokenFault.REVOKED

    run(empty_url, work)


def test_sign_out_here_needs_no_round_trip(empty_url: str) -> None:
    """It is refused here before the row goes, and the row tells the others, once."""

    async def work(url: str) -> None:
        await execute(url, *people("ada"))
        async with followed(carrier_on(url)) as here, followed(carrier_on(url)) as there:
            await here.session_ends(SessionId("ada-1"), UserId("ada"))
            assert here.fault(claims("ada-1")) is TokenFault.REVOKED
            await execute(url, "DELETE FROM session WHERE id = 'ada-1'")
            await until(lambda: there.fault(claims("ada-1")) is not None)
            await here.take_back(ended(None, None, "key"))
            assert here.fault(claims("ada-2")) is TokenFault.REVOKED
            await until(lambda: there.fault(claims("ada-2")) is not None)
        assert await _rows(url) == 2

    run(empty_url, work)


async def _rows(url: str) -> int:
    carrier = carrier_on(url)
    await carrier.open()
    rows = await carrier.read()
    await carrier.close()
    return len(rows)


def test_without_triggers_a_sign_out_is_published(empty_url: str) -> None:
    """Where the table is not seen, whoever ends the session says so."""

    async def work(url: str) -> None:
        await execute(url, "DROP TABLE session")
        async with followed(carrier_on(url)) as here, followed(carrier_on(url)) as there:
            await here.session_ends(SessionId("ada-1"), UserId("ada"))
            await until(lambda: there.fault(claims("ada-1")) is not None)

    run(empty_url, work)


@pytest.mark.parametrize("way", ["frozen", "cut"])
def test_lost_feed_is_stated_and_then_refused(way: str, postgres_url: str) -> None:
    """Past the bound nothing is accepted; back again, nothing that ended meanwhile ever was."""

    async def work(url: str) -> None:
        await execute(url, *people("ada"))
        token, stays = claims("ada-1"), claims("ada-2")
        async with wire_to(url) as (wire, wired_url), followed(carrier_on(wired_url)) as follower:
            await until(lambda: follower.staleness_seconds < 1)
            if way == "frozen":
                wire.freeze()
            else:
                await wire.cut()
            await execute(url, "DELETE FROM session WHERE id = 'ada-1'")
            gone_at = time.monotonic()
            await until(lambda: follower.fault(stays) is TokenFault.REVOCATIONS_UNAVAILABLE)
            assert time.monotonic() - gone_at < STALENESS_SECONDS + 1
            assert follower.staleness_seconds > STALENESS_SECONDS
            assert follower.fault(token) is TokenFault.REVOCATIONS_UNAVAILABLE
            began = time.monotonic()
            await follower.catch_up()
            assert time.monotonic() - began < 4
            assert follower.fault(token) is TokenFault.REVOCATIONS_UNAVAILABLE
            if way == "frozen":
                wire.thaw()
            else:
                await wire.restore()
            faults = await _faults_until_accepted(follower)
            assert faults == {TokenFault.REVOCATIONS_UNAVAILABLE, TokenFault.REVOKED}
            assert follower.staleness_seconds < STALENESS_SECONDS

    run(postgres_url, work)


async def _faults_until_accepted(follower: FeedFollower) -> set[TokenFault | None]:
    """Judge the ended session's token at every moment until the other one's is accepted."""
    seen: set[TokenFault | None] = set()
    accepted = False
    end = time.monotonic() + PATIENCE_SECONDS
    while not accepted:
        assert time.monotonic() < end
        accepted = follower.fault(claims("ada-2")) is None
        seen.add(follower.fault(claims("ada-1")))
        await asyncio.sleep(0)
    return seen


def test_file_that_goes_away_is_a_lost_feed(sqlite_url: str) -> None:
    """The bound holds for SQLite, too, and a file that comes back is read from the beginning."""

    async def work(url: str) -> None:
        await execute(url, *people("ada"))
        path = path_of(url)
        aside = path.with_name("aside.db")
        async with followed(carrier_on(url)) as follower:
            path.rename(aside)
            await until(lambda: follower.fault(claims("a")) is not None)
            assert follower.fault(claims("a")) is TokenFault.REVOCATIONS_UNAVAILABLE
            aside.rename(path)
            await execute(url, "DELETE FROM session WHERE id = 'ada-1'")
            faults = await _faults_until_accepted(follower)
            assert None not in faults

    run(sqlite_url, work)


def test_a_burst_holds_nobody_up(empty_url: str) -> None:
    """Five thousand at once are refused within seconds, and the loop answers all the while."""

    async def work(url: str) -> None:
        longest = 0.0

        async def watch() -> None:
            nonlocal longest
            while True:
                began = time.monotonic()
                await asyncio.sleep(0)
                longest = max(longest, time.monotonic() - began)

        writer = carrier_on(url)
        async with followed(carrier_on(url)) as follower:
            watching = asyncio.create_task(watch())
            await asyncio.gather(*(writer.publish(ended(f"{n}")) for n in range(BURST)))
            tokens = [claims(f"{n}") for n in range(BURST)]
            await until(lambda: all(follower.fault(token) for token in tokens))
            watching.cancel()
        assert longest < 2

    run(empty_url, work)


class _Counted(SqliteCarrier):
    """A carrier that counts its readings, and lets one wait."""

    def __init__(self, url: str) -> None:
        super().__init__(path_of(url))
        self.readings = 0
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.broken = False

    async def read(self) -> Sequence[Revocation]:
        self.readings += 1
        await self.may_read.wait()
        if self.broken:
            raise ZeroDivisionError
        return await super().read()


def test_catching_up_is_one_reading_for_all(sqlite_url: str) -> None:
    """A thousand requests that want news share a reading that began after they asked."""

    async def work(url: str) -> None:
        carrier = _Counted(url)
        async with followed(carrier) as follower:
            for _ in range(5):
                before = carrier.readings
                await execute(url, "INSERT INTO gatepost_revocation (session_id) VALUES ('a')")
                await asyncio.gather(*(follower.catch_up() for _ in range(1000)))
                assert follower.fault(claims("a")) is TokenFault.REVOKED
                # One that had begun before, one for all, and the polls of this time.
                assert carrier.readings - before <= 4

    run(sqlite_url, work)


def test_a_reading_that_had_begun_is_not_news_from_now_on(sqlite_url: str) -> None:
    """Who asks while somebody reads waits for the next reading, which sees what he wrote."""

    async def work(url: str) -> None:
        carrier = _Counted(url)
        async with followed(carrier) as follower:
            carrier.may_read.clear()
            begun = carrier.readings
            await until(lambda: carrier.readings == begun + 1)
            asked = asyncio.create_task(follower.catch_up())
            await asyncio.sleep(0)
            carrier.may_read.set()
            await asked
            assert carrier.readings >= begun + 2

    run(sqlite_url, work)


def test_catching_up_ends(sqlite_url: str) -> None:
    """With a feed that does not answer, after two seconds, and with what is known."""

    async def work(url: str) -> None:
        carrier = _Counted(url)
        async with followed(carrier) as follower:
            carrier.may_read.clear()
            began = time.monotonic()
            await follower.catch_up()
            assert 1.9 < time.monotonic() - began < 4
            carrier.may_read.set()

    run(sqlite_url, work)


def test_a_mistake_in_a_carrier_does_not_end_the_following(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, the news grow old, and are fetched again when it is over."""

    async def work(url: str) -> None:
        carrier = _Counted(url)
        async with followed(carrier) as follower:
            carrier.broken = True
            await until(lambda: follower.staleness_seconds > 1)
            carrier.broken = False
            await until(lambda: follower.staleness_seconds < 1)

    run(sqlite_url, work)
    assert "ZeroDivisionError" in caplog.text


def test_nothing_is_followed_that_cannot_be_read(sqlite_url: str) -> None:
    """An app does not start on a feed that is not there."""

    async def work() -> None:
        memory = RevocationMemory(
            token_lifetime_seconds=900,
            clock_skew_seconds=0,
            max_staleness_seconds=STALENESS_SECONDS,
            capacity=10,
        )
        with pytest.raises(CarrierLost):
            async with FeedFollower(carrier_on(sqlite_url), memory).following():
                pass

    asyncio.run(work())

"""Counts that workers share in Valkey, and what each does while it is away."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from gatepost.counting import Away
from gatepost.limits import NotCounted, SharedWindows, ValkeyCounts
from gatepost.rates import Limit, Rate, Rates
from gatepost.store.feed.valkey_server import ValkeyServer
from tests.provider.served import Events
from tests.services.valkey import Valkey, running_valkey

_RATES = Rates(default=Rate(3, 5), sign_in=Rate(3, 600))


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[Valkey]:
    """A server that the tests stop and freeze."""
    with running_valkey() as server:
        yield server


@asynccontextmanager
async def _worker(
    server: Valkey, events: Events | None = None, away: Away = Away.LOCAL
) -> AsyncIterator[SharedWindows]:
    counts = ValkeyCounts(_RATES, ValkeyServer(server.url))
    windows = SharedWindows(_RATES, counts, events or Events(), away)
    async with windows.counting():
        yield windows


@contextmanager
def _away(server: Valkey, how: str) -> Iterator[None]:
    if how == "frozen":
        with server.frozen():
            yield
        return
    server.stop()
    yield
    server.start()


async def _times(windows: SharedWindows, key: str, number: int) -> list[int | None]:
    return [await windows.hit(Limit.SIGN_IN, key) for _ in range(number)]


def test_workers_count_together(valkey: Valkey) -> None:
    """What passes at one worker counts at the other, at once and one by one."""

    async def scene() -> None:
        async with _worker(valkey) as one, _worker(valkey) as other:
            assert await _times(one, "together", 2) == [None, None]
            assert (await _times(other, "together", 2))[0] is None
            assert (await _times(one, "together", 1))[0] in range(590, 601)
            assert await one.count(Limit.SIGN_IN, "together") == 3
            workers = (one, other) * 20
            asked = (each.hit(Limit.SIGN_IN, "at once") for each in workers)
            assert (await asyncio.gather(*asked)).count(None) == 3
            await other.clear(Limit.SIGN_IN, "together")
            assert await _times(one, "together", 1) == [None]
            assert not await one.remembers("ada", "here")
            await other.remember("ada", "here")
            assert await one.remembers("ada", "here")

    asyncio.run(scene())


def test_a_window_moves(valkey: Valkey) -> None:
    """What is full has room again when its first hit is as old as the window."""

    async def scene() -> None:
        async with _worker(valkey) as windows:
            began = time.time()
            for _ in range(3):
                assert await windows.hit(Limit.DEFAULT, "moving") is None
            while await windows.hit(Limit.DEFAULT, "moving") is not None:  # noqa: ASYNC110 - asked
                await asyncio.sleep(0.05)
            assert 5 <= time.time() - began < 8

    asyncio.run(scene())


@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_while_it_is_away_each_worker_counts_for_itself(
    how: str, own_valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits long and no limit is open; a line and an event say so, and a line its end."""
    events = Events()

    async def scene() -> None:
        async with _worker(own_valkey, events) as windows:
            assert await _times(windows, how, 1) == [None]
            with _away(own_valkey, how):
                began = time.monotonic()
                answers = await _times(windows, how, 20)
                assert answers[:3] == [None] * 3
                assert None not in answers[3:]
                assert time.monotonic() - began < 5
                assert not await windows.remembers("ada", how)
                await windows.remember("ada", how)
                assert await windows.remembers("ada", how)
            deadline = time.monotonic() + 30
            while "again" not in caplog.text and time.monotonic() < deadline:
                await windows.hit(Limit.DEFAULT, "probe")
                await asyncio.sleep(0.1)
            # Here all are used up, and in Valkey one has been counted, or a second while it froze.
            assert await _times(windows, how, 1) == [None]

    with caplog.at_level(logging.WARNING, "gatepost"):
        asyncio.run(scene())
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "each worker counts its limits for itself",
        "the limits are counted in Valkey again",
    ]
    assert own_valkey.password not in caplog.text
    assert events.take() == [("sys_limits_local", None)]


def test_while_it_is_away_nobody_guesses_where_that_is_wanted(
    own_valkey: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    """What guesses is refused, not let through; the rest is counted here; then all is as before."""
    events = Events()

    async def scene() -> None:
        async with _worker(own_valkey, events, Away.REFUSE) as windows:
            assert await _times(windows, "refused", 1) == [None]
            await windows.remember("ada", "refused")
            with _away(own_valkey, "stopped"):
                for limit in set(Limit) - {Limit.DEFAULT}:
                    with pytest.raises(NotCounted) as refused:
                        await windows.hit(limit, "refused")
                    assert refused.value.seconds in (1, 2)
                assert await windows.hit(Limit.DEFAULT, "refused") is None
                assert await windows.remembers("ada", "refused")
                await windows.clear(Limit.FAILURES, "ada")
            deadline = time.monotonic() + 30
            while "again" not in caplog.text and time.monotonic() < deadline:
                await windows.hit(Limit.DEFAULT, "probe")
                await asyncio.sleep(0.1)
            assert await _times(windows, "refused", 1) == [None]

    with caplog.at_level(logging.WARNING, "gatepost"):
        asyncio.run(scene())
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "nobody signs in, because the limits cannot be counted",
        "the limits are counted in Valkey again",
    ]
    assert events.take() == [("sys_limits_away", None)]

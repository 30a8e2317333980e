"""What one process remembers: every hit of a window, and no more than so many."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import pytest
from limits import RateLimitItemPerSecond
from limits.aio.strategies import MovingWindowRateLimiter

from gatepost.limits import local_windows
from gatepost.limits.memory import BoundedMemory
from gatepost.rates import Limit, Rate, Rates

_FLOOD = """
import asyncio, resource
from gatepost.limits import local_windows
from gatepost.rates import Limit, Rates

def held():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def flood():
    windows, before, let_in = local_windows(Rates()), held(), 0
    for number in range(200_000):
        address = f"2001:0db8:{number >> 16:04x}:{number & 0xFFFF:04x}" + ":0000" * 4
        let_in += await windows.hit(Limit.SIGN_IN, address, "/sign-in/email") is None
    print(let_in, held() - before)

asyncio.run(flood())
"""
_RATES = Rates(default=Rate(3, 1), sign_in=Rate(2, 60))


def _run(scene: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scene()

    asyncio.run(run())


def test_so_many_pass_in_any_window_and_no_more() -> None:
    """The third in a second passes and the fourth does not, until the first is a second old."""

    async def scene() -> None:
        windows = local_windows(_RATES)
        for _ in range(2):
            assert [await windows.hit(Limit.DEFAULT, "a") for _ in range(4)] == [None] * 3 + [1]
            assert await windows.hit(Limit.DEFAULT, "b") is None
            await asyncio.sleep(1.05)

    _run(scene)


def test_what_is_refused_does_not_lengthen_the_wait() -> None:
    """Who goes on asking is let in when the window of what passed is over, and not later."""

    async def scene() -> None:
        windows = local_windows(_RATES)
        began = time.time()
        for _ in range(3):
            await windows.hit(Limit.DEFAULT, "a")
        asked = 1
        while await windows.hit(Limit.DEFAULT, "a") is not None:
            await asyncio.sleep(0.01)
            asked += 1
        assert asked > 3
        assert 1 <= time.time() - began < 2

    _run(scene)


def test_many_at_once_are_counted_one_by_one() -> None:
    """Of fifty that come together as many pass as of fifty that come in turn."""

    async def scene() -> None:
        windows = local_windows(_RATES)
        answers = await asyncio.gather(*(windows.hit(Limit.SIGN_IN, "a") for _ in range(50)))
        assert answers.count(None) == 2
        assert {answer for answer in answers if answer is not None} <= {59, 60}

    _run(scene)


def test_what_is_cleared_begins_anew_and_what_is_remembered_stays() -> None:
    """Clearing one key leaves the others, and what is remembered is told from what is not."""

    async def scene() -> None:
        windows = local_windows(_RATES)
        for key in ("a", "b"):
            assert [await windows.hit(Limit.SIGN_IN, key) for _ in range(2)] == [None, None]
        await windows.clear(Limit.SIGN_IN, "a")
        assert await windows.hit(Limit.SIGN_IN, "a") is None
        assert await windows.hit(Limit.SIGN_IN, "b") is not None
        await windows.remember("ada", "here")
        await windows.remember("ada", "here")
        assert await windows.remembers("ada", "here")
        assert not await windows.remembers("ada", "there")

    _run(scene)


def test_a_flood_of_addresses_fills_no_memory_and_stops_nobody() -> None:
    """200,000 addresses in a window are let in, and a process holds few of them."""
    done = subprocess.run(
        [sys.executable, "-c", _FLOOD], capture_output=True, text=True, check=True
    )
    let_in, kibibytes = map(int, done.stdout.split())
    assert let_in == 200_000
    assert kibibytes < 64 * 1024


@pytest.mark.parametrize("capacity", [10, 1000])
def test_the_bound_holds_the_newest(capacity: int) -> None:
    """What is full forgets the oldest, whose owner begins anew, and counts the newest right."""

    async def scene() -> None:
        storage = BoundedMemory(capacity)
        limiter, item = MovingWindowRateLimiter(storage), RateLimitItemPerSecond(1, 3600)
        for number in range(3 * capacity):
            assert await limiter.hit(item, str(number))
        refused = [
            not await limiter.hit(item, str(number)) for number in range(2 * capacity, 3 * capacity)
        ]
        assert sum(refused) >= capacity - 1
        assert await limiter.hit(item, "0")
        assert await storage.reset() == capacity

    _run(scene)


def test_one_address_with_many_hits_is_within_the_bound() -> None:
    """The bound is on hits and not on addresses: many of one push out as many of others."""

    async def scene() -> None:
        storage = BoundedMemory(100)
        limiter, item = MovingWindowRateLimiter(storage), RateLimitItemPerSecond(90, 3600)
        for _ in range(20):
            await limiter.hit(item, "quiet")
        for _ in range(90):
            await limiter.hit(item, "loud")
        assert (await limiter.get_window_stats(item, "loud")).remaining == 0
        assert (await limiter.get_window_stats(item, "quiet")).remaining == 90

    _run(scene)

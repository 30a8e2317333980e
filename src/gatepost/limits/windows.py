"""Counting what is limited, in moving windows: so many in any so many seconds."""

from collections.abc import Callable, Mapping
from math import ceil
from time import time
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.aio.strategies import MovingWindowRateLimiter

from gatepost.limits.memory import BoundedMemory
from gatepost.rates import Limit, Rates

KNOWN_SECONDS = 30 * 24 * 3600
"""How long an address is known from which somebody has signed in."""

_KNOWN = RateLimitItemPerSecond(1, KNOWN_SECONDS)


class NotCounted(Exception):
    """What counts is away, and what is not counted is not to pass.

    Attributes:
        seconds: when to come back.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__("what counts is away")
        self.seconds = seconds


class Windows(Protocol):
    """Counts, whoever keeps the counts."""

    async def hit(self, limit: Limit, *key: str) -> int | None:
        """Count one where there is room.

        Returns:
            None where it may pass; else after how many seconds the next one may.

        Raises:
            NotCounted: it cannot be counted now, and may not pass.
        """

    async def count(self, limit: Limit, *key: str) -> int:
        """Return how many are counted at this moment."""

    async def clear(self, limit: Limit, *key: str) -> None:
        """Forget what was counted."""

    async def remember(self, *key: str) -> None:
        """Remember a key for 30 days."""

    async def remembers(self, *key: str) -> bool:
        """Whether a key was remembered in the last 30 days."""


class LimiterWindows:
    """Windows that limiters of the library `limits` keep.

    Args:
        rates: what the limits are.
        limiters: one for each limit.
        known: one for what is remembered.
        clock: the seconds since the epoch, as the limiters have them.
    """

    def __init__(
        self,
        rates: Rates,
        limiters: Mapping[Limit, MovingWindowRateLimiter],
        known: MovingWindowRateLimiter,
        clock: Callable[[], float] = time,
    ) -> None:
        self._items = {
            limit: RateLimitItemPerSecond(rates[limit].amount, rates[limit].seconds)
            for limit in Limit
        }
        self._limiters = limiters
        self._known = known
        self._clock = clock

    async def hit(self, limit: Limit, *key: str) -> int | None:
        """Count one where there is room."""
        item, limiter = self._items[limit], self._limiters[limit]
        if await limiter.hit(item, limit, *key):
            return None
        reset_at = (await limiter.get_window_stats(item, limit, *key)).reset_time
        return max(1, ceil(reset_at - self._clock()))

    async def count(self, limit: Limit, *key: str) -> int:
        """Return how many are counted at this moment."""
        item, limiter = self._items[limit], self._limiters[limit]
        return item.amount - (await limiter.get_window_stats(item, limit, *key)).remaining

    async def clear(self, limit: Limit, *key: str) -> None:
        """Forget what was counted."""
        await self._limiters[limit].clear(self._items[limit], limit, *key)

    async def remember(self, *key: str) -> None:
        """Remember a key for 30 days."""
        await self._known.clear(_KNOWN, "known", *key)
        await self._known.hit(_KNOWN, "known", *key)

    async def remembers(self, *key: str) -> bool:
        """Whether a key was remembered in the last 30 days."""
        return not await self._known.test(_KNOWN, "known", *key)


def local_windows(rates: Rates, clock: Callable[[], float] = time) -> LimiterWindows:
    """Keep the counts in this process.

    Each limit has memory of its own, so that none is flooded through another.

    Args:
        rates: what the limits are.
        clock: the seconds since the epoch.
    """
    return LimiterWindows(
        rates,
        {limit: MovingWindowRateLimiter(BoundedMemory(clock=clock)) for limit in Limit},
        MovingWindowRateLimiter(BoundedMemory(clock=clock)),
        clock,
    )

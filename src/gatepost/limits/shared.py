"""Counts that every worker shares; while they are away, each counts for itself, or refuses."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from math import ceil
from typing import Protocol, TypeVar

from gatepost.counting import Away
from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts
from gatepost.limits.windows import NotCounted, Windows, local_windows
from gatepost.rates import Limit, Rates
from gatepost.tokens import steady_now

_PAUSE_SECONDS = 2.0

_T = TypeVar("_T")
_log = logging.getLogger("gatepost")


class CountsLost(Exception):
    """Where it is counted, nobody answers in time; says why, and holds no password."""


class SharedCounts(Protocol):
    """Where the workers count together.

    Attributes:
        name: what it is, for the log.
        limits: those that are counted there; of the rest each worker keeps its own count.
    """

    name: str
    limits: frozenset[Limit]

    def connected(self) -> AbstractAsyncContextManager[None]:
        """Keep connections until the block ends."""

    async def ask(self, question: Callable[[Windows], Awaitable[_T]]) -> _T:
        """Ask, within a bounded time.

        Raises:
            CountsLost: there was no answer.
        """


class SharedWindows:
    """Windows that all workers share, and of this process while those are away.

    Args:
        rates: what the limits are.
        counts: where they are counted.
        events: learns when that goes away.
        away: what happens then.
    """

    def __init__(
        self, rates: Rates, counts: SharedCounts, events: EventSink, away: Away = Away.LOCAL
    ) -> None:
        self._counts = counts
        self._events = events
        self._away = away
        self._local = local_windows(rates)
        self._is_away = False
        self._ask_again_at = float("-inf")

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        """Keep the connections until the block ends."""
        async with self._counts.connected():
            yield

    async def hit(self, limit: Limit, *key: str) -> int | None:
        """Count one where there is room."""
        if limit not in self._counts.limits:
            return await self._local.hit(limit, *key)
        # What everybody asks for all the time is only bounded, and goes on.
        refuses = self._away is Away.REFUSE and limit is not Limit.DEFAULT
        return await self._ask(lambda windows: windows.hit(limit, *key), refuses=refuses)

    async def count(self, limit: Limit, *key: str) -> int:
        """Return how many are counted at this moment."""
        if limit not in self._counts.limits:
            return await self._local.count(limit, *key)
        return await self._ask(lambda windows: windows.count(limit, *key))

    async def clear(self, limit: Limit, *key: str) -> None:
        """Forget what was counted."""
        await self._ask(lambda windows: windows.clear(limit, *key))

    async def remember(self, *key: str) -> None:
        """Remember a key for 30 days; here as well, for when the others are away."""
        await self._local.remember(*key)
        await self._ask(lambda windows: windows.remember(*key))

    async def remembers(self, *key: str) -> bool:
        """Whether a key was remembered in the last 30 days."""
        return await self._ask(lambda windows: windows.remembers(*key))

    async def _ask(
        self, question: Callable[[Windows], Awaitable[_T]], *, refuses: bool = False
    ) -> _T:
        if self._is_away:
            if steady_now() < self._ask_again_at:
                return await self._alone(question, refuses=refuses)
            self._ask_again_at = steady_now() + _PAUSE_SECONDS  # one request tries, the rest do not
        try:
            answer = await self._counts.ask(question)
        except CountsLost as lost:
            self._goes(lost)
            return await self._alone(question, refuses=refuses)
        if self._is_away:
            self._is_away = False
            _log.warning("the limits are counted in %s again", self._counts.name)
        return answer

    async def _alone(self, question: Callable[[Windows], Awaitable[_T]], *, refuses: bool) -> _T:
        if refuses:
            raise NotCounted(max(1, ceil(self._ask_again_at - steady_now())))
        return await question(self._local)

    def _goes(self, lost: CountsLost) -> None:
        self._ask_again_at = steady_now() + _PAUSE_SECONDS
        if self._is_away:
            return
        self._is_away = True
        if self._away is Away.REFUSE:
            _log.warning("nobody signs in, because the limits cannot be counted: %s", lost)
        else:
            _log.warning("each worker counts its limits for itself: %s", lost)
        name = EventName.LIMITS_AWAY if self._away is Away.REFUSE else EventName.LIMITS_LOCAL
        self._events.emit(SecurityEvent(name, request=current_facts()))

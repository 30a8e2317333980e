"""Counts that every worker shares, in Valkey; where it is away, each counts for itself."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from gatepost.events.catalogue import EventName, SecurityEvent
from gatepost.events.port import EventSink, current_facts
from gatepost.limits.windows import LimiterWindows, Windows, local_windows
from gatepost.rates import Limit, Rates
from gatepost.store.feed.carrier import CarrierLost
from gatepost.store.feed.valkey_server import ValkeyServer
from gatepost.tokens import steady_now

if TYPE_CHECKING:
    from valkey.asyncio import Valkey

_ANSWER_SECONDS = 0.5
_PAUSE_SECONDS = 2.0
_PREFIX = "gatepost:limits"

_T = TypeVar("_T")
_log = logging.getLogger("gatepost")


class SharedWindows:
    """Windows in a Valkey server, and in this process while the server is away.

    Args:
        rates: what the limits are.
        server: where they are counted.
        events: learns when the server goes.
    """

    def __init__(self, rates: Rates, server: ValkeyServer, events: EventSink) -> None:
        self._rates = rates
        self._server = server
        self._events = events
        self._local = local_windows(rates)
        self._shared: tuple[Valkey, LimiterWindows] | None = None
        self._is_away = False
        self._ask_again_at = float("-inf")

    @asynccontextmanager
    async def counting(self) -> AsyncIterator[None]:
        """Keep the connections until the block ends."""
        self._server.take()
        try:
            yield
        finally:
            await self._server.let_go()

    async def hit(self, limit: Limit, *key: str) -> int | None:
        """Count one where there is room."""
        return await self._ask(lambda windows: windows.hit(limit, *key))

    async def count(self, limit: Limit, *key: str) -> int:
        """Return how many are counted at this moment."""
        return await self._ask(lambda windows: windows.count(limit, *key))

    async def clear(self, limit: Limit, *key: str) -> None:
        """Forget what was counted."""
        await self._ask(lambda windows: windows.clear(limit, *key))

    async def remember(self, *key: str) -> None:
        """Remember a key for 30 days."""
        await self._ask(lambda windows: windows.remember(*key))

    async def remembers(self, *key: str) -> bool:
        """Whether a key was remembered in the last 30 days."""
        return await self._ask(lambda windows: windows.remembers(*key))

    async def _ask(self, question: Callable[[Windows], Awaitable[_T]]) -> _T:
        if self._is_away:
            if steady_now() < self._ask_again_at:
                return await question(self._local)
            self._ask_again_at = steady_now() + _PAUSE_SECONDS  # one request tries, the rest do not
        try:
            answer = await self._server.ask(
                lambda client: question(self._windows_of(client)), seconds=_ANSWER_SECONDS
            )
        except CarrierLost as lost:
            self._goes(lost)
            return await question(self._local)
        if self._is_away:
            self._is_away = False
            _log.warning("the limits are counted in Valkey again")
        return answer

    def _goes(self, lost: CarrierLost) -> None:
        self._ask_again_at = steady_now() + _PAUSE_SECONDS
        if self._is_away:
            return
        self._is_away = True
        _log.warning("each worker counts its limits for itself: %s", lost)
        self._events.emit(SecurityEvent(EventName.LIMITS_LOCAL, request=current_facts()))

    def _windows_of(self, client: "Valkey") -> LimiterWindows:
        if self._shared is None or self._shared[0] is not client:
            # On the feed's client: the library's own would take any name in a certificate.
            storage = RedisStorage(
                "async+valkey://",
                implementation="valkey",
                key_prefix=_PREFIX,
                connection_pool=client.connection_pool,  # type: ignore[arg-type] # as it documents
            )
            limiter = MovingWindowRateLimiter(storage)
            windows = LimiterWindows(self._rates, dict.fromkeys(Limit, limiter), limiter)
            self._shared = (client, windows)
        return self._shared[1]

"""Counts in a Valkey server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from gatepost.limits.shared import CountsLost
from gatepost.limits.windows import LimiterWindows, Windows
from gatepost.rates import Limit, Rates
from gatepost.store.feed.carrier import CarrierLost
from gatepost.store.feed.valkey_server import ValkeyServer

if TYPE_CHECKING:
    from valkey.asyncio import Valkey

_ANSWER_SECONDS = 0.5
_PREFIX = "gatepost:limits"

_T = TypeVar("_T")


class ValkeyCounts:
    """Every limit, in a Valkey server.

    Args:
        rates: what the limits are.
        server: where they are counted.
    """

    name = "Valkey"
    limits = frozenset(Limit)

    def __init__(self, rates: Rates, server: ValkeyServer) -> None:
        self._rates = rates
        self._server = server
        self._windows: tuple[Valkey, LimiterWindows] | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Keep the connections until the block ends."""
        self._server.take()
        try:
            yield
        finally:
            await self._server.let_go()

    async def ask(self, question: Callable[[Windows], Awaitable[_T]]) -> _T:
        """Ask the server.

        Raises:
            CountsLost: it took longer than half a second, or failed in whatever way.
        """
        try:
            return await self._server.ask(
                lambda client: question(self._windows_of(client)), seconds=_ANSWER_SECONDS
            )
        except CarrierLost as lost:
            raise CountsLost(str(lost)) from lost

    def _windows_of(self, client: "Valkey") -> LimiterWindows:
        if self._windows is None or self._windows[0] is not client:
            # On the feed's client: the library's own would take any name in a certificate.
            storage = RedisStorage(
                "async+valkey://",
                implementation="valkey",
                key_prefix=_PREFIX,
                connection_pool=client.connection_pool,  # type: ignore[arg-type] # as it documents
            )
            limiter = MovingWindowRateLimiter(storage)
            windows = LimiterWindows(self._rates, dict.fromkeys(Limit, limiter), limiter)
            self._windows = (client, windows)
        return self._windows[1]

"""Following a carrier, so that a token can be judged from memory."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gatepost.principal import SessionId, UserId
from gatepost.store.feed.carrier import Carrier, CarrierLost
from gatepost.tokens import (
    Revocation,
    RevocationMemory,
    TokenFault,
    VerifiedClaims,
    steady_now,
)

POLL_SECONDS = 0.5
"""How long news can lie unread where nothing wakes the reader."""

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.0
# A request whose answer hangs on news waits for so long.
_CATCH_UP_SECONDS = 2.0
_AT_ONCE = 500

_log = logging.getLogger("gatepost")


class FeedFollower:
    """The revocation feed of one issuer: a memory, and the task that keeps it up to date.

    Args:
        carrier: where the revocations are.
        memory: what this process knows.
    """

    def __init__(self, carrier: Carrier, memory: RevocationMemory) -> None:
        self._carrier = carrier
        self._memory = memory
        self._wanted = asyncio.Event()
        self._read = asyncio.Condition()
        self._ending = False
        self._rounds_begun = 0
        self._rounds_done = 0

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Know everything that has ended before the block begins, and follow until it ends.

        Raises:
            CarrierLost: the carrier cannot be reached, so that no token could be judged.
        """
        await self._carrier.open()
        try:
            await self.read_news()
            task = asyncio.create_task(self._follow(), name="gatepost-revocations")
            try:
                yield
            finally:
                self._ending = True
                # Again and again: before Python 3.12 `asyncio.wait_for`, which drivers use, could
                # swallow a cancellation, and whoever awaits the task would wait for ever.
                while not task.done():
                    task.cancel()
                    await asyncio.wait((task,), timeout=_LONGEST_PAUSE_SECONDS)
        finally:
            await self._carrier.close()

    @property
    def staleness_seconds(self) -> float:
        """How old the last news is."""
        return self._memory.staleness_seconds

    def fault(self, claims: VerifiedClaims) -> TokenFault | None:
        """Judge one token from memory."""
        return self._memory.fault(claims)

    async def catch_up(self) -> None:
        """Wait until the feed has been read from now on, for two seconds at most."""
        wanted = self._rounds_begun + 1
        self._wanted.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CATCH_UP_SECONDS), self._read:
                await self._read.wait_for(lambda: self._rounds_done >= wanted)

    async def session_ends(self, session_id: SessionId, user_id: UserId) -> None:
        """Refuse the tokens of a session whose row is about to be deleted.

        Before the deletion, so that there is no moment in which the session is gone and its tokens
        are not; with a carrier that sees the table, the deletion itself tells the others.

        Raises:
            CarrierLost: the other processes would not know of it.
        """
        revocation = Revocation(session_id, user_id, None, time.time())
        self._memory.apply(revocation)
        if not self._carrier.sees_sessions:
            await self._carrier.publish(revocation)

    async def take_back(self, revocation: Revocation) -> None:
        """Refuse here and now what it names, and make it known everywhere.

        Raises:
            CarrierLost: the other processes do not know of it.
        """
        self._memory.apply(revocation)
        await self._carrier.publish(revocation)

    async def read_news(self) -> None:
        """Read the carrier once, which must be open; `following` does so again and again.

        Raises:
            CarrierLost: it cannot be read; what is known stays, and grows old.
        """
        self._rounds_begun += 1
        this_round = self._rounds_begun
        as_of = steady_now()
        for number, revocation in enumerate(await self._carrier.read(), 1):
            self._memory.apply(revocation)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # a hundred thousand at once would hold every request up
        self._memory.caught_up(as_of)
        async with self._read:
            self._rounds_done = this_round
            self._read.notify_all()

    async def _follow(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        lost = False
        while not self._ending:
            try:
                if lost:
                    await self._carrier.open()
                    await self.read_news()
                    _log.warning("the revocation feed is back")
                    lost, pause = False, _FIRST_PAUSE_SECONDS
                await self._wait()
                await self.read_news()
            except Exception as error:  # noqa: BLE001 - a mistake of ours, too, must not end this
                if not lost:
                    lost = True
                    _log.warning(
                        "the revocation feed is lost, and tried again: %s",
                        error,
                        exc_info=None if isinstance(error, CarrierLost) else error,
                    )
                await self._carrier.close()
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _wait(self) -> None:
        waiting = asyncio.ensure_future(self._carrier.wait(POLL_SECONDS))
        wanted = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait((waiting, wanted), return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
        finally:
            for task in (waiting, wanted):
                task.cancel()
            await asyncio.gather(waiting, wanted, return_exceptions=True)
            self._wanted.clear()

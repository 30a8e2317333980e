"""Writing beside the reading: what is published, in batches, and what is old enough to go."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence

from gatepost.store.feed.carrier import CarrierLost
from gatepost.tokens import Revocation, steady_now

# A token lives for a day at most, and three clocks may be five minutes apart each. What takes a
# key back stays: whoever has the key makes new tokens.
KEEP_SECONDS = 25 * 60 * 60
_PRUNE_EVERY_SECONDS = 600.0

_log = logging.getLogger("gatepost")


class Outbox:
    """Writes revocations down, all that wait in one transaction, so that a burst is no queue.

    Args:
        write: writes some durably, within a bounded time.
    """

    def __init__(self, write: Callable[[Sequence[Revocation]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[tuple[Revocation, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def publish(self, revocation: Revocation) -> None:
        """Return when it is written.

        Raises:
            CarrierLost: it may not have been.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((revocation, written))
        if self._writing is None or self._writing.done():
            # A task of its own: that one who waits gives up does not stop what the others wait for.
            self._writing = asyncio.create_task(self._write_all(), name="gatepost-publish")
        await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            lost: Exception | None = CarrierLost("stopped while writing")
            try:
                await self._write([revocation for revocation, _ in batch])
                lost = None
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of any
                lost = error
            finally:
                for _, written in batch:
                    _settle(written, lost)


def _settle(written: asyncio.Future[None], lost: Exception | None) -> None:
    if written.done():
        return
    if lost is None:
        written.set_result(None)
        return
    told = CarrierLost(str(lost))
    told.__cause__ = lost.__cause__ or lost
    written.set_exception(told)


class Pruning:
    """Removes, now and then and beside the reading, what is too old to matter.

    Args:
        prune: removes it, within a bounded time for each step.
    """

    def __init__(self, prune: Callable[[], Awaitable[None]]) -> None:
        self._prune = prune
        self._task: asyncio.Task[None] | None = None
        self._next = float("-inf")

    def start_if_due(self) -> None:
        """Begin where it has not been done for ten minutes or so, and come back at once."""
        now = steady_now()
        if now < self._next or (self._task is not None and not self._task.done()):
            return
        # Not all workers at the same moment.
        self._next = now + _PRUNE_EVERY_SECONDS * random.uniform(1, 2)  # noqa: S311 - no secret
        self._task = asyncio.create_task(self._run(), name="gatepost-prune")

    async def stop(self) -> None:
        """Leave the rest for the next time; never raises."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _run(self) -> None:
        try:
            await self._prune()
        except CarrierLost as error:
            _log.warning("old revocations could not be removed: %s", error)

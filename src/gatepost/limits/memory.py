"""What one process remembers of the requests that it let through, within a bound."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from time import time

from limits.aio.storage import MovingWindowSupport, Storage

CAPACITY = 100_000
"""How many hits one limit remembers; of as many addresses, some 40 MB."""


class BoundedMemory(Storage, MovingWindowSupport):
    """A storage of the library `limits` for the moving windows of one limit.

    The library's own keeps every key until it has looked through all of them, which it does for
    each hit anew: a stranger who can send from many addresses fills it, and then stops the event
    loop with it. This one forgets in the order of the last hits, a few at each; where it is full,
    it forgets the oldest before its time. Whoever has so many addresses gains nothing by that:
    each address that pushes another out has its own count.

    Args:
        capacity: how many hits are remembered.
        clock: the seconds since the epoch.
    """

    STORAGE_SCHEME = None

    def __init__(self, capacity: int = CAPACITY, clock: Callable[[], float] = time) -> None:
        super().__init__()
        self._capacity = capacity
        self._clock = clock
        # Of each key the moments of its hits, oldest first; the keys in the order of their last.
        self._hits: OrderedDict[str, list[float]] = OrderedDict()
        self._remembered = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing fails here."""
        return ValueError

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Remember hits where there is room for them in the window; nothing is awaited."""
        now = self._clock()
        self._forget_until(now - expiry)
        hits = self._hits.get(key, [])
        past = bisect_right(hits, now - expiry)
        del hits[:past]
        self._remembered -= past
        if len(hits) + amount > limit:
            return False
        hits += [now] * amount
        self._hits[key] = hits
        self._hits.move_to_end(key)
        self._remembered += amount
        while self._remembered > self._capacity:
            self._forget_oldest()
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library's own signature
        """Return the moment of the oldest hit in the window, or now, and how many there are."""
        now = self._clock()
        hits = self._hits.get(key, [])
        past = bisect_right(hits, now - expiry)
        return (hits[past], len(hits) - past) if past < len(hits) else (now, 0)

    async def clear(self, key: str) -> None:
        """Forget the hits of a key."""
        self._remembered -= len(self._hits.pop(key, ()))

    async def reset(self) -> int | None:
        """Forget everything; return of how many keys."""
        keys = len(self._hits)
        self._hits.clear()
        self._remembered = 0
        return keys

    async def check(self) -> bool:
        """Say that memory is there."""
        return True

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Refuse: fixed windows let twice as many through at their seam."""
        raise NotImplementedError

    async def get(self, key: str) -> int:
        """Refuse, as `incr`."""
        raise NotImplementedError

    async def get_expiry(self, key: str) -> float:
        """Refuse, as `incr`."""
        raise NotImplementedError

    def _forget_until(self, moment: float) -> None:
        """Let go of the keys whose windows are over."""
        while self._hits and next(iter(self._hits.values()))[-1] <= moment:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, hits = self._hits.popitem(last=False)
        self._remembered -= len(hits)

"""Counts in the app's database, for workers that share it and no Valkey."""

import asyncio
import hashlib
import logging
import random
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from math import ceil
from typing import TypeVar

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.limits.memory import CAPACITY
from gatepost.limits.shared import CountsLost
from gatepost.limits.table import Statements, statements_of
from gatepost.limits.windows import KNOWN_SECONDS, Windows
from gatepost.rates import Limit, Rates
from gatepost.store.engine import Budget
from gatepost.tokens import steady_now

BUDGET = Budget(connections=4, seconds=1.5)
"""What a worker counts by: connections of its own, so that no flood takes the app's."""

_ANSWER_SECONDS = 2.0  # longer, so that no statement is left behind that counts afterwards

_KNOWN = "known"
_KNOWN_CAPACITY = 1_000_000
_MOST_DELETED = 5_000
_CLEAN_EVERY_SECONDS = 60.0
_CLEAN_AFTER_HITS = 10_000
_MOST_REFUSALS = 10_000
# What of these is refused stays refused until its time, whoever succeeds at whatever.
_OF_ADDRESSES = frozenset({Limit.SIGN_IN, Limit.MAIL})

_T = TypeVar("_T")
_log = logging.getLogger("gatepost")


class DatabaseCounts:
    """Whatever somebody could guess by or send mail with, in a table of the database.

    Not what everybody asks for all the time: a flood of that would be one of writes.

    Args:
        rates: what the limits are.
        engine: of its own, opened with `BUDGET`; whoever made it closes it.
        capacity: how many rows a limit has at most, but for those since it was last cleaned.
    """

    name = "the database"
    limits = frozenset(Limit) - {Limit.DEFAULT}

    def __init__(self, rates: Rates, engine: AsyncEngine, capacity: int = CAPACITY) -> None:
        # Each statement is a transaction of its own.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._statements = statements_of(engine.dialect.name)
        self._capacities = {
            **dict.fromkeys((limit.value for limit in self.limits), capacity),
            _KNOWN: _KNOWN_CAPACITY,
        }
        self._windows = _TableWindows(rates, self._engine, self._statements)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Clean the table now and then, until the block ends."""
        ended = asyncio.Event()
        task = asyncio.create_task(self._clean_until(ended), name="gatepost-limits")
        try:
            yield
        finally:
            ended.set()
            self._windows.many_more.set()
            # Cancelled at once, it might leave a connection behind that nobody has, and closes.
            await asyncio.wait((task,), timeout=_ANSWER_SECONDS)
            task.cancel()
            await asyncio.wait((task,))

    async def ask(self, question: Callable[[Windows], Awaitable[_T]]) -> _T:
        """Ask the database.

        Raises:
            CountsLost: it took longer than two seconds, or failed in whatever way.
        """
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await question(self._windows)
        except Exception as error:  # drivers raise errors of their own trees
            raise CountsLost(f"{self.name}: {_cause(error)}") from error

    async def check(self) -> None:
        """Count once, and take it back: whoever may not is told when the app starts.

        Raises:
            CountsLost: the database, or its role, does not let this worker count.
        """
        await self.ask(_count_once)

    async def clean(self) -> None:
        """Delete what counts no more, and what there is beyond the capacity.

        Raises:
            Exception: the database could not be asked; any of its driver's.
        """
        for name, capacity in self._capacities.items():
            doomed = {"name": name, "most": _MOST_DELETED}
            await self._delete(self._statements.ended, doomed)
            await self._delete(self._statements.surplus, {**doomed, "capacity": capacity})

    async def _delete(self, statement: TextClause, values: Mapping[str, object]) -> None:
        deleted = _MOST_DELETED
        while deleted >= _MOST_DELETED:
            async with self._engine.connect() as connection:
                deleted = (await connection.execute(statement, values)).rowcount

    async def _clean_until(self, ended: asyncio.Event) -> None:
        while True:
            # Not all workers at the same moment.
            pause = _CLEAN_EVERY_SECONDS * random.uniform(0.5, 1)  # noqa: S311 - no secret
            with suppress(TimeoutError):
                await asyncio.wait_for(self._windows.many_more.wait(), pause)
            if ended.is_set():
                return
            self._windows.begin_anew()
            try:
                await self.clean()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next time it may do
                _log.warning("old counts could not be removed: %s", _cause(error))


class _TableWindows:
    """The counts themselves; any error of the database's or its driver's is passed on."""

    def __init__(self, rates: Rates, engine: AsyncEngine, statements: Statements) -> None:
        self._rates = rates
        self._engine = engine
        self._statements = statements
        self._refused: OrderedDict[str, float] = OrderedDict()
        self._hits = 0
        self.many_more = asyncio.Event()

    def begin_anew(self) -> None:
        """Count the rows until the next cleaning from here."""
        self._hits = 0
        self.many_more.clear()

    async def hit(self, limit: Limit, *key: str) -> int | None:
        """Count one where there is room."""
        hashed, rate = _hash(key), self._rates[limit]
        # What a flood is refused with costs the database nothing.
        known = f"{limit}:{hashed}"
        remaining = self._refused.get(known, 0.0) - steady_now()
        if remaining > 0:
            return ceil(remaining)
        self._refused.pop(known, None)
        values: dict[str, object] = {"name": limit.value, "key": hashed, "seconds": rate.seconds}
        room = {**values, "amount": rate.amount}
        async with self._engine.connect() as connection:
            if (await connection.execute(self._statements.hit, room)).first() is not None:
                self._count()
                return None
            wait = (await connection.execute(self._statements.wait, values)).scalar()
        seconds = max(1, ceil(wait or 0))
        if limit in _OF_ADDRESSES:
            self._refuse(known, steady_now() + (wait or 0))
        return seconds

    async def count(self, limit: Limit, *key: str) -> int:
        """Return how many are counted at this moment."""
        seconds = self._rates[limit].seconds
        values = {"name": limit.value, "key": _hash(key), "seconds": seconds}
        async with self._engine.connect() as connection:
            return (await connection.execute(self._statements.count, values)).scalar() or 0

    async def clear(self, limit: Limit, *key: str) -> None:
        """Forget what was counted."""
        await self._run(self._statements.clear, {"name": limit.value, "key": _hash(key)})

    async def remember(self, *key: str) -> None:
        """Remember a key for 30 days."""
        values = {"name": _KNOWN, "key": _hash(key), "seconds": KNOWN_SECONDS}
        await self._run(self._statements.remember, values)

    async def remembers(self, *key: str) -> bool:
        """Whether a key was remembered in the last 30 days."""
        values = {"name": _KNOWN, "key": _hash(key)}
        async with self._engine.connect() as connection:
            return (
                await connection.execute(self._statements.remembers, values)
            ).first() is not None

    async def _run(self, statement: TextClause, values: Mapping[str, object]) -> None:
        async with self._engine.connect() as connection:
            await connection.execute(statement, values)

    def _count(self) -> None:
        self._hits += 1
        if self._hits >= _CLEAN_AFTER_HITS:
            self.many_more.set()

    def _refuse(self, known: str, until: float) -> None:
        self._refused[known] = until
        while len(self._refused) > _MOST_REFUSALS:
            self._refused.popitem(last=False)


async def _count_once(windows: Windows) -> None:
    key = ("a worker that starts", secrets.token_hex(8))
    await windows.hit(Limit.SIGN_IN, *key)
    await windows.clear(Limit.SIGN_IN, *key)


def _hash(key: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(key).encode("utf-8", "replace")).hexdigest()[:32]


def _cause(error: BaseException) -> str:
    """Say of what kind it is, and nothing of what it holds."""
    return type(getattr(error, "orig", None) or error).__name__

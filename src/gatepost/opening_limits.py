"""Opening what counts the limits, where a deployment wants it."""

from contextlib import AsyncExitStack

from gatepost.errors import ConfigurationError
from gatepost.events import EventSink
from gatepost.limits import (
    CountsLost,
    DatabaseCounts,
    SharedCounts,
    SharedWindows,
    ValkeyCounts,
    Windows,
    local_windows,
)
from gatepost.limits.database import BUDGET
from gatepost.settings import Settings
from gatepost.store.engine import open_engine
from gatepost.store.feed.valkey_server import ValkeyServer


async def open_windows(settings: Settings, events: EventSink, opened: AsyncExitStack) -> Windows:
    """Count in Valkey, in the database, or, where neither is named, in this process.

    Args:
        settings: say where.
        events: learns when that goes away.
        opened: closes it.

    Raises:
        ConfigurationError: its URL cannot be used, its client is not installed, or the role that
            serves people may not count.
    """
    rates, counting = settings.rate_limits, settings.counting
    counts: SharedCounts
    if counting.valkey_url is not None:
        counts = ValkeyCounts(rates, ValkeyServer(counting.valkey_url.reveal()))
    elif counting.in_database:
        counts = await _in_database(settings, opened)
    else:
        return local_windows(rates)
    windows = SharedWindows(rates, counts, events, counting.away)
    await opened.enter_async_context(windows.counting())
    return windows


async def _in_database(settings: Settings, opened: AsyncExitStack) -> DatabaseCounts:
    engine = open_engine(settings.database_url.reveal(), BUDGET)
    opened.push_async_callback(engine.dispose)
    counts = DatabaseCounts(settings.rate_limits, engine)
    try:
        await counts.check()
    except CountsLost as lost:
        raise ConfigurationError(
            f"The limits cannot be counted in {lost}. The role of DATABASE_URL needs SELECT, "
            "INSERT, UPDATE and DELETE on gatepost_limit: run `gatepost migrate` as the role that "
            "owns the tables, or name a Valkey in GATEPOST_RATE_LIMITS_URL."
        ) from lost
    return counts

"""Which carrier a deployment has: its database, another URL to the same one, or Valkey."""

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.settings import Secret
from gatepost.store.engine import check_connection, open_engine
from gatepost.store.feed.carrier import Carrier
from gatepost.store.feed.schema import feed_identity, prepare_feed
from gatepost.store.feed.sqlite import SqliteCarrier

_VALKEY = ("valkey://", "valkeys://", "redis://", "rediss://")


async def carrier_of(
    engine: AsyncEngine, feed_url: Secret | None, *, provider_here: bool
) -> Carrier | None:
    """Return what carries the revocations of a deployment, ready to be opened.

    Args:
        engine: the app's database.
        feed_url: GATEPOST_FEED_URL, or None for the app's own database.
        provider_here: whether the sessions are this app's own, or those of a Better Auth server.

    Returns:
        None where a Better Auth server has its sessions somewhere else.

    Raises:
        ConfigurationError: the feed cannot be reached, or belongs to another database.
    """
    if feed_url is not None and feed_url.reveal().startswith(_VALKEY):
        if not provider_here:
            raise ConfigurationError(
                "GATEPOST_FEED_URL: a Better Auth server tells Valkey nothing of its sign-outs. "
                "Name its database, or leave the setting out."
            )
        # The client is an extra, and only this carrier needs it.
        from gatepost.store.feed.valkey import ValkeyCarrier  # noqa: PLC0415

        return ValkeyCarrier(feed_url.reveal())
    if feed_url is None:
        return await _in_database(engine, provider_here=provider_here)
    direct = open_engine(feed_url.reveal())
    try:
        await check_connection(direct)
        carrier = await _in_database(direct, provider_here=provider_here)
        if provider_here and await feed_identity(direct) != await feed_identity(engine):
            raise ConfigurationError(
                "GATEPOST_FEED_URL names another database than GATEPOST_DATABASE_URL, where the "
                "sessions are. It is for a second way to the same one, past a connection pooler."
            )
    finally:
        await direct.dispose()
    return carrier


async def _in_database(engine: AsyncEngine, *, provider_here: bool) -> Carrier | None:
    if not provider_here:
        async with engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        if "session" not in tables:
            return None
    if engine.dialect.name == "sqlite" and engine.url.database in (None, "", ":memory:"):
        raise ConfigurationError(
            "DATABASE_URL: a database in memory cannot be shared by processes, and holds no news "
            "of sign-outs. Write sqlite:///path/to/file.db."
        )
    sees_sessions = await prepare_feed(engine)
    if not provider_here and not sees_sessions:
        return None  # somebody else's table of that name
    if engine.dialect.name == "sqlite":
        return SqliteCarrier(str(engine.url.database))
    # Its driver is an extra.
    from gatepost.store.feed.postgres import PostgresCarrier  # noqa: PLC0415

    return PostgresCarrier(engine.url.render_as_string(hide_password=False))

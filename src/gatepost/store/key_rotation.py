"""Rotating and retiring signing keys, from whatever process; the others see it in the table."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.settings import Secrets
from gatepost.store import tables
from gatepost.store.key_pairs import signing_key
from gatepost.store.key_rows import (
    AT_NO_TIME,
    LEAD_SECONDS,
    KeyRow,
    add_row,
    first_gap,
    now_in_milliseconds,
    only_writer,
    read_rows,
)
from gatepost.tokens import Revocation

Publish = Callable[[Revocation], Awaitable[None]]
"""Makes a revocation known to every process, as `Carrier.publish` does."""


class NoSuchKey(ConfigurationError):
    """The table has no key of that id."""


async def rotate(
    engine: AsyncEngine, secrets: Secrets, lead_seconds: float = LEAD_SECONDS
) -> KeyRow:
    """Make a key that is published now and signs after a lead; what it supersedes expires then.

    Args:
        engine: the database with the `jwks` table.
        secrets: what the workers have; the new key is sealed with the current one.
        lead_seconds: 0 in an emergency; verifiers elsewhere then meet tokens of a key that they
            have to fetch first.

    Returns:
        the new key.

    Raises:
        ConfigurationError: the workers' secrets are others, and they could not open the new key.
        ValueError: a lead of less than nothing.
    """
    if lead_seconds < 0:
        raise ValueError("a key cannot have signed in the past")
    async with only_writer(engine) as connection:
        rows = await read_rows(connection)
        _check_secrets(rows, secrets)
        now = now_in_milliseconds()
        key_id = await add_row(connection, secrets, now + timedelta(seconds=lead_seconds))
        await _end_superseded(connection, now)
        return next(row for row in await read_rows(connection) if row.id == key_id)


async def retire(
    engine: AsyncEngine, secrets: Secrets, key_id: str, publish: Publish
) -> KeyRow | None:
    """Stop a key at once and for good: it signs no more, and what it has signed is refused.

    Args:
        engine: the database with the `jwks` table.
        secrets: as of `rotate`.
        key_id: the `kid`.
        publish: tells the other processes, which would otherwise see it when they next read.

    Returns:
        the key that was made to sign in its place, where there was need of one.

    Raises:
        NoSuchKey: there is none of that id, or it is not one of ours.
        ConfigurationError: as of `rotate`.
        CarrierLost: it has been retired, and `publish` could not say so.
    """
    async with only_writer(engine) as connection:
        rows = await read_rows(connection)
        if not any(row.id == key_id and row.is_ours for row in rows):
            raise NoSuchKey(f"There is no signing key {key_id}. `gatepost keys list` shows them.")
        now = now_in_milliseconds()
        await _expire(connection, key_id, AT_NO_TIME)
        # Without the current key nothing signs now, and without the next one nothing will.
        gap = first_gap(await read_rows(connection))
        made_id = None
        if gap is not None:
            _check_secrets(rows, secrets)
            made_id = await add_row(connection, secrets, gap)
        await _end_superseded(connection, now)
        made = [row for row in await read_rows(connection) if row.id == made_id]
    await publish(Revocation(None, None, key_id, now.timestamp()))
    return made[0] if made else None


def _check_secrets(rows: list[KeyRow], secrets: Secrets) -> None:
    """Refuse to seal with what the workers could not open: none could sign when its time comes."""
    now = now_in_milliseconds()
    signing = [row for row in rows if row.signs_at(now)]
    if signing and not any(signing_key(row, secrets) for row in signing):
        raise ConfigurationError(
            "The current signing key was sealed with another secret, so the app could not open a "
            "new one. Run this with the GATEPOST_SECRET or GATEPOST_SECRETS that the app has, in "
            "the directory where it runs."
        )


async def _end_superseded(connection: AsyncConnection, now: datetime) -> None:
    """Let every key expire when the next newer one begins to sign."""
    # One that has been retired supersedes nobody.
    alive = [row for row in await read_rows(connection) if row.signs_at(max(row.created_at, now))]
    for row, successor in pairwise(alive):
        # Never in the past: a worker may have gone on signing with it until now.
        end = max(successor.created_at, now)
        if row.expires_at is None or row.expires_at > end:
            await _expire(connection, row.id, end)


async def _expire(connection: AsyncConnection, key_id: str, end: datetime) -> None:
    of_it = tables.jwks.c.id == key_id
    await connection.execute(update(tables.jwks).where(of_it).values(expiresAt=end))

"""The key ring of a running process: the keys of the `jwks` table, held in memory."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError, Unavailable
from gatepost.settings import Secret, Secrets
from gatepost.store import tables
from gatepost.store.key_pairs import published, resealed
from gatepost.store.key_reading import NOTHING_READ, KeyReading, read_keys
from gatepost.store.key_rows import (
    GRACE_SECONDS,
    MINIMUM_GRACE_SECONDS,
    KeyRow,
    add_row,
    first_gap,
    only_writer,
    read_rows,
)
from gatepost.tokens import steady_now
from gatepost.tokens.issue import SigningKey
from gatepost.tokens.keys import VerificationKey

REFRESH_SECONDS = 2.0
"""How often the table is read where nothing asks for it."""

_COOL_DOWN_SECONDS = 0.25
_LOST = (SQLAlchemyError, OSError, ValueError)

_log = logging.getLogger("gatepost")


class KeyRing:
    """Finds public keys for whoever verifies and the current private key for whoever signs.

    Args:
        engine: the database with the `jwks` table.
        secret: seals the private keys.
        grace_seconds: how long an expired key still verifies; never less than what it may have
            signed in its last moment lives.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        secret: Secrets | Secret,
        *,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._engine = engine
        self._secrets = Secrets.of(secret)
        self._grace_seconds = max(grace_seconds, MINIMUM_GRACE_SECONDS)
        self._keys: KeyReading | None = None
        self._reading = asyncio.Lock()
        self._read_at = float("-inf")
        self._good_as_of = float("-inf")
        self._lost = False

    async def open(self) -> None:
        """Read the keys, and make the first one where there is none.

        Raises:
            ConfigurationError: a private key was sealed with another secret.
        """
        as_of = steady_now()
        rows = await self._rows()
        if await self._tend(rows):
            rows = await self._rows()
        keys = self._read(rows)
        if keys.signing_at(datetime.now(UTC)) is None:
            raise ConfigurationError(
                "No signing key in the database can be opened: they were sealed with another "
                "secret. Set GATEPOST_SECRET to the one that was in use, or, if it is lost, delete "
                "the rows of the table jwks, after which everybody has to sign in again."
            )
        self._take(keys, as_of)

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Open, and know within a few seconds what others do to the table, until the block ends.

        Raises:
            ConfigurationError: as `open`.
        """
        await self.open()
        task = asyncio.create_task(self._keep(), name="gatepost-keys")
        try:
            yield
        finally:
            # Again and again: see `FeedFollower.following`.
            while not task.done():
                task.cancel()
                await asyncio.wait((task,), timeout=1)

    @property
    def signing(self) -> SigningKey:
        """The newest key whose time has come and that has not expired.

        Raises:
            Unavailable: there is none that this process can open.
        """
        key = self._opened.signing_at(datetime.now(UTC))
        if key is None:
            raise Unavailable(
                "No token can be signed right now; try again in a moment",
                code="SERVICE_UNAVAILABLE",
            )
        return key

    @property
    def signing_seconds(self) -> float | None:
        """For how long the key that signs has been signing; None where none does."""
        now = datetime.now(UTC)
        opened = self._opened.row_signing_at(now)
        return None if opened is None else (now - opened.row.created_at).total_seconds()

    @property
    def published(self) -> tuple[Mapping[str, str], ...]:
        """The public keys as Better Auth shows them: `{alg, crv, x, kty, kid}`.

        Those that will sign are among them, so that whoever verifies has them in time; those whose
        grace is over are not.
        """
        now = time.time()
        keys = self._opened.verifying.values()
        return tuple(
            published(key) for key in keys if key.verifies_until is None or key.verifies_until > now
        )

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id from memory; one whose grace is over says so itself."""
        return self._opened.verifying.get(key_id)

    @property
    def staleness_seconds(self) -> float:
        """How old the last good reading of the table is."""
        return steady_now() - self._good_as_of

    async def refresh(self) -> None:
        """Read the table again, four times a second at most: another worker may have made a key.

        Whoever asks has the result of a reading that began after: too soon after another, it is
        waited for, because a key may have come in between.
        """
        asked_at = time.monotonic()
        async with self._reading:
            if self._read_at >= asked_at:
                return
            await asyncio.sleep(self._read_at + _COOL_DOWN_SECONDS - time.monotonic())
            await self._look()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            async with self._reading:
                await self._look()
            try:
                tended = await self._tend(self._opened.rows)
            except _LOST as error:
                self._say_lost(error)
            else:
                if tended:
                    await self.refresh()

    async def _look(self) -> None:
        self._read_at = time.monotonic()
        as_of = steady_now()
        try:
            rows = await self._rows()
        except _LOST as error:
            self._say_lost(error)
            return
        self._take(self._read(rows), as_of)
        if self._lost:
            self._lost = False
            _log.warning("the signing keys can be read again")

    def _say_lost(self, error: Exception) -> None:
        if not self._lost:
            self._lost = True
            _log.error(
                "the signing keys could not be read again; the last good set stays, and is tried "
                "again every %g s",
                REFRESH_SECONDS,
                exc_info=error,
            )

    @property
    def _opened(self) -> KeyReading:
        if self._keys is None:
            raise RuntimeError("the key ring has not been opened")
        return self._keys

    async def _rows(self) -> list[KeyRow]:
        async with self._engine.connect() as connection:
            return await read_rows(connection)

    async def _tend(self, rows: Sequence[KeyRow]) -> bool:
        """See that there is a key to sign with, also soon, and that older secrets can be dropped.

        Returns:
            whether something was written.
        """
        if first_gap(rows) is None and not any(resealed(row, self._secrets) for row in rows):
            return False
        async with only_writer(self._engine) as connection:
            rows = await read_rows(connection)  # another worker may have seen to it
            gap = first_gap(rows)
            if gap is not None:
                await add_row(connection, self._secrets, gap)
            for row in rows:
                private_key = resealed(row, self._secrets)
                if private_key is not None:
                    of_it = tables.jwks.c.id == row.id
                    change = update(tables.jwks).where(of_it).values(privateKey=private_key)
                    await connection.execute(change)
        return True

    def _read(self, rows: Sequence[KeyRow]) -> KeyReading:
        return read_keys(rows, self._secrets, self._grace_seconds, self._keys or NOTHING_READ)

    def _take(self, keys: KeyReading, as_of: float) -> None:
        before = self._keys or NOTHING_READ
        self._keys, self._good_as_of = keys, as_of
        for row_id in sorted(keys.closed - before.closed):
            _log.warning("the row %s of the table jwks holds no key to sign with here", row_id)

"""Rows of Better Auth's `jwks` table: reading them, adding one, and where one stands in its life.

A key is *next* until its `createdAt` has come: it is published and verifies, and does not sign yet.
The newest that has come and not expired is *current*. Every other is *retired*: it verifies until
its `expiresAt` and a grace time are over, and then it is *ended*. There is no column for this and
nothing has to happen for a key to move on: the clock says it, to whoever looks.
"""

import json
import secrets as random
import string
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.settings import Secrets
from gatepost.store import tables
from gatepost.store.sealed import seal
from gatepost.tokens import base64url
from gatepost.tokens.issue import ACCESS_TOKEN_SECONDS

OUR_ALGORITHM = "EdDSA"
LEAD_SECONDS = 10 * 60.0
"""How long a key is known before it signs, so that verifiers elsewhere have it in their sets."""

GRACE_SECONDS = 60 * 60.0
"""How long an expired key still verifies."""

# What a key has signed in its last moment lives for so long, by clocks that may be 5 s apart at
# the signer and 5 s at the verifier.
MINIMUM_GRACE_SECONDS = ACCESS_TOKEN_SECONDS + 2 * 5.0
AT_NO_TIME = datetime.fromtimestamp(0, UTC)
"""The `expiresAt` of a key that is to be believed no more: every grace after it is over."""

_ID_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 32
_ADVISORY_LOCK = 0x6761_7465_6B65_7973  # "gatekeys"


class KeyState(StrEnum):
    """Where a key stands in its life."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One row, as it is; the fields are the columns."""

    id: str
    public_key: str
    private_key: str
    created_at: datetime
    expires_at: datetime | None
    algorithm_name: str

    @property
    def is_ours(self) -> bool:
        """Whether it is of the algorithm that we sign with; a Better Auth server may have more."""
        return self.algorithm_name == OUR_ALGORITHM

    def signs_at(self, moment: datetime) -> bool:
        """Whether it may sign then."""
        return (
            self.is_ours
            and self.created_at <= moment
            and (self.expires_at is None or self.expires_at > moment)
        )

    def verifies_until(self, grace_seconds: float) -> float | None:
        """Return the end of its grace in seconds since the epoch; None while no end is set."""
        return None if self.expires_at is None else self.expires_at.timestamp() + grace_seconds


def state_of(
    row: KeyRow, rows: Sequence[KeyRow], moment: datetime, grace_seconds: float
) -> KeyState:
    """Say where a key stands among all of them, which are in the order of `read_rows`."""
    end = row.verifies_until(grace_seconds)
    if end is not None and end <= moment.timestamp():
        return KeyState.ENDED
    if row.created_at > moment:
        return KeyState.NEXT
    signing = [each.id for each in rows if each.signs_at(moment)]
    return KeyState.CURRENT if signing and signing[-1] == row.id else KeyState.RETIRED


def first_gap(rows: Sequence[KeyRow]) -> datetime | None:
    """Return the first moment, from now on and within the lead, at which no key would sign."""
    now = now_in_milliseconds()
    soon = now + timedelta(seconds=LEAD_SECONDS)
    ends = [row.expires_at for row in rows if row.expires_at is not None]
    for moment in sorted([now, *(end for end in ends if now < end <= soon)]):
        if not any(row.signs_at(moment) for row in rows):
            return moment
    return None


async def read_rows(connection: AsyncConnection) -> list[KeyRow]:
    """Return every row, the oldest first."""
    # A stable order where two keys were made in the same millisecond.
    order = (tables.jwks.c.createdAt, tables.jwks.c.id)
    found = (await connection.execute(select(tables.jwks).order_by(*order))).mappings()
    return [
        KeyRow(
            id=row["id"],
            public_key=row["publicKey"],
            private_key=row["privateKey"],
            created_at=row["createdAt"],
            expires_at=row["expiresAt"],
            # Older rows of Better Auth's have none, and are of its default.
            algorithm_name=row["alg"] or OUR_ALGORITHM,
        )
        for row in found
    ]


async def add_row(connection: AsyncConnection, secrets: Secrets, created_at: datetime) -> str:
    """Make a key that signs from `created_at` on; returns its id."""
    private_key = Ed25519PrivateKey.generate()
    public = {
        "crv": "Ed25519",
        "x": base64url.encode(private_key.public_key().public_bytes_raw()),
        "kty": "OKP",
    }
    private = {**public, "d": base64url.encode(private_key.private_bytes_raw())}
    sealed = seal(json.dumps(private, separators=(",", ":")), secrets)
    key_id = "".join(random.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))
    await connection.execute(
        insert(tables.jwks).values(
            id=key_id,
            publicKey=json.dumps(public, separators=(",", ":")),
            privateKey=json.dumps(sealed),
            createdAt=created_at,
            alg=OUR_ALGORITHM,
            crv="Ed25519",
        )
    )
    return key_id


@asynccontextmanager
async def only_writer(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Hold a transaction in which nobody else of ours makes or ends a key."""
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            await connection.execute(lock, {"key": _ADVISORY_LOCK})
        yield connection
        await connection.commit()


def now_in_milliseconds() -> datetime:
    """Return the time as the table keeps it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

"""The signing keys, and the revocation feed where it is a database."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.patient import Patient
from gatepost.doctor.secret_checks import secrets_of_patient
from gatepost.errors import ConfigurationError
from gatepost.store.feed.schema import feed_identity
from gatepost.store.key_reading import NOTHING_READ, read_keys
from gatepost.store.key_rows import GRACE_SECONDS, KeyState, read_rows, state_of

MIGRATE = "Run `gatepost migrate main:app`, as the role that owns the tables."
FEED = Check(
    "revocation feed", "Through it workers hear of sign-outs; without news they answer 503."
)
_KEYS = Check("keys", "They sign access tokens; what leaks one day ends with the key.")
_OLD_KEY = timedelta(days=90)
_SLOW_SECONDS = 0.5


async def keys_finding(patient: Patient, engine: AsyncEngine) -> Finding:
    """Say how old the key is that signs, and whether it can be opened here."""
    try:
        async with engine.connect() as connection:
            rows = await read_rows(connection)
    except DBAPIError:
        return _KEYS.fail("There is no table jwks that can be read.", MIGRATE)
    now = datetime.now(UTC)
    states = {row.id: state_of(row, rows, now, GRACE_SECONDS) for row in rows if row.is_ours}
    current = next((row for row in rows if states.get(row.id) is KeyState.CURRENT), None)
    if current is None:
        return _KEYS.warn("None signs yet.", "Start the app: it makes the first.")
    secrets = secrets_of_patient(patient)
    if secrets is None:
        return _KEYS.unknown("There is no secret here to open them with.", "See `secret`.")
    if current.id in read_keys(rows, secrets, GRACE_SECONDS, NOTHING_READ).closed:
        return _KEYS.fail(
            "The one that signs was sealed with a secret that is not set here.",
            "Add that secret to GATEPOST_SECRETS, or retire the key: gatepost keys retire.",
        )
    age, later = now - current.created_at, KeyState.NEXT in states.values()
    told = f"The one that signs is {age.days} days old" + (
        ", and a next one waits." if later else "."
    )
    if age > _OLD_KEY and not later:
        return _KEYS.warn(told, "Run `gatepost keys rotate`; nobody is signed out.")
    return _KEYS.ok(told)


async def feed_finding(engine: AsyncEngine, whose: str) -> Finding:
    """Say whether the feed's tables are there, and how long they take to be read."""
    begun = time.monotonic()
    try:
        await feed_identity(engine)
        async with engine.connect() as connection:
            await _count(connection)
    except (ConfigurationError, DBAPIError):
        return FEED.fail(f"There is none in {whose}.", MIGRATE)
    took = time.monotonic() - begun
    if took > _SLOW_SECONDS:
        return FEED.warn(
            f"In {whose}, which took {took:.1f} s to be read.",
            "Bring the database nearer: workers read it every half second.",
        )
    return FEED.ok(f"In {whose}, read in {took * 1000:.0f} ms.")


async def _count(connection: AsyncConnection) -> None:
    await connection.exec_driver_sql("SELECT max(seq) FROM gatepost_revocation")

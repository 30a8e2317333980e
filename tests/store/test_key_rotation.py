"""Keys that come, sign, verify on and end; told by the clock, and by the real Better Auth."""

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError, TokenError
from gatepost.settings import Secret, Secrets, async_database_url
from gatepost.store.key_ring import KeyRing
from gatepost.store.key_rotation import NoSuchKey, retire, rotate
from gatepost.store.key_rows import (
    AT_NO_TIME,
    MINIMUM_GRACE_SECONDS,
    KeyRow,
    KeyState,
    now_in_milliseconds,
    read_rows,
    state_of,
)
from gatepost.tokens import NeverRevoked, Revocation, TokenFault, Trust, UnverifiedToken, verify
from tests.services.node import DIRECTORY, run_node
from tests.store.migrated import on_migrated

OLD = Secret("a-secret-of-the-tests-and-of-nothing-else")
NEW = Secret("another-secret-of-the-tests-and-of-nothing")
ALONE = Secrets.of(OLD)
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
HOUR = 3600.0
NEVER = None


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOW + timedelta(seconds=seconds)


def _rows(*lives: tuple[float, float | None]) -> list[KeyRow]:
    return [
        KeyRow(str(index), "{}", "{}", NOW + timedelta(seconds=created), _at(expires), "EdDSA")
        for index, (created, expires) in enumerate(lives)
    ]


# When each was created and expires, in seconds from now; the oldest first.
LIVES: dict[str, tuple[tuple[tuple[float, float | None], ...], tuple[str, ...]]] = {
    "one": (((-10, NEVER),), ("current",)),
    "just come": (((0, NEVER),), ("current",)),
    "not come": (((0.001, NEVER),), ("next",)),
    "two": (((-20, NEVER), (-10, NEVER)), ("retired", "current")),
    "published before it signs": (((-20, 5), (5, NEVER)), ("current", "next")),
    "the moment itself": (((-20, 0), (0, NEVER)), ("retired", "current")),
    "in its grace": (((-9000, -HOUR + 1), (-HOUR + 1, NEVER)), ("retired", "current")),
    "after its grace": (((-9000, -HOUR), (-HOUR, NEVER)), ("ended", "current")),
    "the newest has expired": (((-20, NEVER), (-10, -1)), ("current", "retired")),
    "all have expired": (((-20, -2), (-10, -1)), ("retired", "retired")),
    "two to come": (((-20, 5), (5, 9), (9, NEVER)), ("current", "next", "next")),
    "retired before it came": (((-20, NEVER), (5, -1e9)), ("current", "ended")),
}


@pytest.mark.parametrize("name", LIVES)
def test_the_clock_says_where_a_key_stands(name: str) -> None:
    """Next, current, retired and ended follow from two dates and the time."""
    lives, states = LIVES[name]
    rows = _rows(*lives)
    assert tuple(state_of(row, rows, NOW, HOUR).value for row in rows) == states


def test_the_end_of_time_is_before_any_grace() -> None:
    """A key that is retired by hand has ended, however long the grace."""
    (row,) = _rows((-10, NEVER))
    dead = KeyRow(row.id, "{}", "{}", row.created_at, AT_NO_TIME, "EdDSA")
    for grace in (0.0, HOUR, 30 * 24 * HOUR):
        assert state_of(dead, [dead], NOW, grace) is KeyState.ENDED


def test_the_grace_is_never_shorter_than_a_token() -> None:
    """A ring that is told of no grace still verifies what a key has signed in its last moment."""

    async def work(engine: AsyncEngine) -> None:
        ring = KeyRing(engine, ALONE, grace_seconds=0)
        await ring.open()
        old = ring.signing.key_id
        await rotate(engine, ALONE, 0)
        await ring.refresh()
        key = ring.find(old)
        assert key is not None
        assert key.verifies_until is not None
        assert key.verifies_until - time.time() > MINIMUM_GRACE_SECONDS - 10

    on_migrated("sqlite+aiosqlite://", work)


async def _states(engine: AsyncEngine) -> dict[str, str]:
    async with engine.connect() as connection:
        rows = await read_rows(connection)
    return {row.id: state_of(row, rows, now_in_milliseconds(), HOUR).value for row in rows}


def test_rotations_follow_each_other(empty_url: str) -> None:
    """Each key expires when the next newer one begins, also where rotations overlap."""

    async def work(engine: AsyncEngine) -> None:
        ring = KeyRing(engine, ALONE)
        await ring.open()
        first = ring.signing.key_id
        later = await rotate(engine, ALONE, 100)
        assert await _states(engine) == {first: "current", later.id: "next"}
        at_once = await rotate(engine, ALONE, 0)
        states = {first: "retired", at_once.id: "current", later.id: "next"}
        assert await _states(engine) == states
        assert at_once.expires_at == later.created_at
        await asyncio.gather(rotate(engine, ALONE, 50), rotate(engine, ALONE, 200))
        async with engine.connect() as connection:
            rows = await read_rows(connection)
        assert all(row.expires_at == following.created_at for row, following in pairwise(rows))
        assert rows[-1].expires_at is None

    on_migrated(empty_url, work)


def test_a_retired_key_is_refused_everywhere(empty_url: str) -> None:
    """It is told to the others, verifies nowhere, and another signs in its place."""

    async def work(engine: AsyncEngine) -> None:
        told: list[Revocation] = []

        async def publish(revocation: Revocation) -> None:
            told.append(revocation)

        ring = KeyRing(engine, ALONE)
        await ring.open()
        old = ring.signing.key_id
        later = await rotate(engine, ALONE, 100)
        made = await retire(engine, ALONE, old, publish)
        assert made is not None
        assert made.expires_at == later.created_at
        await ring.refresh()
        key = ring.find(old)
        assert key is not None
        assert key.verifies_until is not None
        assert key.verifies_until < time.time()
        assert {each["kid"] for each in ring.published} == {made.id, later.id}
        assert ring.signing.key_id == made.id
        assert [(one.session_id, one.subject, one.key_id) for one in told] == [(None, None, old)]
        instead = await retire(engine, ALONE, later.id, publish)
        assert instead is not None
        assert instead.created_at == made.expires_at
        states = {old: "ended", later.id: "ended", made.id: "current", instead.id: "next"}
        assert await _states(engine) == states

    on_migrated(empty_url, work)


def test_what_cannot_be_done_is_said(empty_url: str) -> None:
    """An unknown key, and a secret under which no worker could open the new one."""

    async def work(engine: AsyncEngine) -> None:
        async def publish(_revocation: Revocation) -> None:
            raise AssertionError("nothing was retired")

        ring = KeyRing(engine, ALONE)
        await ring.open()
        with pytest.raises(NoSuchKey, match="keys list"):
            await retire(engine, ALONE, "nobody", publish)
        for attempt in (
            rotate(engine, Secrets.of(NEW)),
            retire(engine, Secrets.of(NEW), ring.signing.key_id, publish),
        ):
            with pytest.raises(ConfigurationError, match="GATEPOST_SECRET"):
                await attempt
        with pytest.raises(ValueError, match="past"):
            await rotate(engine, ALONE, -1)
        assert await _states(engine) == {ring.signing.key_id: "current"}

    on_migrated(empty_url, work)


URL = "https://tasks.example.com"
STEPS: list[tuple[str, Secrets, dict[str, str]]] = [
    ("one secret", ALONE, {"BETTER_AUTH_SECRET": OLD.reveal()}),
    (
        "a new one, and the legacy one",
        Secrets(((2, NEW),), OLD),
        {"BETTER_AUTH_SECRETS": f"2:{NEW.reveal()}", "BETTER_AUTH_SECRET": OLD.reveal()},
    ),
    (
        "both with versions",
        Secrets(((2, NEW), (1, OLD)), None),
        {"BETTER_AUTH_SECRETS": f"2:{NEW.reveal()},1:{OLD.reveal()}"},
    ),
]


def _trust(ring: KeyRing) -> Trust:
    return Trust(
        issuer=URL,
        audience=URL,
        algorithms=frozenset({"EdDSA"}),
        token_types=frozenset({""}),
        required_claims=frozenset({"sid"}),
        clock_skew_seconds=5,
        max_lifetime_seconds=900,
        roles_claim="",
        subjects_are_user_ids=True,
        keys=ring,
        revocations=NeverRevoked(),
    )


@pytest.mark.parametrize("name", [name for name, _, _ in STEPS])
def test_the_real_better_auth_signs_with_our_keys_and_we_with_its(
    node_modules: Path, tmp_path: Path, name: str
) -> None:
    """On one SQLite file: its tokens under our keys verify, and a key of its own signs for us."""
    assert node_modules.is_dir()
    file = tmp_path / "shared.db"
    _, secrets, environment = next(step for step in STEPS if step[0] == name)

    def better_auth() -> tuple[UnverifiedToken, set[str]]:
        said = run_node(
            DIRECTORY / "keys_at_rest.mjs",
            json.dumps({"database": str(file), "url": URL}),
            env=environment,
        )
        shown = json.loads(said)
        return UnverifiedToken(shown["token"].encode()), {k["kid"] for k in shown["jwks"]["keys"]}

    async def work(engine: AsyncEngine) -> None:
        # First a key under the old secret alone, which the secrets of this step take over.
        ring = KeyRing(engine, ALONE if "legacy" in name else secrets)
        await ring.open()
        ring = KeyRing(engine, secrets)
        await ring.open()
        ours = ring.signing.key_id
        token, shown = await asyncio.to_thread(better_auth)
        assert verify(token, _trust(ring)).key_id == ours
        assert shown == {ours}
        retired = await retire(engine, secrets, ours, _nobody)
        assert retired is not None
        await ring.refresh()
        with pytest.raises(TokenError) as refused:
            verify(token, _trust(ring))
        assert refused.value.reason is TokenFault.RETIRED_KEY
        _, shown = await asyncio.to_thread(better_auth)
        assert shown == {retired.id}
        with closing(sqlite3.connect(file)) as database:
            database.execute("DELETE FROM jwks")
            database.commit()
        token, shown = await asyncio.to_thread(better_auth)
        await ring.refresh()
        assert {ring.signing.key_id} == shown
        assert verify(token, _trust(ring)).key_id in shown

    on_migrated(async_database_url(f"sqlite:///{file}"), work)


async def _nobody(_revocation: Revocation) -> None:
    """Tell nobody: there is one process."""

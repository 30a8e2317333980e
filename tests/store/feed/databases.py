"""Databases with Better Auth's tables and a feed, and drivers that know nothing of Gatepost."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import SessionId, UserId
from gatepost.settings import async_database_url
from gatepost.store import open_engine, tables
from gatepost.store.feed import Carrier, FeedFollower, SqliteCarrier, prepare_feed
from gatepost.store.feed.postgres import PostgresCarrier
from gatepost.tokens import Revocation, RevocationMemory, VerifiedClaims

STALENESS_SECONDS = 5.0
PATIENCE_SECONDS = 20.0

# The columns of Better Auth's plugin `admin`.
_ADMIN = ('ALTER TABLE "user" ADD COLUMN role text', 'ALTER TABLE "user" ADD COLUMN banned boolean')


def is_sqlite(url: str) -> bool:
    """Whether a URL is one of SQLite."""
    return url.startswith("sqlite")


def path_of(url: str) -> Path:
    """Return the file of an SQLite URL."""
    return Path(url.partition(":///")[2])


def engine_on(url: str) -> AsyncEngine:
    """Open an engine on a database, whatever driver the URL names."""
    return open_engine(async_database_url(url))


def plain(url: str) -> str:
    """Return a URL as other drivers than SQLAlchemy's read it."""
    return url.replace("+asyncpg", "").replace("+aiosqlite", "")


def carrier_on(url: str) -> Carrier:
    """Return a carrier on a database."""
    return SqliteCarrier(path_of(url)) if is_sqlite(url) else PostgresCarrier(url)


async def prepare(url: str) -> None:
    """Make Better Auth's tables, with the columns of its plugin `admin`, and the feed."""
    engine = engine_on(url)
    async with engine.begin() as connection:
        await connection.run_sync(tables.metadata.create_all)
        for statement in _ADMIN:
            await connection.exec_driver_sql(statement)
    assert await prepare_feed(engine)
    await engine.dispose()


async def execute(url: str, *statements: str) -> None:
    """Run statements in one transaction through the bare driver."""
    if is_sqlite(url):
        with closing(sqlite3.connect(path_of(url), timeout=10)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            with connection:
                for statement in statements:
                    connection.execute(statement)
        return
    connection = await asyncpg.connect(plain(url), ssl=False)
    try:
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()


def people(*names: str) -> list[str]:
    """Return statements that make people with two sessions each, `ada-1` and `ada-2`."""
    now, later = "'2026-01-01T00:00:00.000Z'", "'2999-01-01T00:00:00.000Z'"
    user = 'INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", role)'
    session = 'INSERT INTO session (id, "expiresAt", token, "createdAt", "updatedAt", "userId")'
    made = []
    for name in names:
        made.append(
            f"{user} VALUES ('{name}', '{name}', '{name}@example.com', true, {now}, {now}, 'user')"
        )
        made += [
            f"{session} VALUES ('{name}-{n}', {later}, 'token-{name}-{n}', {now}, {now}, '{name}')"
            for n in (1, 2)
        ]
    return made


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Carrier]:
    """Open a carrier for a block."""
    carrier = carrier_on(url)
    await carrier.open()
    try:
        yield carrier
    finally:
        await carrier.close()


@asynccontextmanager
async def followed(carrier: Carrier) -> AsyncIterator[FeedFollower]:
    """Follow a carrier for a block."""
    memory = RevocationMemory(
        token_lifetime_seconds=900,
        clock_skew_seconds=0,
        max_staleness_seconds=STALENESS_SECONDS,
        capacity=100_000,
    )
    follower = FeedFollower(carrier, memory)
    async with follower.following():
        yield follower


def claims(
    session: str | None, subject: str = "ada", issued_at: int | None = None
) -> VerifiedClaims:
    """Return the claims of a token that has just been issued."""
    issued_at = int(time.time()) if issued_at is None else issued_at
    return VerifiedClaims(
        issuer="https://issuer.test",
        subject=subject,
        user_id=UserId(subject),
        audience="https://app.test",
        issued_at=issued_at,
        expires_at=issued_at + 900,
        session_id=SessionId(session) if session else None,
        key_id="key",
    )


def ended(session: str | None, subject: str | None = None, key: str | None = None) -> Revocation:
    """Return a revocation as of now."""
    return Revocation(SessionId(session) if session else None, subject, key, time.time())


def named(revocations: Sequence[Revocation]) -> list[tuple[str | None, str | None]]:
    """Return whom revocations name, in an order of their own."""
    pairs = [(each.session_id, each.subject) for each in revocations]
    return sorted(pairs, key=lambda pair: (pair[0] or "", pair[1] or ""))


async def until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until something holds; return after how many seconds it did."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "it never came to hold"
        await asyncio.sleep(0.005)
    return time.monotonic() - began


def run(url: str, work: Callable[[str], Awaitable[None]]) -> None:
    """Run a test's coroutine on a database that has been prepared."""

    async def main() -> None:
        await prepare(url)
        await work(url)

    asyncio.run(main())


_OTHER_PROCESS = """
import asyncio, sqlite3, sys
url, statement = sys.argv[1:]
sys.stdin.readline()
if url.startswith("sqlite"):
    connection = sqlite3.connect(url.partition(":///")[2])
    connection.execute(statement)
    connection.commit()
    connection.close()
else:
    import asyncpg
    async def main():
        connection = await asyncpg.connect(url, ssl=False)
        await connection.execute(statement)
        await connection.close()
    asyncio.run(main())
print("done", flush=True)
"""


class OtherProcess:
    """A process that runs one statement when told, with a plain driver."""

    def __init__(self, url: str, statement: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _OTHER_PROCESS, plain(url), statement],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    async def go(self) -> None:
        """Let it run; return when the statement is committed."""

        def tell() -> str:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write("go\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()

        assert await asyncio.to_thread(tell) == "done\n"

    async def end(self) -> None:
        """Wait for its end."""
        await asyncio.to_thread(self._process.communicate)

"""Preparing a database: once, by several at once, and by a role that owns nothing."""

import asyncio
import subprocess
import sys

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.store.feed import feed_identity, prepare_feed
from gatepost.store.feed.postgres import PostgresCarrier
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from tests.services.postgres import Postgres
from tests.store.feed.databases import (
    ended,
    engine_on,
    execute,
    is_sqlite,
    named,
    opened,
    people,
    plain,
    prepare,
    run,
)

PROCESSES = 4


async def _prepare(url: str) -> bool:
    engine = engine_on(url)
    try:
        return await prepare_feed(engine)
    finally:
        await engine.dispose()


def test_without_better_auth_s_tables_there_is_a_feed(empty_url: str) -> None:
    """The feed carries what is published; that it sees no sessions, it says."""

    async def work() -> None:
        assert not await _prepare(empty_url)
        async with opened(empty_url) as carrier:
            await carrier.publish(ended("a"))
            assert named(await carrier.read()) == [("a", None)]
            assert not carrier.sees_sessions
        engine = engine_on(empty_url)
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        await engine.dispose()
        assert await _prepare(empty_url)
        async with opened(empty_url) as carrier:
            assert named(await carrier.read()) == [("a", None)]
            assert carrier.sees_sessions

    asyncio.run(work())


def test_strangers_tables_are_left_alone(empty_url: str) -> None:
    """A table that is only called `session` gets no trigger, which could be an error in it."""

    async def work() -> None:
        await execute(
            empty_url, "CREATE TABLE session (sid text)", 'CREATE TABLE "user" (name text)'
        )
        assert not await _prepare(empty_url)
        await execute(empty_url, "INSERT INTO session VALUES ('a')", "DELETE FROM session")

    asyncio.run(work())


def test_identity_is_one_database_s(empty_url: str) -> None:
    """Random, the same through every connection and after every start."""

    async def identity(engine: AsyncEngine) -> str:
        await prepare_feed(engine)
        return await feed_identity(engine)

    async def work() -> None:
        first, second = engine_on(empty_url), engine_on(empty_url)
        with pytest.raises(ConfigurationError):
            await feed_identity(first)
        assert await identity(first) == await identity(second)
        assert len(await feed_identity(first)) == 32
        await first.dispose()
        await second.dispose()

    asyncio.run(work())


LOST = {
    "session": "DROP TRIGGER gatepost_session_deleted{on_session}",
    "user": "DROP TRIGGER gatepost_user_changed{on_user}",
    "another body": "{another}",
}
_ANOTHER = {
    True: "CREATE TRIGGER gatepost_stray AFTER INSERT ON session BEGIN SELECT 1; END",
    False: "COMMENT ON FUNCTION gatepost_session_ended() IS 'of an older version'",
}


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_or_different_is_made_again(name: str, empty_url: str) -> None:
    """A start mends what a migration has dropped, and replaces what an older version made."""
    sqlite = is_sqlite(empty_url)
    statement = LOST[name].format(
        on_session="" if sqlite else " ON session",
        on_user="" if sqlite else ' ON "user"',
        another=_ANOTHER[sqlite],
    )

    async def work(url: str) -> None:
        await execute(url, *people("ada"), statement)
        assert await _prepare(url)
        async with opened(url) as carrier:
            assert await carrier.read() == []
            await execute(url, "DELETE FROM session WHERE id = 'ada-1'")
            await execute(url, "UPDATE \"user\" SET role = 'x'")
            assert named(await carrier.read()) == [(None, "ada"), ("ada-1", "ada")]

    run(empty_url, work)


def test_running_carrier_notices_that_the_trigger_has_gone(empty_url: str) -> None:
    """From the next reading on, what ends here must be published."""

    async def work(url: str) -> None:
        async with opened(url) as carrier:
            await carrier.read()
            assert carrier.sees_sessions
            on = "" if is_sqlite(url) else " ON session"
            await execute(url, f"DROP TRIGGER gatepost_session_deleted{on}")
            await carrier.read()
            assert not carrier.sees_sessions

    run(empty_url, work)


def test_disabled_trigger_is_none(postgres_url: str) -> None:
    """A trigger that somebody has switched off is noticed, and a start switches it on."""

    async def work(url: str) -> None:
        await execute(url, "ALTER TABLE session DISABLE TRIGGER USER")
        async with opened(url) as carrier:
            await carrier.read()
            assert not carrier.sees_sessions
            assert await _prepare(url)
            await carrier.read()
            assert carrier.sees_sessions

    run(postgres_url, work)


PROGRAM = """
import asyncio, sys
from gatepost.store import open_engine
from gatepost.store.feed import prepare_feed
async def main():
    engine = open_engine(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    assert await prepare_feed(engine)
    await engine.dispose()
asyncio.run(main())
"""


def test_several_processes_at_once(empty_url: str) -> None:
    """Workers that start together wait for each other; none fails."""

    async def tables() -> None:
        engine = engine_on(empty_url)
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        await engine.dispose()

    asyncio.run(tables())
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, empty_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, said


def test_role_that_owns_nothing_serves(postgres: Postgres, postgres_url: str) -> None:
    """On a prepared database it follows, publishes and prunes; on another it says what to do."""
    role = postgres.create_role()
    database = plain(postgres_url).rpartition("/")[2]
    serving = postgres.url(database, role).replace("postgresql://", "postgresql+asyncpg://")

    async def work(url: str) -> None:
        await execute(
            url,
            f"GRANT SELECT, INSERT, DELETE ON gatepost_revocation TO {role}",
            f"GRANT SELECT ON gatepost_feed TO {role}",
            f"GRANT SELECT, DELETE ON session TO {role}",
            *people("ada"),
        )
        assert await _prepare(serving)
        async with opened(serving) as carrier:
            await carrier.read()
            # Without a right to the feed's table, too, a sign-out is written down.
            await execute(url, f"REVOKE INSERT ON gatepost_revocation FROM {role}")
            await execute(serving, "DELETE FROM session WHERE id = 'ada-1'")
            assert named(await carrier.read()) == [("ada-1", "ada")]
        await execute(url, "DROP TRIGGER gatepost_session_deleted ON session")
        with pytest.raises(ConfigurationError, match="owns the tables"):
            await _prepare(serving)

    try:
        run(postgres_url, work)
    finally:
        postgres.execute(f"DROP OWNED BY {role}", database=database)
        postgres.execute(f"DROP ROLE {role}")


def test_functions_are_nobody_else_s_to_use(postgres: Postgres, postgres_url: str) -> None:
    """Nobody can put a trigger of the feed's on a table of his own, and end others' sessions."""
    role = postgres.create_role()
    database = plain(postgres_url).rpartition("/")[2]

    async def work(url: str) -> None:
        postgres.execute(f"GRANT CREATE ON SCHEMA public TO {role}", database=database)
        with pytest.raises(Exception, match="permission denied for function"):
            await execute(
                postgres.url(database, role),
                "CREATE TABLE mine (id text)",
                "CREATE TRIGGER x AFTER DELETE ON mine FOR EACH ROW"
                " EXECUTE FUNCTION gatepost_user_ended()",
            )
        del url

    try:
        run(postgres_url, work)
    finally:
        postgres.execute(f"DROP OWNED BY {role}", database=database)
        postgres.execute(f"DROP ROLE {role}")


def test_dates_without_a_zone_are_utc(postgres_url: str) -> None:
    """A table made by Prisma keeps UTC without saying so, whatever zone the writer is in."""

    async def work() -> None:
        await execute(
            postgres_url,
            'CREATE TABLE session (id text, "userId" text, "expiresAt" timestamp(3))',
            "INSERT INTO session VALUES ('a', 'ada', now() AT TIME ZONE 'UTC' + interval '1 hour')",
        )
        assert await _prepare(postgres_url)
        async with opened(postgres_url) as carrier:
            await carrier.read()
            for zone in ("Etc/GMT+12", "Etc/GMT-12"):
                later = "now() AT TIME ZONE 'UTC' + interval '2 hours'"
                await execute(
                    postgres_url,
                    f"SET LOCAL timezone = '{zone}'",
                    f'UPDATE session SET "expiresAt" = {later}',  # noqa: S608 - words of the test
                )
                assert await carrier.read() == []

    asyncio.run(work())


def test_url_is_read_as_the_engine_reads_it(postgres_url: str) -> None:
    """Options of a hosted database's URL reach the driver, and SQLAlchemy's own do not."""

    async def work(url: str) -> None:
        for options in ("?sslmode=disable", "?ssl=disable&prepared_statement_cache_size=0"):
            carrier = PostgresCarrier(plain(url) + options)
            await carrier.open()
            assert await carrier.read() == []
            await carrier.close()

    async def main() -> None:
        await prepare(postgres_url)
        await work(postgres_url)

    asyncio.run(main())

"""Migrations: from nothing, beside Better Auth's own tables, twice, and by several at once."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, column, insert, inspect, select, table, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.principal import UserId
from gatepost.store import open_engine, tables
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.store.roles import find_roles

PROCESSES = 4


async def _tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def _migrate(engine: AsyncEngine) -> None:
    await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)


def test_an_empty_database_gets_every_table(empty_url: str) -> None:
    """Every table and index of Better Auth's is there afterwards, and only ours beside them."""

    async def work() -> None:
        engine = open_engine(empty_url)
        await _migrate(engine)
        assert await _tables(engine) == {
            *tables.metadata.tables,
            OWN_VERSION_TABLE,
            "gatepost_limit",
        }
        async with engine.connect() as connection:
            indexes = await connection.run_sync(
                lambda sync: {index["name"] for index in inspect(sync).get_indexes("session")}
            )
        assert "session_userId_idx" in indexes
        await engine.dispose()

    asyncio.run(work())


def test_twice_is_once(empty_url: str) -> None:
    """A second run finds nothing left to do, and loses nothing."""

    async def work() -> None:
        engine = open_engine(empty_url)
        await _migrate(engine)
        row = dict.fromkeys(("id", "publicKey", "privateKey"), "x") | {
            "createdAt": datetime.now(UTC)
        }
        async with engine.begin() as connection:
            await connection.execute(insert(tables.jwks).values(**row))
        await _migrate(engine)
        async with engine.connect() as connection:
            assert len((await connection.execute(select(tables.jwks))).all()) == 1
        await engine.dispose()

    asyncio.run(work())


def test_better_auth_s_own_tables_keep_their_rows_and_columns(empty_url: str) -> None:
    """A database that a real Better Auth has made is taken as it is."""
    theirs = MetaData()
    user = Table(
        "user", theirs, Column("id", Text, primary_key=True), Column("extra", Text), quote=True
    )

    async def work() -> None:
        engine = open_engine(empty_url)
        async with engine.begin() as connection:
            await connection.run_sync(theirs.create_all)
            await connection.execute(user.insert().values(id="ada", extra="kept"))
        await _migrate(engine)
        async with engine.connect() as connection:
            assert (await connection.execute(select(user))).all() == [("ada", "kept")]
        assert set(tables.metadata.tables) <= await _tables(engine)
        await engine.dispose()

    asyncio.run(work())


async def _role_columns(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("user"))
    return [each["name"] for each in columns if each["name"].lower() == "role"]


def _their_user(*columns: Column[str]) -> Table:
    return Table("user", MetaData(), Column("id", Text, primary_key=True), *columns, quote=True)


def test_people_who_were_there_get_the_column_of_roles(empty_url: str) -> None:
    """A database from before there were roles gets their column, and nobody has one by that."""
    user = _their_user()

    async def work() -> None:
        engine = open_engine(empty_url)
        await _migrate(engine)
        async with engine.begin() as connection:
            await connection.exec_driver_sql('ALTER TABLE "user" DROP COLUMN role')
            version = table(OWN_VERSION_TABLE, column("version_num"))
            await connection.execute(update(version).values(version_num="0001"))
            ada = {"id": "ada", "name": "Ada", "email": "ada@example.com", "emailVerified": True}
            dates = dict.fromkeys(("createdAt", "updatedAt"), datetime.now(UTC))
            await connection.execute(insert(tables.user).values(**ada, **dates))
        await _migrate(engine)
        await _migrate(engine)
        assert await _role_columns(engine) == ["role"]
        assert await find_roles(engine, UserId("ada")) == set()
        async with engine.connect() as connection:
            assert (await connection.execute(select(user))).all() == [("ada",)]
        await engine.dispose()

    asyncio.run(work())


def test_the_admin_plugins_own_column_stays_as_it_is(empty_url: str) -> None:
    """Where Better Auth's plugin has made the column, its values and its default are kept."""
    user = _their_user(Column("role", Text, server_default="user"))

    async def work() -> None:
        engine = open_engine(empty_url)
        async with engine.begin() as connection:
            await connection.run_sync(user.create)
            await connection.execute(insert(user), [{"id": "ada", "role": "user,admin"}])
        await _migrate(engine)
        async with engine.begin() as connection:
            await connection.execute(insert(user), [{"id": "bob"}])
        assert await _role_columns(engine) == ["role"]
        assert await find_roles(engine, UserId("ada")) == {"user", "admin"}
        assert await find_roles(engine, UserId("bob")) == {"user"}
        await engine.dispose()

    asyncio.run(work())


def test_a_failed_migration_leaves_nothing(empty_url: str, tmp_path: Path) -> None:
    """What fails half way is not half done, and can be tried again."""
    scripts = tmp_path / "scripts"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text((OWN_MIGRATIONS / "env.py").read_text())
    (scripts / "versions" / "a.py").write_text(
        'from alembic import op\nimport sqlalchemy as sa\nrevision = "a"\ndown_revision = None\n'
        'def upgrade():\n    op.create_table("half", sa.Column("id", sa.Text))\n'
        '    raise RuntimeError("half way")\n'
    )

    async def work() -> None:
        engine = open_engine(empty_url)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="half way"):
                await migrate(engine, scripts, "alembic_version")
        assert "half" not in await _tables(engine)
        await engine.dispose()

    asyncio.run(work())


def test_two_newest_migrations_are_a_mistake_that_is_told(tmp_path: Path) -> None:
    """A directory with two heads names itself and Alembic's reason, and changes nothing."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text((OWN_MIGRATIONS / "env.py").read_text())
    for head in ("a", "b"):
        (tmp_path / "versions" / f"{head}.py").write_text(
            f'revision = "{head}"\ndown_revision = None\ndef upgrade():\n    pass\n'
        )

    async def work() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
        with pytest.raises(ConfigurationError, match=f"{tmp_path}.*Multiple head revisions"):
            await migrate(engine, tmp_path, "alembic_version")
        assert await _tables(engine) == set()
        await engine.dispose()

    asyncio.run(work())


@pytest.mark.parametrize("name", ["with space", "with%percent", "with:colon", "zürich"])
def test_a_path_may_be_called_anything(tmp_path: Path, name: str) -> None:
    """Alembic reads no meaning into the path of the scripts."""
    scripts = tmp_path / name
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text((OWN_MIGRATIONS / "env.py").read_text())
    (scripts / "versions" / "a.py").write_text(
        'from alembic import op\nimport sqlalchemy as sa\nrevision = "a"\ndown_revision = None\n'
        'def upgrade():\n    op.create_table("made", sa.Column("id", sa.Text))\n'
    )

    async def work() -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
        await migrate(engine, scripts, "alembic_version")
        assert "made" in await _tables(engine)
        await engine.dispose()

    asyncio.run(work())


PROGRAM = """
import asyncio, sys
from gatepost.store import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
async def main():
    engine = open_engine(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
    await engine.dispose()
asyncio.run(main())
"""


def test_several_processes_at_once(empty_url: str) -> None:
    """Workers that start together wait for each other; none fails."""
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


def test_tasks_on_one_engine_at_once(empty_url: str) -> None:
    """Tasks of one process wait for each other, too."""

    async def work() -> None:
        engine = open_engine(empty_url)
        await asyncio.gather(*(_migrate(engine) for _ in range(3)))
        assert set(tables.metadata.tables) <= await _tables(engine)
        await engine.dispose()

    asyncio.run(work())

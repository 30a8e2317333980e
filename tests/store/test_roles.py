"""Roles in the column of Better Auth's `admin` plugin: one text, several names, two databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.store import open_engine, tables
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.store.roles import find_roles, has_roles_here, set_roles

_ADA, _BOB = UserId("ada"), UserId("bob")


def _person(user_id: str) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "id": user_id, "name": user_id, "email": f"{user_id}@example.com",
        "emailVerified": False, "createdAt": now, "updatedAt": now,
    }  # fmt: skip


def _with_people(url: str, work: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    """Do some work on a migrated database with two people."""

    async def run() -> None:
        engine = open_engine(url)
        try:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
            async with engine.begin() as connection:
                await connection.execute(insert(tables.user), [_person("ada"), _person("bob")])
            await work(engine)
        finally:
            await engine.dispose()

    asyncio.run(run())


async def _write(engine: AsyncEngine, value: str | None) -> None:
    statement = text('UPDATE "user" SET role = :role WHERE id = :id')
    async with engine.begin() as connection:
        await connection.execute(statement, {"role": value, "id": _ADA})


# What stands in the column, as Better Auth, an operator or a mistake writes it; what it names.
_WRITTEN: dict[str | None, set[str]] = {
    None: set(),
    "": set(),
    " ": set(),
    "user": {"user"},
    "user,admin": {"user", "admin"},
    " user , admin ": {"user", "admin"},
    "admin,admin,,": {"admin"},
    ",": set(),
    "user;admin": {"user;admin"},
    "user admin": {"user admin"},
    "ADMIN": {"ADMIN"},
    '["admin"]': {'["admin"]'},
    "ä,管理者": {"ä", "管理者"},
    "a" * 10_000: {"a" * 10_000},
    ",".join(str(number) for number in range(10_000)): {str(number) for number in range(10_000)},
}


def test_the_column_is_read_as_better_auth_writes_it(empty_url: str) -> None:
    """One text with commas between names as many roles; no other writing names one by accident."""

    async def work(engine: AsyncEngine) -> None:
        for written, roles in _WRITTEN.items():
            await _write(engine, written)
            assert await find_roles(engine, _ADA) == roles, (written or "")[:20]

    _with_people(empty_url, work)


def test_roles_are_those_of_one_person(empty_url: str) -> None:
    """Giving and taking are of one person; who is not there has none and is given none."""

    async def work(engine: AsyncEngine) -> None:
        assert await find_roles(engine, _ADA) == set()
        for roles in ({"admin"}, {"user", "admin"}, {"user"}, set[str]()):
            assert await set_roles(engine, _ADA, frozenset(roles))
            assert await find_roles(engine, _ADA) == roles
            assert await find_roles(engine, _BOB) == set()
        for nobody in ("eve", "", "ADA", "ada ", "%", "ada' OR '1'='1"):
            assert await find_roles(engine, UserId(nobody)) == set()
            assert not await set_roles(engine, UserId(nobody), frozenset({"admin"}))
        assert await find_roles(engine, _BOB) == set()

    _with_people(empty_url, work)


def test_giving_roles_writes_one_column(empty_url: str) -> None:
    """Nothing else of a person changes, and nobody's roles are an empty text."""

    async def work(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            before = (await connection.execute(select(tables.user))).all()
        await set_roles(engine, _ADA, frozenset({"user", "admin"}))
        await set_roles(engine, _BOB, frozenset({"user"}))
        await set_roles(engine, _BOB, frozenset())
        async with engine.connect() as connection:
            assert (await connection.execute(select(tables.user))).all() == before
            written = await connection.execute(text('SELECT id, role FROM "user" ORDER BY id'))
            assert [tuple(row) for row in written] == [("ada", "admin,user"), ("bob", None)]

    _with_people(empty_url, work)


@pytest.mark.parametrize("role", ["user,admin", "", " ", "a b", "admin\n", "a\0", "a\u00a0b"])
def test_what_is_no_name_of_a_role_is_given_to_nobody(role: str, empty_url: str) -> None:
    """A name that no route can ask for, or that would be read as two, is not written."""

    async def work(engine: AsyncEngine) -> None:
        await set_roles(engine, _ADA, frozenset({"user"}))
        with pytest.raises(ValueError, match="no name of a role"):
            await set_roles(engine, _ADA, frozenset({"user", role}))
        assert await find_roles(engine, _ADA) == {"user"}

    _with_people(empty_url, work)


def test_whether_roles_are_here_is_seen(empty_url: str) -> None:
    """A database without the table, and a table without the column, have no roles."""
    bare = Table("user", MetaData(), Column("id", Text, primary_key=True))

    async def work() -> None:
        engine = open_engine(empty_url)
        assert not await has_roles_here(engine)
        async with engine.begin() as connection:
            await connection.run_sync(bare.create)
        assert not await has_roles_here(engine)
        async with engine.begin() as connection:
            await connection.execute(text('ALTER TABLE "user" ADD COLUMN role text'))
        assert await has_roles_here(engine)
        await engine.dispose()

    asyncio.run(work())

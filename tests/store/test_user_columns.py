"""The columns of additional user fields: on an empty database, and where there are people."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.store import tables
from gatepost.store.user_columns import add_user_columns, user_table
from gatepost.user_fields import UserField
from tests.store.migrated import on_migrated

_FIELDS = {
    "language": UserField("string", required=True, default="it's \\ 100% :x"),
    "visits": UserField("number", required=True, default=-1),
    "newsletter": UserField("boolean", required=True, default=True),
    "quiet": UserField("boolean", default=False),
    "born": UserField("date", default=datetime(1815, 12, 10, tzinfo=UTC)),
    "nickname": UserField("string"),
}
_REQUIRED = {"born": UserField("date", required=True, default=datetime.now(UTC))}


async def _add_ada(engine: AsyncEngine) -> None:
    now = datetime.now(UTC)
    ada = {
        "id": "ada", "name": "Ada", "email": "ada@example.com",
        "emailVerified": False, "createdAt": now, "updatedAt": now,
    }  # fmt: skip
    async with engine.begin() as connection:
        await connection.execute(insert(tables.user).values(ada))


async def _columns(engine: AsyncEngine) -> Mapping[str, bool]:
    """Return whether each column may be null, by name."""
    async with engine.connect() as connection:
        found = await connection.run_sync(lambda sync: inspect(sync).get_columns("user"))
    return {column["name"]: column["nullable"] for column in found}


def test_people_who_are_there_get_the_defaults(empty_url: str) -> None:
    """A column that is added has its default in every row, whatever stands in it; a date has none.

    A second start changes nothing.
    """

    async def work(engine: AsyncEngine) -> None:
        await _add_ada(engine)
        before = await _columns(engine)
        await add_user_columns(engine, _FIELDS)
        after = await _columns(engine)
        assert {name: after[name] for name in after if name not in before} == {
            name: not field.required for name, field in _FIELDS.items()
        }
        await add_user_columns(engine, _FIELDS)
        assert await _columns(engine) == after
        user = user_table(_FIELDS)
        async with engine.connect() as connection:
            row = (await connection.execute(select(user))).mappings().one()
        assert {name: row[name] for name in _FIELDS} == {
            "language": "it's \\ 100% :x",
            "visits": -1,
            "newsletter": True,
            "quiet": False,
            "born": None,
            "nickname": None,
        }

    on_migrated(empty_url, work)


def test_nobody_is_without_a_required_field(empty_url: str) -> None:
    """A required field without a default is added where nobody is there, and else refused."""

    async def work(engine: AsyncEngine) -> None:
        await add_user_columns(engine, {"language": UserField("string", required=True)})
        assert (await _columns(engine))["language"] is False
        await add_user_columns(engine, {"plan": UserField("string")})
        async with engine.begin() as connection:
            await connection.exec_driver_sql('ALTER TABLE "user" DROP COLUMN language')
        await _add_ada(engine)
        before = await _columns(engine)
        for fields in (_REQUIRED, {"language": UserField("string", required=True)}):
            with pytest.raises(ConfigurationError, match="the people who are there already"):
                await add_user_columns(engine, fields)
        assert await _columns(engine) == before

    on_migrated(empty_url, work)


def test_workers_that_start_at_once_add_a_column_once(empty_url: str) -> None:
    """Whoever comes later waits, and finds it there."""

    async def work(engine: AsyncEngine) -> None:
        await asyncio.gather(*(add_user_columns(engine, _FIELDS) for _ in range(4)))
        assert set(_FIELDS) <= set(await _columns(engine))

    on_migrated(empty_url, work)

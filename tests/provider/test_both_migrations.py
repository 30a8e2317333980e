"""Either server on a database that the other has made: nothing is lost, and nothing is missing."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from gatepost import Gatepost
from gatepost.errors import ConfigurationError
from gatepost.settings import Settings, async_database_url
from gatepost.store import open_engine
from tests.cli.running import environment, gatepost
from tests.ports import free_port
from tests.provider.both import (
    Browser,
    app_behind_gatepost,
    deployment_of_both,
    environment_of,
    passes_gate,
)
from tests.provider.oracle.original import Migrated, Originals, originals
from tests.services.postgres import Postgres

_APP = """
from fastapi import FastAPI
from gatepost import Gatepost
from gatepost.rows import Base, Owned
from sqlalchemy.orm import Mapped

class Note(Owned, Base):
    __tablename__ = "note"
    text: Mapped[str]

app = FastAPI()
Gatepost().protect(app)
"""
_MADE_BY_GATEPOST = {
    *("gatepost_alembic_version", "gatepost_feed", "gatepost_limit", "gatepost_revocation"),
    "note",
}
_WRITTEN_MEANWHILE = {"gatepost_activity", "gatepost_activity_count"}
_OF_ADMIN = {"role", "banned", "banReason", "banExpires"}
_CORE, _WITH_ADMIN = ("sessionJwt", "bearer"), ("sessionJwt", "bearer", "admin")


@pytest.fixture(scope="module")
def node() -> Iterator[Originals]:
    with originals() as node:
        yield node


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'either.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@dataclass(frozen=True, slots=True)
class Table:
    """What a table is and holds.

    Attributes:
        columns: by name, the type, whether it may be empty, and the default.
        bounds: its primary key, foreign keys, unique constraints and indexes.
        rows: in the order of their ids.
    """

    columns: Mapping[str, tuple[str, bool, str | None]]
    bounds: tuple[str, ...]
    rows: list[Mapping[str, object]]


def _tables(url: str) -> dict[str, Table]:
    async def look() -> dict[str, Table]:
        engine = open_engine(async_database_url(url))
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(_look)
        finally:
            await engine.dispose()

    return asyncio.run(look())


def _look(connection: Connection) -> dict[str, Table]:
    names = inspect(connection).get_table_names()
    unread = _MADE_BY_GATEPOST | _WRITTEN_MEANWHILE
    return {
        name: Table({}, (), []) if name in unread else _table(connection, name) for name in names
    }


def _table(connection: Connection, name: str) -> Table:
    seen = inspect(connection)
    bounds: list[object] = [seen.get_pk_constraint(name), *seen.get_foreign_keys(name)]
    bounds += [*seen.get_unique_constraints(name), *seen.get_indexes(name)]
    rows = connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1'))  # noqa: S608 - a table's name
    return Table(
        {column["name"]: _said(column) for column in seen.get_columns(name)},
        tuple(sorted(map(repr, bounds))),
        [dict(row) for row in rows.mappings()],
    )


def _said(column: ReflectedColumn) -> tuple[str, bool, str | None]:
    return repr(column["type"]), column["nullable"], column["default"]


def _migrate(directory: Path, told: Mapping[str, str]) -> None:
    """Run the command as an operator does."""
    (directory / "main.py").write_text(_APP)
    ended = gatepost(directory, "migrate", "main:app", **told)
    assert (ended.code, ended.out) == (0, "The database is in its newest shape.\n"), ended.err


def _two_roles(url: str, postgres: Postgres) -> dict[str, str]:
    """Let the role that Better Auth has own the tables, and another serve people."""
    database = url.rpartition("/")[2]
    serving = postgres.url(database, postgres.create_role())
    return {"GATEPOST_ADMIN_DATABASE_URL": url, "DATABASE_URL": serving}


def test_a_database_of_better_auths_stays_what_it_is(
    node: Originals, url: str, tmp_path: Path, postgres: Postgres
) -> None:
    """`gatepost migrate` adds empty columns and tables of its own, and Better Auth goes on.

    On PostgreSQL with two roles, so that row-level security is put on the app's table as well.
    """
    plugins = _WITH_ADMIN if url.startswith("sqlite") else _CORE
    port = free_port()
    deployment = replace(deployment_of_both(f"http://127.0.0.1:{port}"), plugins=plugins)
    original = node.start(deployment, url)
    with Browser(original.base_url) as ada:
        user_id = ada.sign_up(original)
        ada.token(original)
        before = _tables(url)
        told = environment_of(deployment, url, tmp_path)
        command = told | ({} if plugins == _WITH_ADMIN else _two_roles(url, postgres))
        _migrate(tmp_path, command)
        after = _tables(url)
        assert after.keys() - before.keys() == _MADE_BY_GATEPOST
        added = set() if plugins == _WITH_ADMIN else _OF_ADMIN
        for name, table in before.items():
            new = after[name].columns.keys() - table.columns.keys()
            assert new == (added if name == "user" else set()), name
            assert all(after[name].columns[column][1:] == (True, None) for column in new)
            assert _without(after[name], new) == table
        _migrate(tmp_path, command)
        assert _tables(url) == after
        again = node.start(deployment, url)
        assert again.migrated == Migrated()
        with app_behind_gatepost(port, told) as house:
            for server in (original, again, house):
                assert ada.user(server)["id"] == user_id
                assert passes_gate(house, ada.token(server))


def test_a_second_factor_is_not_gone_round(node: Originals, url: str, tmp_path: Path) -> None:
    """Where Better Auth asks for one after the password, Gatepost takes no password alone."""
    deployment = deployment_of_both(f"http://127.0.0.1:{free_port()}")
    node.start(replace(deployment, plugins=(*_CORE, "twoFactor")), url)
    told = environment_of(deployment, url, tmp_path)
    with pytest.raises(ConfigurationError, match="twoFactorEnabled"):
        asyncio.run(_start(told))
    asyncio.run(_start({**told, "GATEPOST_DISABLED_PATHS": "/sign-in/email"}))


async def _start(told: Mapping[str, str]) -> None:
    app = FastAPI()
    Gatepost(Settings.from_environment(environment(told))).protect(app)
    async with app.router.lifespan_context(app):
        pass


def _without(table: Table, columns: set[str]) -> Table:
    kept = {name: table.columns[name] for name in table.columns if name not in columns}
    return Table(kept, table.bounds, [{name: row[name] for name in kept} for row in table.rows])


def test_better_auth_starts_on_a_database_of_gateposts(
    node: Originals, url: str, tmp_path: Path
) -> None:
    """Its migration finds nothing to do and nothing odd; its `admin` plugin adds one column."""
    port = free_port()
    deployment = deployment_of_both(f"http://127.0.0.1:{port}")
    told = environment_of(deployment, url, tmp_path)
    _migrate(tmp_path, told)
    with app_behind_gatepost(port, told) as house, Browser(house.base_url) as ada:
        user_id = ada.sign_up(house)
        ada.token(house)
        before = _tables(url)
        original = node.start(replace(deployment, plugins=_CORE), url)
        assert original.migrated == Migrated()
        assert _tables(url) == before
        assert node.start(deployment, url).migrated == Migrated(added=("session.impersonatedBy",))
        assert ada.user(original)["id"] == user_id
        assert passes_gate(house, ada.token(original))
        phone = ada.another()
        assert phone.sign_in(original).json()["user"]["id"] == user_id
        assert passes_gate(house, phone.token(house))

"""`gatepost migrate` and `gatepost rows sql`: the database is told, by whom it belongs to."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped] # it has no types

from tests.cli.running import gatepost
from tests.services.postgres import Postgres

_APP = ("--factory", "gatepost_tasks.app:create_app")


def _run(url: str, sql: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(url, ssl=False)
        try:
            return (
                await connection.fetch(sql)
                if sql.startswith("SELECT")
                else (await connection.execute(sql))
            )
        finally:
            await connection.close()

    return asyncio.run(run())


def test_a_file_is_brought_to_its_newest_shape(tmp_path: Path) -> None:
    """On SQLite, which has one role, the tables are made and nothing more is asked."""
    ended = gatepost(tmp_path, "migrate", *_APP)
    assert (ended.code, ended.out) == (0, "The database is in its newest shape.\n")
    assert (tmp_path / ".gatepost" / "gatepost.db").is_file()


def test_a_database_of_two_roles_is_secured(postgres: Postgres, tmp_path: Path) -> None:
    """Its owner migrates, the serving role is held, and the printed SQL does the same again."""
    owner_url, serving = postgres.create_database(), postgres.create_role()
    database, owner = urlsplit(owner_url).path.lstrip("/"), str(urlsplit(owner_url).username)
    serving_url = postgres.url(database, serving)
    try:
        both = {"DATABASE_URL": serving_url, "GATEPOST_ADMIN_DATABASE_URL": owner_url}
        assert gatepost(tmp_path, "migrate", *_APP, **both).code == 0
        policies = "SELECT polname FROM pg_policy WHERE polrelid = 'task'::regclass"
        assert len(str(_run(owner_url, policies)).split("Record")) == 6
        _run(owner_url, "DROP POLICY gatepost_read ON task")
        alone = gatepost(tmp_path, "migrate", *_APP, DATABASE_URL=serving_url)
        assert alone.code == 1
        assert "task has no policy gatepost_read" in alone.err
        printed = gatepost(tmp_path, "rows", "sql", *_APP, "--serving", serving, "--admin", owner)
        _run(owner_url, printed.out)
        assert gatepost(tmp_path, "migrate", *_APP, DATABASE_URL=serving_url).code == 0
    finally:
        postgres.drop_database(owner_url)
        postgres.execute(f"DROP ROLE {serving}")


def test_the_help_shows_examples(tmp_path: Path) -> None:
    """Both commands say how they are used."""
    assert "gatepost migrate main:app" in gatepost(tmp_path, "migrate", "--help").out
    assert "gatepost rows sql main:app" in gatepost(tmp_path, "rows", "sql", "--help").out

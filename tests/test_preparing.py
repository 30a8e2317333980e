"""A deployment of two database roles: one owns the tables, the other serves people."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped] # it has no types
import pytest
from sqlalchemy import func, select

from gatepost import BuiltIn, Gatepost, UserField
from gatepost.errors import ConfigurationError
from gatepost.settings import Secret, Settings, async_database_url
from gatepost.testing import sign_up
from gatepost_tasks.app import create_app
from gatepost_tasks.models import Task
from gatepost_tasks.sharing import OutsideWork
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.serving import serving


@dataclass(frozen=True)
class Roles:
    """The URLs of one database, by role."""

    owner_url: str
    serving_url: str


@pytest.fixture
def roles(postgres: Postgres) -> Iterator[Roles]:
    """An empty database, the role that owns it, and one that may sign in."""
    owner_url = postgres.create_database()
    serving_role = postgres.create_role()
    yield Roles(owner_url, postgres.url(urlsplit(owner_url).path.lstrip("/"), serving_role))
    postgres.drop_database(owner_url)
    postgres.execute(f"DROP ROLE {serving_role}")


def _settings(roles: Roles, tmp_path: Path, *, with_owner: bool) -> tuple[Settings, int]:
    port = free_port()
    settings = settings_for(port, tmp_path, roles.serving_url)
    if with_owner:
        admin = Secret(async_database_url(roles.owner_url))
        settings = replace(settings, admin_database_url=admin)
    return settings, port


def _use(settings: Settings, port: int) -> list[str]:
    """Have two people add a task each; return what the second sees."""
    with (
        serving(create_app(settings), port=port) as url,
        sign_up(url, "ada") as ada,
        sign_up(url, "bob") as bob,
    ):
        for somebody, title in ((ada, "ada's"), (bob, "bob's")):
            wanted = {"title": title}
            assert somebody.http.post("/api/tasks", json=wanted).status_code == 201
        return [task["title"] for task in bob.http.get("/api/tasks").json()["items"]]


def _counted(url: str, user_id: str | None) -> int:
    """Count the tasks that a plain connection sees which says whose it is, or nobody's."""

    async def count() -> int:
        connection = await asyncpg.connect(url, ssl=False)
        try:
            async with connection.transaction():
                if user_id is not None:
                    setting = "SELECT set_config('gatepost.user_id', $1, true)"
                    await connection.execute(setting, user_id)
                found: int = await connection.fetchval("SELECT count(*) FROM task")
                return found
        finally:
            await connection.close()

    return asyncio.run(count())


def test_two_roles_serve_two_people(roles: Roles, tmp_path: Path) -> None:
    """The start prepares the database as its owner; people are served by a role that is held."""
    settings, port = _settings(roles, tmp_path, with_owner=True)
    assert _use(settings, port) == ["bob's"]
    assert _counted(roles.serving_url, None) == 0
    assert _counted(roles.serving_url, "nobody") == 0
    assert _counted(roles.owner_url, None) == 2


def test_a_prepared_database_needs_its_owner_no_more(roles: Roles, tmp_path: Path) -> None:
    """After `gatepost migrate` the app starts without the owner's address, and keeps the wall."""
    settings, _ = _settings(roles, tmp_path, with_owner=True)
    asyncio.run(create_app(settings).state.gatepost.migrate())
    settings, port = _settings(roles, tmp_path, with_owner=False)
    assert _use(settings, port) == ["bob's"]
    assert _counted(roles.serving_url, None) == 0


def test_what_may_not_be_changed_is_said(roles: Roles, tmp_path: Path) -> None:
    """A role that owns nothing cannot make the tables, and the message says who can."""
    settings, _ = _settings(roles, tmp_path, with_owner=False)

    async def migrate() -> None:
        await create_app(settings).state.gatepost.migrate()

    with pytest.raises(ConfigurationError, match="gatepost migrate"):
        asyncio.run(migrate())


def test_a_field_that_may_not_be_added_is_said(roles: Roles, tmp_path: Path) -> None:
    """A prepared database lacks a field that came later; the role that serves cannot add it."""
    settings, _ = _settings(roles, tmp_path, with_owner=True)
    asyncio.run(Gatepost(settings).migrate())
    issuer = BuiltIn(user_fields={"language": UserField("string")})
    serving_only = replace(settings, admin_database_url=None, production=True)
    with pytest.raises(ConfigurationError, match="gatepost migrate"):
        asyncio.run(Gatepost(serving_only, issuer=issuer).migrate())
    asyncio.run(Gatepost(settings, issuer=issuer).migrate())
    asyncio.run(Gatepost(serving_only, issuer=issuer).migrate())


def test_one_role_under_two_names_is_refused(roles: Roles, tmp_path: Path) -> None:
    """Two addresses of one role would be a wall that its prisoner owns."""
    one = Roles(roles.owner_url, roles.owner_url)
    settings, _ = _settings(one, tmp_path, with_owner=True)
    with pytest.raises(ConfigurationError, match="name one role"):
        asyncio.run(create_app(settings).state.gatepost.migrate())


def test_two_databases_are_refused(roles: Roles, postgres: Postgres, tmp_path: Path) -> None:
    """Policies in another database would hold nobody."""
    elsewhere = postgres.create_database()
    try:
        settings, _ = _settings(Roles(elsewhere, roles.serving_url), tmp_path, with_owner=True)
        with pytest.raises(ConfigurationError, match="names the database"):
            asyncio.run(create_app(settings).state.gatepost.migrate())
    finally:
        postgres.drop_database(elsewhere)


def test_a_file_has_no_roles(tmp_path: Path) -> None:
    """On SQLite there is nobody else to migrate as."""
    settings = settings_for(free_port(), tmp_path)
    settings = replace(settings, admin_database_url=settings.database_url)
    with pytest.raises(ConfigurationError, match="SQLite has no roles"):
        asyncio.run(create_app(settings).state.gatepost.migrate())


def test_several_processes_migrate_at_once(roles: Roles, tmp_path: Path) -> None:
    """Whoever comes later waits, and finds the policies in place."""
    settings, _ = _settings(roles, tmp_path, with_owner=True)

    async def at_once() -> None:
        await asyncio.gather(*(create_app(settings).state.gatepost.migrate() for _ in range(6)))

    asyncio.run(at_once())
    assert _counted(roles.serving_url, None) == 0


def test_work_that_is_nobodys_needs_its_role(roles: Roles, tmp_path: Path) -> None:
    """Where only the held role is known, such work is refused rather than done on nothing."""
    settings, _ = _settings(roles, tmp_path, with_owner=True)
    asyncio.run(create_app(settings).state.gatepost.migrate())

    async def count(settings: Settings) -> int:
        app = create_app(settings)
        async with (
            app.router.lifespan_context(app),
            app.state.gatepost.outside(OutsideWork.TAKE_UP_SHARES) as everybodys,
        ):
            found: int = await everybodys.scalar(select(func.count()).select_from(Task))
            return found

    assert asyncio.run(count(settings)) == 0
    with pytest.raises(ConfigurationError, match="GATEPOST_ADMIN_DATABASE_URL"):
        asyncio.run(count(replace(settings, admin_database_url=None)))


@pytest.mark.parametrize("named", [None, True, False], ids=["left open", "required", "off"])
def test_production_asks_for_the_wall(roles: Roles, tmp_path: Path, *, named: bool | None) -> None:
    """One role for everything does not serve people in production, unless somebody says so."""
    settings, _ = _settings(Roles(roles.owner_url, roles.owner_url), tmp_path, with_owner=False)
    settings = replace(settings, production=True, row_security=named)
    migrating = create_app(settings).state.gatepost.migrate()
    if named is False:
        asyncio.run(migrating)
    else:
        with pytest.raises(ConfigurationError, match="GATEPOST_ROW_SECURITY=off"):
            asyncio.run(migrating)

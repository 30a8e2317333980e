"""One database a session and kind, with the tables of `models`, behind one wall or two."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.rows.row_security import row_security_sql
from gatepost.settings import async_database_url
from tests.rows import shared_models
from tests.rows.models import House
from tests.rows.secured import Secured
from tests.rows.walls import Place, Walls
from tests.services.postgres import Postgres

_SERVICE = pytest.mark.service


@pytest.fixture(
    scope="session",
    params=[
        "sqlite",
        pytest.param("postgresql", marks=_SERVICE),
        pytest.param("row-security", marks=_SERVICE),
    ],
)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A database of each kind, its tables made and empty, and PostgreSQL with both walls."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('rows') / 'rows.db'}"
        asyncio.run(_create_tables(url))
        yield Place(url, url, Walls.FIRST)
    elif request.param == "row-security":
        urls: tuple[str, str] = request.getfixturevalue("secured_urls")
        yield Place(*urls, Walls.BOTH)
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
        asyncio.run(_create_tables(url))
        yield Place(url, url, Walls.FIRST)
        postgres.drop_database(url)


@pytest.fixture(scope="session")
def secured_urls(postgres: Postgres) -> Iterator[tuple[str, str]]:
    """The URLs of the serving and of the owning role of a database with row-level security."""
    with create_secured(postgres) as urls:
        yield urls


@contextmanager
def create_secured(postgres: Postgres) -> Iterator[tuple[str, str]]:
    """Make a database with row-level security; yields the serving and the owning role's URLs."""
    owner_url = postgres.create_database()
    serving = postgres.create_role()
    parts = urlsplit(owner_url)
    owner, database = str(parts.username), parts.path.lstrip("/")
    walls = row_security_sql(serving, owner, only=House.metadata.tables)
    asyncio.run(_create_tables(owner_url, walls))
    yield postgres.url(database, serving), owner_url
    postgres.drop_database(owner_url)
    postgres.execute(f"DROP ROLE {serving}")


@pytest.fixture(scope="session")
def second_wall(secured_urls: tuple[str, str]) -> Place:
    """PostgreSQL with row-level security, and sessions that know nothing of owners."""
    serving_url, owner_url = secured_urls
    return Place(serving_url, owner_url, Walls.SECOND)


@pytest.fixture(scope="module")
def secured(postgres: Postgres) -> Iterator[Secured]:
    """A database with row-level security on every table of people."""
    one = Secured(postgres, postgres.create_database(), postgres.create_role())
    one.secure()
    yield one
    postgres.drop_database(one.owner_url)
    postgres.execute(f"DROP ROLE {one.serving}")


assert shared_models.Folder.metadata is House.metadata  # its tables are made with the others


async def _create_tables(url: str, statements: list[str] | None = None) -> None:
    engine = create_async_engine(async_database_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(House.metadata.create_all)
        for statement in statements or ():
            await connection.exec_driver_sql(statement)
    await engine.dispose()

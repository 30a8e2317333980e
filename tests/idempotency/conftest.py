"""The errands on SQLite, and on PostgreSQL behind both walls."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Executable, select
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.idempotency.records import IdempotencyRecord
from gatepost.settings import Secret, Settings, async_database_url
from gatepost.testing import Somebody, sign_up
from tests.conftest import settings_for
from tests.idempotency.errands import Errand, World, create
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.serving import serving


@dataclass(frozen=True)
class Served:
    """The running app, what its handlers share, and its database as its owner sees it."""

    url: str
    world: World
    database_url: str

    def run(self, statement: Executable, values: Sequence[Mapping[str, object]] = ()) -> list[Any]:
        """Run a statement past the first wall, as the owner of the tables."""

        async def run() -> list[Any]:
            engine = create_async_engine(self.database_url)
            async with engine.begin() as connection:
                done = await connection.execute(statement, values or None)
                found = list(done.scalars()) if done.returns_rows else []
            await engine.dispose()
            return found

        return asyncio.run(run())

    def titles(self, owner: Somebody) -> list[str]:
        """Return the errands that are in the database for somebody, sorted."""
        return sorted(self.run(select(Errand.title).where(Errand.owner_id == owner.user_id)))

    def records(self, owner: Somebody) -> int:
        """Return how many answers are kept for somebody."""
        owned = IdempotencyRecord.owner_id == owner.user_id
        return len(self.run(select(IdempotencyRecord.id).where(owned)))


@contextmanager
def _serving(settings: Settings, port: int) -> Iterator[Served]:
    world = World()
    owner = settings.admin_database_url or settings.database_url
    with serving(create(settings, world), port=port) as url:
        yield Served(url, world, owner.reveal())


@pytest.fixture(
    scope="package", params=["sqlite", pytest.param("row-security", marks=pytest.mark.service)]
)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The app on each database."""
    port, directory = free_port(), tmp_path_factory.mktemp("errands")
    if request.param == "sqlite":
        with _serving(settings_for(port, directory), port) as errands:
            yield errands
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    owner_url, role = postgres.create_database(), postgres.create_role()
    serving_url = postgres.url(urlsplit(owner_url).path.lstrip("/"), role)
    admin = Secret(async_database_url(owner_url))
    settings = replace(settings_for(port, directory, serving_url), admin_database_url=admin)
    with _serving(settings, port) as errands:
        yield errands
    postgres.drop_database(owner_url)
    postgres.execute(f"DROP ROLE {role}")


@pytest.fixture
def ada(served: Served) -> Iterator[Somebody]:
    """Somebody with an account, in a world as it was."""
    served.world.begin_anew()
    with sign_up(served.url, "ada") as somebody:
        yield somebody


@pytest.fixture
def bob(served: Served) -> Iterator[Somebody]:
    """Somebody else."""
    with sign_up(served.url, "bob") as somebody:
        yield somebody

"""One database a session and kind, with the tables of `models`."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.settings import async_database_url
from tests.rows.models import House


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)],
)
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database of each kind, its tables made and empty."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('rows') / 'rows.db'}"
        asyncio.run(_create_tables(url))
        yield url
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
        asyncio.run(_create_tables(url))
        yield url
        postgres.drop_database(url)


async def _create_tables(url: str) -> None:
    engine = create_async_engine(async_database_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(House.metadata.create_all)
    await engine.dispose()

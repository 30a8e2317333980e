"""An empty database of each kind."""

from pathlib import Path

import pytest

from gatepost.settings import async_database_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database of the test's own."""
    if request.param == "sqlite":
        return async_database_url(f"sqlite:///{tmp_path / 'empty.db'}")
    return async_database_url(request.getfixturevalue("postgres_url"))

"""Tasks on each database and with each provider: the same tests, the same answers."""

from collections.abc import Iterator

import pytest

from gatepost_tasks.app import create_app
from tests.behind_better_auth import tasks_behind_better_auth
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving

_SERVICE = pytest.mark.service


@pytest.fixture(
    scope="module",
    params=[
        "sqlite",
        pytest.param("postgresql", marks=_SERVICE),
        pytest.param("better-auth", marks=_SERVICE),
    ],
)
def tasks_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Tasks on SQLite, on PostgreSQL, and behind a real Better Auth server; yields its origin."""
    if request.param == "better-auth":
        with tasks_behind_better_auth(tmp_path_factory.mktemp("tasks")) as better_auth:
            yield better_auth.url
        return
    database_url = None
    if request.param == "postgresql":
        database_url = request.getfixturevalue("postgres").create_database()
    port = free_port()
    settings = settings_for(port, tmp_path_factory.mktemp("tasks"), database_url)
    with serving(create_app(settings), port=port) as url:
        yield url

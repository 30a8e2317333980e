"""Tasks on each database and with each provider: the same tests, the same answers."""

from collections.abc import Iterator

import pytest

from gatepost.testing import Somebody
from gatepost_tasks.app import create_app
from tests.behind_better_auth import tasks_behind_better_auth
from tests.conftest import settings_for
from tests.mailed_links import ServedTasks, confirmed, logged_links, outbox_links
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
def served_tasks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedTasks]:
    """Tasks on SQLite, on PostgreSQL, and behind a real Better Auth server."""
    if request.param == "better-auth":
        with tasks_behind_better_auth(tmp_path_factory.mktemp("tasks")) as better_auth:
            yield ServedTasks(better_auth.url, logged_links(better_auth))
        return
    database_url = None
    if request.param == "postgresql":
        database_url = request.getfixturevalue("postgres").create_database()
    port = free_port()
    settings = settings_for(port, tmp_path_factory.mktemp("tasks"), database_url)
    app = create_app(settings)
    with serving(app, port=port) as url:
        yield ServedTasks(url, outbox_links(app.state.gatepost.outbox))


@pytest.fixture(scope="module")
def tasks_url(served_tasks: ServedTasks) -> str:
    """Its origin."""
    return served_tasks.url


@pytest.fixture
def bob(served_tasks: ServedTasks) -> Iterator[Somebody]:
    """Somebody else, who has shown that their address is theirs."""
    with confirmed(served_tasks.url, served_tasks.links, "bob") as somebody:
        yield somebody

"""The page, with each kind of provider behind it: the same page, the same tests."""

from collections.abc import Iterator

import pytest

from gatepost_tasks.app import create_app
from tests.behind_better_auth import tasks_behind_better_auth
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving


@pytest.fixture(scope="module", params=["gatepost", "better-auth"])
def tasks_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Tasks with its own provider, and behind a real Better Auth server; yields its origin."""
    directory = tmp_path_factory.mktemp("tasks")
    if request.param == "better-auth":
        with tasks_behind_better_auth(directory) as better_auth:
            yield better_auth.url
        return
    port = free_port()
    with serving(create_app(settings_for(port, directory)), port=port) as url:
        yield url

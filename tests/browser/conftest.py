"""The page, with each kind of provider behind it: the same page, the same tests."""

from collections.abc import Iterator

import pytest

from tests.behind_better_auth import tasks_behind_better_auth
from tests.browser.deployment import Deployment, deployed
from tests.mailed_links import ServedTasks, logged_links


@pytest.fixture(scope="module", params=["gatepost", "better-auth"])
def served_tasks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedTasks]:
    """Tasks with its own provider, and behind a real Better Auth server."""
    directory = tmp_path_factory.mktemp("tasks")
    if request.param == "better-auth":
        with tasks_behind_better_auth(directory) as better_auth:
            yield ServedTasks(better_auth.url, logged_links(better_auth))
        return
    with deployed(directory) as deployment:
        yield ServedTasks(deployment.url, deployment.links)


@pytest.fixture(scope="module")
def tasks_url(served_tasks: ServedTasks) -> str:
    """Its origin."""
    return served_tasks.url


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Tasks with its own provider alone, and what is behind it."""
    with deployed(tmp_path_factory.mktemp("tasks")) as deployment:
        yield deployment

"""The applications, each started for the first test that wants it and kept for the others."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.services.errors import ServiceError
from tests.third_party.running import Application, application

EVERY = pytest.mark.parametrize("running", ["glances", "optimade", "jupyverse"], indirect=True)
GLANCES = pytest.mark.parametrize("running", ["glances"], indirect=True)
JUPYVERSE = pytest.mark.parametrize("running", ["jupyverse"], indirect=True)


@pytest.fixture(scope="session")
def _started() -> Iterator[Callable[[str], Application]]:
    kept: dict[str, Application] = {}
    failed: dict[str, ServiceError] = {}  # what failed once is not tried again for every test
    with ExitStack() as until_the_end:

        def start(name: str) -> Application:
            if name in failed:
                raise failed[name]
            try:
                if name not in kept:
                    kept[name] = until_the_end.enter_context(application(name))
            except ServiceError as error:
                failed[name] = error
                raise
            return kept[name]

        yield start


@pytest.fixture
def running(request: pytest.FixtureRequest, _started: Callable[[str], Application]) -> Application:
    """Return the application that the test names, which is running."""
    return _started(request.param)

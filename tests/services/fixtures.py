"""The services as fixtures: `pytest_plugins = ["tests.services.fixtures"]`."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser

from tests.services.better_auth import BetterAuth, better_auth_server
from tests.services.chromium import Paused, chromium
from tests.services.node import ensure_installed
from tests.services.official_client import OfficialClient, official_client
from tests.services.oidc_provider import OidcProvider, oidc_provider_server
from tests.services.postgres import Postgres, running_postgres
from tests.services.valkey import Valkey, running_valkey


class NewOfficialClient(Protocol):
    """What the fixture `new_official_client` gives: one browser profile a call."""

    def __call__(self, base_url: str, *, plugins: tuple[str, ...] = ("jwt",)) -> OfficialClient:
        """Open the official client on an app."""


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The npm packages of `tests/node`, installed."""
    return ensure_installed()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL server."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty database of this test's own, as a plain role that owns it."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def _chromium() -> Iterator[tuple[Browser, Paused]]:
    with chromium() as browser:
        paused = Paused()
        yield browser, paused
        paused.resume()


@pytest.fixture
def browser(_chromium: tuple[Browser, Paused]) -> Iterator[Browser]:
    """The session's Chromium; what the test opens in it is closed after the test."""
    browser, paused = _chromium
    paused.resume()
    try:
        yield browser
        for context in browser.contexts:
            context.close()
    finally:
        paused.pause()


@pytest.fixture
def new_official_client() -> Iterator[NewOfficialClient]:
    """Opens official JavaScript clients, each with cookies of its own, until the test ends."""
    with ExitStack() as opened:

        def new(base_url: str, *, plugins: tuple[str, ...] = ("jwt",)) -> OfficialClient:
            return opened.enter_context(official_client(base_url, plugins=plugins))

        yield new


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """The session's Valkey server."""
    with running_valkey() as server:
        yield server


class NewBetterAuth(Protocol):
    """What the fixture `new_better_auth` gives: one real server a call."""

    def __call__(
        self,
        *,
        algorithm: str = "EdDSA",
        database_url: str | None = None,
        rotation_seconds: int | None = None,
        grace_seconds: int | None = None,
        tasks_url: str | None = None,
    ) -> BetterAuth:
        """Start a server."""


@pytest.fixture
def new_better_auth() -> Iterator[NewBetterAuth]:
    """Starts real Better Auth servers, which run until the test ends."""
    with ExitStack() as opened:

        def new(
            *,
            algorithm: str = "EdDSA",
            database_url: str | None = None,
            rotation_seconds: int | None = None,
            grace_seconds: int | None = None,
            tasks_url: str | None = None,
        ) -> BetterAuth:
            return opened.enter_context(
                better_auth_server(
                    algorithm=algorithm,
                    database_url=database_url,
                    rotation_seconds=rotation_seconds,
                    grace_seconds=grace_seconds,
                    tasks_url=tasks_url,
                )
            )

        yield new


class NewOidcProvider(Protocol):
    """What the fixture `new_oidc_provider` gives: one provider a call."""

    def __call__(self, *, algorithm: str = "RS256", client_id: str = "tasks-page") -> OidcProvider:
        """Start a provider."""


@pytest.fixture
def new_oidc_provider() -> Iterator[NewOidcProvider]:
    """Starts OpenID providers, which run until the test ends."""
    with ExitStack() as opened:

        def new(*, algorithm: str = "RS256", client_id: str = "tasks-page") -> OidcProvider:
            running = oidc_provider_server(algorithm=algorithm, client_id=client_id)
            return opened.enter_context(running)

        yield new

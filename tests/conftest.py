"""Fixtures that every room's tests share: Tasks, served for real, and two people in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from gatepost.rates import HIGHEST_RATES
from gatepost.settings import Settings
from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.ports import free_port
from tests.serving import serving

pytest_plugins = ["tests.secrets_capture", "tests.services.fixtures"]

_SERVICES = {
    "postgres",
    "node_modules",
    "new_better_auth",
    "new_oidc_provider",
    "browser",
    "new_official_client",
    "valkey",
}

_ONLY_WHEN_ASKED_FOR = {"behind_pgbouncer", "full_chromium", "with_pg_dump"}

TEST_SECRET = "a-secret-of-the-tests-and-of-nothing-else"


def settings_for(port: int, data_dir: Path, database_url: str | None = None) -> Settings:
    """Return the settings of a development deployment on loopback."""
    environment = {
        "GATEPOST_URL": f"http://127.0.0.1:{port}",
        "GATEPOST_SECRET": TEST_SECRET,
        "GATEPOST_DATA_DIR": str(data_dir),
        "GATEPOST_RATE_LIMITS": HIGHEST_RATES,  # everybody in the tests has one address
        "GATEPOST_PASSWORD_HASH": "argon2id",  # in a third of the time that scrypt takes
    }
    if database_url is not None:
        environment["DATABASE_URL"] = database_url
    return Settings.from_environment(environment)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what wants a program that no registry of ours has, unless it is asked for."""
    name = collection_path.name
    if name in _ONLY_WHEN_ASKED_FOR and not any(name in arg for arg in config.args):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a service, so that `make test-fast` can leave it out."""
    for item in items:
        if isinstance(item, pytest.Function) and _SERVICES & set(item.fixturenames):
            item.add_marker(pytest.mark.service)


@pytest.fixture(scope="session", autouse=True)
def _nobodys_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Everything is on loopback; each client that read the machine's certificates took 50 ms."""
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture(scope="module")
def tasks_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Tasks on SQLite; yields its origin."""
    port = free_port()
    app = create_app(settings_for(port, tmp_path_factory.mktemp("tasks")))
    with serving(app, port=port) as url:
        yield url


@pytest.fixture
def ada(tasks_url: str) -> Iterator[Somebody]:
    """Somebody with an account."""
    with sign_up(tasks_url, "ada") as somebody:
        yield somebody


@pytest.fixture
def bob(tasks_url: str) -> Iterator[Somebody]:
    """Somebody else."""
    with sign_up(tasks_url, "bob") as somebody:
        yield somebody

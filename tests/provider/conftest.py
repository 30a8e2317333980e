"""A provider for each test that wants one to itself."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.provider.served import Served, serving_provider


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving_provider(f"sqlite:///{tmp_path / 'provider.db'}") as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """A browser's page on the app: it keeps cookies and says where it comes from."""
    headers = {"origin": served.base_url}
    with httpx.Client(base_url=served.auth, headers=headers, timeout=30) as client:
        yield client

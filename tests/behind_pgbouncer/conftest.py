"""Places for the tests of rows: PostgreSQL with both walls, through a pooler."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.rows.conftest import create_secured
from tests.rows.walls import Place, Walls
from tests.services.pgbouncer import running_pgbouncer
from tests.services.postgres import Postgres


@contextmanager
def _through_a_pooler(postgres: Postgres, *, connections: int) -> Iterator[Place]:
    with create_secured(postgres) as (serving_url, owner_url):
        parts = urlsplit(serving_url)
        roles = [str(parts.username)]
        with running_pgbouncer(postgres, roles, connections=connections) as port:
            netloc = parts.netloc.replace(f":{postgres.port}", f":{port}")
            pooled = parts._replace(netloc=netloc, query="pgbouncer=true")
            yield Place(pooled.geturl(), owner_url, Walls.BOTH)


@pytest.fixture(scope="session")
def place(postgres: Postgres) -> Iterator[Place]:
    """A database with row-level security, and two connections for whoever comes."""
    with _through_a_pooler(postgres, connections=2) as place:
        yield place


@pytest.fixture(scope="session")
def one_connection(postgres: Postgres) -> Iterator[Place]:
    """The same with a single connection, which everybody has in turn."""
    with _through_a_pooler(postgres, connections=1) as place:
        yield place

"""The servers under measure, told the same: Gatepost, the real Better Auth, and a port of it."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
from tests.conftest import TEST_SECRET
from tests.provider.oracle.deployment import PLAIN
from tests.services.better_auth import EXAMPLE
from tests.services.node import DIRECTORY, NODE, ensure_installed

from benchmarks.gate.peers import PYTHON
from benchmarks.gate.server import Server, free_port, running, serving
from gatepost.rates import HIGHEST_RATES

Start = Callable[[Path, str], AbstractContextManager[Server]]

_START_SECONDS = 60


def gatepost(
    directory: Path, database_url: str, *, cores: Sequence[int] = (0,)
) -> AbstractContextManager[Server]:
    """Serve Gatepost's provider in front of a protected route, on an empty database.

    Its limits cannot be turned off. They are at their highest, and every connection of the load has
    an address of its own.
    """
    port = free_port()
    environment = {
        "GATEPOST_URL": f"http://127.0.0.1:{port}",
        "GATEPOST_SECRET": TEST_SECRET,
        "GATEPOST_DATA_DIR": str(directory),
        "GATEPOST_RATE_LIMITS": HIGHEST_RATES,
        "DATABASE_URL": database_url,
    }
    return serving("protected", directory, port=port, environment=environment, cores=cores)


@contextmanager
def better_auth(directory: Path, database_url: str) -> Iterator[Server]:
    """Serve the real Better Auth with its `jwt` plugin and without limits, on an empty database.

    Raises:
        httpx.HTTPStatusError: it did not start.
    """
    ensure_installed()
    ensure_installed(EXAMPLE)
    door, port = free_port(), free_port()
    command = [str(NODE), str(DIRECTORY / "oracle_server.mjs")]
    environment = {"PORT": str(door), "NODE_ENV": "production"}
    with running("better_auth", command, directory, door, environment=environment) as node:
        asked = {
            "port": port,
            "database": database_url.removeprefix("sqlite:///"),
            "options": PLAIN.options(f"http://127.0.0.1:{port}"),
            "plugins": PLAIN.plugins,
            "mail": (),
            "mailbox": "",
        }
        answer = httpx.post(f"http://127.0.0.1:{door}", json=asked, timeout=_START_SECONDS)
        answer.raise_for_status()
        yield node.at(port)


def better_auth_server(directory: Path, database_url: str) -> AbstractContextManager[Server]:
    """Serve the port on the package index, better-auth-server, with its `jwt` plugin."""
    port = free_port()
    environment = {
        "BENCHMARK_ORIGIN": f"http://127.0.0.1:{port}",
        "BENCHMARK_DATABASE_URL": database_url.replace("sqlite:", "sqlite+aiosqlite:"),
        "BENCHMARK_SECRET": secrets.token_urlsafe(),
        "BENCHMARK_JWKS": "{}",
    }
    return serving(
        "peers.better_auth_provider", directory, python=PYTHON, port=port, environment=environment
    )


SPEAKING_POSTGRESQL: Mapping[str, Start] = {"gatepost": gatepost, "better_auth": better_auth}
"""Those that can have their tables on PostgreSQL here, by the names that ratios call them by."""

EVERY: Mapping[str, Start] = {**SPEAKING_POSTGRESQL, "better_auth_server": better_auth_server}

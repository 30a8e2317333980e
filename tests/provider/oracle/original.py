"""The real Better Auth, in as many deployments as conversations are played in, on one Node."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.ports import held_port
from tests.provider.oracle.database import Database
from tests.provider.oracle.deployment import Deployment
from tests.provider.oracle.mailbox import MailFile
from tests.provider.oracle.playing import Server
from tests.services.better_auth import EXAMPLE
from tests.services.errors import ServiceError
from tests.services.node import DIRECTORY, ensure_installed
from tests.services.node_server import NodeServer, node_server

_SCRIPT = DIRECTORY / "oracle_server.mjs"
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Migrated:
    """What the original's own migration had to do to a database.

    Attributes:
        created: tables.
        added: columns, as `table.column`.
        indexes: indexes on tables that were there.
        warned: what it said of columns that are not as it would have made them.
    """

    created: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Original(Server):
    """A running Better Auth, and what it did to its database when it started."""

    migrated: Migrated = Migrated()


class Originals:
    """A Node that starts Better Auth servers, which run as long as it does.

    Args:
        url: where it takes deployments.
    """

    def __init__(self, node: NodeServer, url: str, directory: Path, held: ExitStack) -> None:
        self._node = node
        self._url = url
        self._directory = directory
        self._held = held

    def start(self, deployment: Deployment, database_url: str) -> Original:
        """Start a server on a database, of whose tables it makes what is missing.

        Args:
            deployment: what it is told.
            database_url: `sqlite:///file.db` or `postgresql://…`.

        Raises:
            ServiceError: it did not start.
        """
        port = self._held.enter_context(held_port())
        url = f"http://127.0.0.1:{port}"
        base_url = deployment.base_url or url
        mailbox = self._directory / f"{port}.jsonl"
        asked = {
            "port": port,
            "database": database_url.removeprefix("sqlite:///"),
            "options": deployment.options(base_url),
            "plugins": deployment.plugins,
            "hooks": deployment.hooks,
            "mail": deployment.mail,
            "mailbox": str(mailbox),
        }
        answer = httpx.post(self._url, json=asked, timeout=_START_SECONDS, trust_env=False)
        if answer.is_error:
            raise ServiceError("Better Auth", answer.text, self._node.said())
        database = Database(database_url)
        migrated = Migrated(**{name: tuple(said) for name, said in answer.json().items()})
        mails = MailFile(mailbox)
        return Original(url, base_url, deployment.base_path, database, mails, migrated)


@contextmanager
def originals() -> Iterator[Originals]:
    """Start the Node; every server of it stops, and its mail goes, when the block ends."""
    ensure_installed()
    ensure_installed(EXAMPLE)
    with (
        tempfile.TemporaryDirectory(prefix="gatepost-oracle-") as directory,
        ExitStack() as held,
    ):
        url = f"http://127.0.0.1:{(port := held.enter_context(held_port()))}"
        # What a developer's shell may say of a deployment is not meant for the tests.
        shells = dict.fromkeys(("BETTER_AUTH_TRUSTED_ORIGINS", "BETTER_AUTH_SECRETS"), "")
        settings = {"PORT": str(port), "NODE_ENV": "development", **shells}
        node = held.enter_context(node_server("Better Auth", _SCRIPT, settings, url))
        yield Originals(node, url, Path(directory), held)

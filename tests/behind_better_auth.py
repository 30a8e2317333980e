"""Tasks behind a real Better Auth server, as `make run-better-auth` runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.better_auth import BetterAuth, better_auth_server
from tests.serving import serving


@contextmanager
def tasks_behind_better_auth(
    data_dir: Path, database_url: str | None = None
) -> Iterator[BetterAuth]:
    """Serve Tasks on the database of a real Better Auth server, through which everybody comes.

    Args:
        data_dir: an empty directory.
        database_url: an empty database; a file in `data_dir` where left out.
    """
    port = free_port()
    database = database_url or f"sqlite:///{data_dir / 'shared.db'}"
    with better_auth_server(
        database_url=database, tasks_url=f"http://127.0.0.1:{port}"
    ) as better_auth:
        public_port = int(better_auth.url.rpartition(":")[2])
        settings = replace(
            settings_for(public_port, data_dir, database), issuer=better_auth.url, secrets=None
        )
        with serving(create_app(settings), port=port):
            yield better_auth

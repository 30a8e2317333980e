"""A real PgBouncer that pools by transaction, in front of a PostgreSQL server of the tests.

It comes with Debian's package and from no registry of Python's or Node's, so its tests run by
themselves: `make test-pgbouncer`.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.ports import free_port
from tests.services import keeper
from tests.services.errors import ServiceError
from tests.services.postgres import Postgres
from tests.services.postgres_binaries import open_directory, server_user

_SERVICE = "PgBouncer"
_START_SECONDS = 15
_STOP_SECONDS = 20


@contextmanager
def running_pgbouncer(
    postgres: Postgres, roles: Sequence[str], *, connections: int
) -> Iterator[int]:
    """Start one, and yield its port.

    Args:
        postgres: the server behind it.
        roles: who may come through.
        connections: how many of the server's it lends to all clients of one role.

    Raises:
        ServiceError: it is not installed, or does not start.
    """
    binary = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if binary is None:
        raise ServiceError(_SERVICE, "not installed; on Debian: apt-get install pgbouncer")
    directory, port = open_directory(), free_port()
    users = directory / "users.txt"
    users.write_text("".join(f'"{role}" "{postgres.password}"\n' for role in roles))
    settings = directory / "pgbouncer.ini"
    settings.write_text(
        "[databases]\n"
        f"* = host=127.0.0.1 port={postgres.port}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {users}\n"
        "pool_mode = transaction\nmax_client_conn = 100\n"
        f"default_pool_size = {connections}\n"
    )
    user = server_user()
    lent = {} if user is None else {"KEEPER_USER": user.pw_name}
    with subprocess.Popen(
        [sys.executable, "-I", keeper.__file__, binary, str(settings)],
        env={"PATH": os.defpath, "KEEPER_DIRECTORY": str(directory), **lent},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _wait_until_ready(process, port)
            yield port
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_STOP_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise ServiceError(_SERVICE, "does not start")

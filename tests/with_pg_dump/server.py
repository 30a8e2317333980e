"""A PostgreSQL of Debian's, with its `pg_dump`, which npm's package has not.

The two are of one age: a `pg_dump` refuses a server that is newer.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.services import keeper
from tests.services.errors import ServiceError
from tests.services.postgres_binaries import open_directory, server_user

_SERVICE = "PostgreSQL with pg_dump"
_PATIENCE_SECONDS = 60
_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")


def binaries() -> Path:
    """Return where the newest server's programs are.

    Raises:
        ServiceError: there is none.
    """
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_dump"),
        key=lambda path: float(path.parents[1].name),
    )
    if not found:
        raise ServiceError(_SERVICE, "not installed; on Debian: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def running_server() -> Iterator[str]:
    """Start one that believes everybody on this machine; yields its address, host and port."""
    directory, port, user = open_directory(), free_port(), server_user()
    data = directory / "data"
    data.mkdir(0o700)
    if user is not None:
        os.chown(data, user.pw_uid, user.pw_gid)
    made = ("--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C")
    subprocess.run(
        [str(binaries() / "initdb"), "--pgdata", str(data), *made, "--no-sync"],
        cwd=directory,
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
        capture_output=True,
        timeout=_PATIENCE_SECONDS,
        check=True,
    )
    lent = {} if user is None else {"KEEPER_USER": user.pw_name}
    options = [part for setting in (*_SETTINGS, f"port={port}") for part in ("-c", setting)]
    with subprocess.Popen(
        [
            *(sys.executable, "-I", keeper.__file__),
            *(str(binaries() / "postgres"), "-D", str(data), *options),
        ],
        env=os.environ | {"KEEPER_DIRECTORY": str(directory), "KEEPER_SIGNAL": "SIGQUIT"} | lent,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _wait(port)
            yield f"127.0.0.1:{port}"
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(_PATIENCE_SECONDS)


def _wait(port: int) -> None:
    ready = [str(binaries() / "pg_isready"), "--host", "127.0.0.1", "--port", str(port)]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while subprocess.run(ready, capture_output=True, check=False).returncode != 0:
        if time.monotonic() > deadline:
            raise ServiceError(_SERVICE, "does not answer")
        time.sleep(0.1)

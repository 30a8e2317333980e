"""A real PostgreSQL server on a free loopback port, gone without a trace when the tests end."""

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from tests.ports import held_port
from tests.services import keeper
from tests.services.errors import ServiceError
from tests.services.node import ensure_installed
from tests.services.postgres_binaries import copy_binaries, open_directory, server_user

_SERVICE = "PostgreSQL"
_SUPERUSER = "postgres"
_START_SECONDS = 60
_STOP_SECONDS = 30
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; every role it makes has the same password."""

    port: int
    password: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    def url(self, database: str, user: str = _SUPERUSER) -> str:
        """Return a database's address for a user; row-level security never binds the superuser."""
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create_role(self, *options: str) -> str:
        """Make a role that may sign in and has no privilege but `options`; return its name."""
        name = f"role_{next(self._numbers)}"
        self.execute(
            f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
            f" {' '.join(options)} PASSWORD '{self.password}'"
        )
        return name

    def create_database(self) -> str:
        """Make an empty database and a plain role that owns it; return the owner's URL."""
        owner = self.create_role()
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} OWNER {owner}")
        return self.url(name, owner)

    def drop_database(self, url: str) -> None:
        """Drop a database that `create_database` made, with its owner and whoever is connected."""
        owner, name = _user_of(url), _database_of(url)
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.execute(f"DROP ROLE IF EXISTS {owner}")

    def superuser_url(self, url: str) -> str:
        """Return the superuser's URL of the same database, to look behind row-level security."""
        return self.url(_database_of(url))

    def execute(self, sql: str, *, database: str = "postgres") -> None:
        """Run SQL as the superuser, outside any transaction."""
        _finish(_execute(self.url(database), sql))


@contextmanager
def running_postgres(settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Start a server of one's own; it stops, and its files go, when the block ends."""
    ensure_installed()
    password = secrets.token_urlsafe(16)
    directory = open_directory()
    try:
        copy_binaries(directory / "postgres")
        _initialise(directory, password)
        with tempfile.TemporaryFile() as log, held_port() as port:
            server = Postgres(port, password)
            with _kept(directory, {**_SETTINGS, **(settings or {})}, port, log) as process:
                _wait_until_ready(server, process, log)
                yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _initialise(directory: Path, password: str) -> None:
    """Run initdb; the locale is PostgreSQL's own, so that the machine's does not matter."""
    secret = directory / "password"
    data = directory / "data"
    secret.touch(0o600)
    secret.write_text(password)
    data.mkdir(0o700)
    user = server_user()
    if user is not None:
        for path in (secret, data):
            os.chown(path, user.pw_uid, user.pw_gid)
    done = subprocess.run(
        [
            str(directory / "postgres" / "bin" / "initdb"),
            *("--pgdata", str(data), "--username", _SUPERUSER, "--pwfile", str(secret)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-sync"),
        ],
        cwd=directory,
        env=_environment(directory),
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_START_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise ServiceError(_SERVICE, f"initdb exited with {done.returncode}", done.stdout)
    secret.unlink()


@contextmanager
def _kept(
    directory: Path, settings: Mapping[str, str], port: int, log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server under the keeper, which stops it even when this process is killed."""
    user = server_user()
    options = [f"--{name}={value}" for name, value in {**settings, "port": str(port)}.items()]
    binary = directory / "postgres" / "bin" / "postgres"
    lent = {} if user is None else {"KEEPER_USER": user.pw_name}
    # At once: what it would write before it stops is about to be removed.
    kept = {"KEEPER_DIRECTORY": str(directory), "KEEPER_SIGNAL": "SIGQUIT"} | lent
    with subprocess.Popen(
        [
            *(sys.executable, "-I", keeper.__file__),
            *(str(binary), "-D", str(directory / "data"), *options),
        ],
        env=_environment(directory) | kept,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_STOP_SECONDS)


def _wait_until_ready(server: Postgres, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while b"ready to accept connections" not in (said := _said(log)):
        if process.poll() is not None:
            raise ServiceError(_SERVICE, f"exited with {process.returncode}", said.decode())
        if time.monotonic() > end:
            raise ServiceError(_SERVICE, f"not ready after {_START_SECONDS} s", said.decode())
        time.sleep(0.01)
    server.execute("SELECT 1")


def _said(log: IO[bytes]) -> bytes:
    """Read what the server wrote without moving the position that it writes at."""
    return os.pread(log.fileno(), os.fstat(log.fileno()).st_size, 0)


def _environment(directory: Path) -> dict[str, str]:
    """Tell the server nothing of ours; its libraries are its own."""
    libraries = str(directory / "postgres" / "lib")
    return {"PATH": os.defpath, "HOME": str(directory), "LC_ALL": "C", "LD_LIBRARY_PATH": libraries}


def _user_of(url: str) -> str:
    return urlsplit(url).username or _SUPERUSER


def _database_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url, ssl=False, timeout=_START_SECONDS)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, also from a test whose event loop is running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()

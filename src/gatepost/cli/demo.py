"""`gatepost demo`: the reference application on this machine, in one command."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

import typer
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from rich.markup import escape
from sqlalchemy import make_url

from gatepost.app import Gatepost
from gatepost.cli.outbox import showing
from gatepost.errors import ConfigurationError
from gatepost.origins import is_loopback
from gatepost.settings import Settings
from gatepost.store.secret_file import take_up_secret

_DEFAULT_PORT = 8000
_LOOPBACK = "127.0.0.1"

EXAMPLES = """Examples:

gatepost demo

gatepost demo --port 8001

DATABASE_URL=postgresql://me@127.0.0.1/tasks gatepost demo

BETTER_AUTH_URL=http://localhost:3001 gatepost demo"""


def demo(
    port: Annotated[
        int | None,
        typer.Option(
            envvar="PORT",
            min=1,
            max=65535,
            help="The port to listen on [that of a loopback GATEPOST_URL, or else 8000].",
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = _LOOPBACK,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Where the secret and the SQLite database lie [.gatepost]."),
    ] = None,
    outbox_port: Annotated[
        int,
        typer.Option(
            envvar="OUTBOX_PORT", min=0, max=65535, help="The port of the outbox; 0: any free one."
        ),
    ] = 0,
) -> None:
    """Run Tasks: sign up, sign in, keep tasks that nobody else can reach.

    The first start makes a secret and a database in .gatepost; a later start takes them up again.
    DATABASE_URL puts the data into PostgreSQL. Without GATEPOST_MAIL_URL, what would be mailed is
    in an outbox, which this machine alone can open.
    """
    # Imported here: the reference application stands above the library, and only this command
    # needs it.
    from gatepost_tasks.app import create_app  # noqa: PLC0415

    settings = Settings.from_environment(_environment(os.environ, port, data_dir))
    port = port or _port_of(settings.url)
    with _listen(host, port) as listener, _listen(_LOOPBACK, outbox_port) as outbox_listener:
        kept = _keep_secret(settings)
        app = create_app(settings)
        listeners = _Listeners(listener, outbox_listener)
        # Stopped by hand before the server could take the signal; that is no error either.
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(app, listeners, settings, kept))


def _environment(
    given: Mapping[str, str], port: int | None, data_dir: Path | None
) -> dict[str, str]:
    environment = dict(given)
    is_named = any(environment.get(name) for name in ("GATEPOST_URL", "BETTER_AUTH_URL"))
    if port is not None and not is_named:
        environment["GATEPOST_URL"] = f"http://127.0.0.1:{port}"
    if data_dir is not None:
        environment["GATEPOST_DATA_DIR"] = str(data_dir)
    return environment


def _port_of(url: str) -> int:
    """Return the port where people look for it, unless something else stands in front of it."""
    return (urlsplit(url).port if is_loopback(url) else None) or _DEFAULT_PORT


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise ConfigurationError(
            f"Nothing can listen on {host}:{port}: {error.strerror}. Choose another port, for "
            f"instance `PORT={port + 1} make run` or `gatepost demo --port {port + 1}`; behind a "
            "Better Auth server, TASKS_PORT."
        ) from error


def _keep_secret(settings: Settings) -> str:
    if settings.issuer is not None:
        return f"none here: {settings.issuer} signs people in"
    if settings.secrets is not None:
        return "from the environment"
    _, path, made = take_up_secret(settings.data_dir)
    return f"made just now, in {path}, which only you can read" if made else f"in {path}"


class _Server(uvicorn.Server):
    """Says where it is once it is there: it listens, and takes the signals that stop it."""

    def __init__(self, config: uvicorn.Config, say: Callable[[], None]) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._say()


class _Listeners(NamedTuple):
    app: socket.socket
    outbox: socket.socket


async def _serve(app: FastAPI, listeners: _Listeners, settings: Settings, kept: str) -> None:
    # The lifespan runs here rather than in uvicorn, so that what stops the start is our own error
    # with its one line, not a traceback in the server's log.
    async with app.router.lifespan_context(app), contextlib.AsyncExitStack() as opened:
        gatepost: Gatepost = app.state.gatepost
        mail = _where_mail_goes(settings)
        if gatepost.outbox is not None:
            mail = await opened.enter_async_context(showing(gatepost.outbox, listeners.outbox))
        # No proxy stands before a demo, so no header may say where a request came from.
        config = uvicorn.Config(
            app, lifespan="off", log_level="warning", server_header=False, proxy_headers=False
        )
        server = _Server(config, lambda: _say_where(settings, kept, mail))
        await server.serve(sockets=[listeners.app])
        # uvicorn raises the signal that stopped it once more, and asyncio turns it into a
        # cancellation: taken here, so that the lifespan can close its database in order.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)


def _where_mail_goes(settings: Settings) -> str:
    return "nowhere" if settings.mail_url is None else "to the server of GATEPOST_MAIL_URL"


def _say_where(settings: Settings, kept: str, mail: str) -> None:
    database = make_url(settings.database_url.reveal()).render_as_string(hide_password=True)
    say = Console(soft_wrap=True, highlight=False).print
    say(f"\n  [bold]Tasks[/] is running at [bold underline]{settings.url}[/]\n")
    say("  Next: sign up there and add a task. Then open a private window, sign up as somebody")
    say("  else, and look for it.\n")
    say(f"  API        {settings.url}/docs")
    say(f"  Database   {escape(database)}")
    say(f"  Secret     {escape(kept)}")
    say(f"  Mail       {mail}")
    say("  Stop       Ctrl+C\n")

"""`gatepost migrate`: the database in its newest shape, before anything is served."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from gatepost.app import Gatepost
from gatepost.cli.loading import load_app

EXAMPLES = """Examples:

gatepost migrate main:app

GATEPOST_ADMIN_DATABASE_URL=postgresql://owner@db/tasks gatepost migrate main:app

On PostgreSQL, with GATEPOST_ADMIN_DATABASE_URL, the role of DATABASE_URL is given what it needs and
row-level security is put on every owned table. The app itself then starts without that variable,
which only Gatepost.outside needs."""


def migrate(
    app: Annotated[
        str,
        typer.Argument(
            metavar="MODULE:APP",
            envvar="GATEPOST_APP",
            show_default=False,
            help="The app, as uvicorn takes it.",
        ),
    ],
    *,
    factory: Annotated[
        bool, typer.Option("--factory", help="APP is a function that makes the app.")
    ] = False,
) -> None:
    """Run the migrations that have not run yet, and put row-level security in place."""
    gatepost: Gatepost = load_app(app, factory=factory).state.gatepost
    console = Console(stderr=True)
    with console.status("Bringing the database to its newest shape"):
        asyncio.run(gatepost.migrate())
    Console(soft_wrap=True, highlight=False).print("The database is in its newest shape.")

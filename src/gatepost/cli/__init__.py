"""The command line: one file a command."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from gatepost.cli import (
    attack,
    demo,
    doctor,
    events,
    keys,
    migrate,
    routes,
    rows,
    secret,
    sessions,
    users,
)
from gatepost.errors import GatepostError

_app = typer.Typer(
    name="gatepost",
    help="Turns a FastAPI app into a real multi-user system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_app.command("attack", epilog=attack.EXAMPLES)(attack.attack)
_app.command("demo", epilog=demo.EXAMPLES)(demo.demo)
_app.command("doctor", epilog=doctor.EXAMPLES)(doctor.doctor)
_app.command("events", epilog=events.EXAMPLES)(events.events)
_app.command("migrate", epilog=migrate.EXAMPLES)(migrate.migrate)
_app.command("routes", epilog=routes.EXAMPLES)(routes.routes)
_app.command("secret", epilog=secret.EXAMPLES)(secret.secret)
_app.add_typer(keys.keys, name="keys")
_app.add_typer(rows.rows, name="rows")
_app.add_typer(sessions.sessions, name="sessions")
_app.add_typer(users.users, name="users")


@_app.callback()
def _root() -> None:
    """Turns a FastAPI app into a real multi-user system."""


def main() -> None:
    """Run the command line; an error of ours is one clear line and exit code 1."""
    try:
        _app()
    except GatepostError as error:
        # Rich colours on a terminal only, and leaves a redirected line plain.
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold red]gatepost:[/] {escape(str(error))}"
        )
        sys.exit(1)

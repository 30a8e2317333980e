"""`gatepost rows`: what the database itself is told of whose rows are whose."""

from typing import Annotated

import typer

from gatepost.cli.loading import load_app
from gatepost.rows.row_security import row_security_sql

rows = typer.Typer(no_args_is_help=True, help="Whose rows are whose, as the database is told.")


@rows.callback()
def _rows() -> None:
    """Whose rows are whose, as the database is told."""


@rows.command(
    "sql",
    epilog="Examples:\n\ngatepost rows sql main:app --serving tasks_app --admin tasks_owner | psql",
)
def sql(
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
    serving: Annotated[str, typer.Option(help="The role that serves people, and owns nothing.")],
    admin: Annotated[str, typer.Option(help="The role that owns the tables.")],
    factory: Annotated[
        bool, typer.Option("--factory", help="APP is a function that makes the app.")
    ] = False,
) -> None:
    """Print the SQL of row-level security, for the role that owns the tables to run."""
    load_app(app, factory=factory)
    statements = row_security_sql(serving, admin)
    typer.echo("BEGIN;\n" + "".join(f"{statement};\n" for statement in statements) + "COMMIT;")

"""`gatepost events`: what can be reported, and when."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Column, Table

from gatepost.events.listing import HEADINGS, catalogue_as_json, catalogue_as_markdown, rows

EXAMPLES = "Examples:\n\ngatepost events\n\ngatepost events --markdown > events.md"


def events(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a page.")] = False,
) -> None:
    """List every security event: its name, how loud it is, and when it is sent."""
    if as_json and as_markdown:
        raise typer.BadParameter("choose one of --json and --markdown")
    if as_json:
        typer.echo(catalogue_as_json(), nl=False)
    elif as_markdown:
        typer.echo(catalogue_as_markdown(), nl=False)
    else:
        table = Table(*(Column(heading, overflow="fold") for heading in HEADINGS), box=box.SIMPLE)
        for row in rows():
            table.add_row(*row)
        Console(highlight=False).print(table)

"""`gatepost attack --list`: the catalogue."""

from enum import Enum, auto
from pathlib import Path

import typer
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from gatepost.attacks.reports.catalogue_list import (
    HEADINGS,
    catalogue_as_json,
    catalogue_as_markdown,
    entries,
)
from gatepost.cli.attack_order import STANDARD_OUTPUT


class ListForm(Enum):
    """How the catalogue is printed."""

    TABLE = auto()
    JSON = auto()
    MARKDOWN = auto()

    @classmethod
    def of(cls, *, json: bool, markdown: bool) -> "ListForm":
        """Return what was asked for.

        Raises:
            typer.BadParameter: two were.
        """
        if json and markdown:
            raise typer.BadParameter("choose one of --json and --markdown")
        return cls.JSON if json else cls.MARKDOWN if markdown else cls.TABLE


def list_attacks(form: ListForm, file: Path | None) -> None:
    """Print the catalogue, or write it as JSON into a file."""
    if form is ListForm.MARKDOWN:
        typer.echo(catalogue_as_markdown(), nl=False)
    elif form is ListForm.TABLE:
        _show()
    elif file is None or file == STANDARD_OUTPUT:
        typer.echo(catalogue_as_json(), nl=False)
    else:
        file.write_text(catalogue_as_json(), "utf-8", newline="\n")


def _show() -> None:
    console = Console(highlight=False)
    if console.is_terminal:
        columns = (Column(heading, overflow="fold") for heading in HEADINGS)
        table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
        for entry in entries():
            table.add_row(*map(Text, entry.cells))
        console.print(table)
        return
    rows = [HEADINGS, *(entry.cells for entry in entries())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())

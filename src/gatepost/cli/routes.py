"""`gatepost routes`: who may call what, and whether that has changed."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from gatepost.app import Gatepost
from gatepost.cli.loading import load_app
from gatepost.errors import ConfigurationError
from gatepost.gate.listing import PUBLIC, Entry, Row, as_json, as_markdown, rows_of
from gatepost.gate.snapshot import Change, changes, entries_of, read_snapshot, write_snapshot

EXAMPLES = """Examples:

gatepost routes main:app

gatepost routes --factory gatepost_tasks.app:create_app

gatepost routes main:app --write routes.json

gatepost routes main:app --check routes.json

GATEPOST_APP=main:app gatepost routes --json

Exit codes: 0, it is as it should be; 1, the routes differ from the snapshot, or the app cannot be
listed, and the output says why; 2, the command line is wrong."""

_HEADINGS = ("METHOD", "PATH", "POLICY", "WHERE", "REASON")


def routes(  # noqa: PLR0913 - the options of one command
    app: Annotated[
        str | None,
        typer.Argument(
            metavar="MODULE:APP",
            envvar="GATEPOST_APP",
            show_default=False,
            help="The app, as uvicorn takes it.",
        ),
    ] = None,
    *,
    factory: Annotated[
        bool, typer.Option("--factory", help="APP is a function that makes the app.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a table for a page, without line numbers.")
    ] = False,
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare with the snapshot, and fail where it differs."),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the snapshot: commit it, and review it."),
    ] = None,
) -> None:
    """Show every route of an app: its method, path and policy, where it is, and why it is public.

    The app is imported and not started: no database is opened, and no secret is needed.
    """
    if app is None:
        raise typer.BadParameter("name the app, for instance main:app, or set GATEPOST_APP")
    if sum((json, markdown, check is not None, write is not None)) > 1:
        raise typer.BadParameter("choose one of --json, --markdown, --check and --write")
    loaded = load_app(app, factory=factory)
    gatepost: Gatepost = loaded.state.gatepost
    rows = rows_of(gatepost.route_table(loaded))
    accept = shlex.join(["gatepost", "routes", *(["--factory"] if factory else []), app])
    if json:
        typer.echo(as_json(rows, Path.cwd()), nl=False)
    elif markdown:
        typer.echo(as_markdown(rows, Path.cwd()), nl=False)
    elif write is not None:
        _write(rows, write)
    elif check is not None:
        _check(rows, check, f"{accept} --write {shlex.quote(str(check))}")
    else:
        _show(rows)


def _show(rows: list[Row]) -> None:
    cells = [_cells(row) for row in rows]
    console = Console(highlight=False)
    if console.is_terminal:
        # Folded where the terminal is narrow: a path that is cut short could be another's.
        columns = (Column(heading, overflow="fold") for heading in _HEADINGS)
        table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in cells:
            style = "yellow" if row[2] == PUBLIC else "green"
            table.add_row(*(Text(cell, style if cell == row[2] else "") for cell in row))
        console.print(table)
        return
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *cells, strict=True)]
    for row in (_HEADINGS, *cells):
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(padded).rstrip())


def _cells(row: Row) -> tuple[str, ...]:
    entry = row.entry
    return entry.method, entry.path, entry.policy, row.source.place(Path.cwd()), entry.note


def _write(rows: list[Row], file: Path) -> None:
    entries = entries_of(rows)
    try:
        file.write_text(write_snapshot(entries), "utf-8", newline="\n")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}.") from error
    public = sum(entry.policy == PUBLIC for entry in entries)
    typer.echo(f"{file} has {len(entries)} routes, {public} of them public. Commit it.")


def _check(rows: list[Row], file: Path, accept: str) -> None:
    try:
        committed = read_snapshot(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(f"There is no {file} yet. Make it: {accept}") from error
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    except (ConfigurationError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file} is no snapshot of routes: {error}. Make it anew: {accept}"
        ) from error
    found = changes(committed, entries_of(rows))
    if not found:
        typer.echo(f"The routes are as {file} has them.")
        return
    _tell(found, rows, file)
    typer.echo(f"\nWhere this is meant, accept it, and have it reviewed:\n\n  {accept}")
    raise typer.Exit(1)


def _tell(found: list[Change], rows: list[Row], file: Path) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"The routes differ from {file}.")
    loud = [change for change in found if change.opens or change.loosens]
    for heading, those in (
        ("NOW PUBLIC, open to anyone, and were not:", [one for one in loud if one.opens]),
        ("NOW ASKING LESS of those who call:", [one for one in loud if not one.opens]),
    ):
        if those:
            console.print(f"\n{heading}", style="bold red")
        for change in those:
            console.print(_said(change, rows), style="red")
    for heading, there_before, there_after in (
        ("Changed", True, True),
        ("Added", False, True),
        ("Removed", True, False),
    ):
        quiet = [
            change
            for change in found
            if change not in loud
            and (change.before is not None, change.after is not None) == (there_before, there_after)
        ]
        if quiet:
            console.print(f"\n{heading}:")
        for change in quiet:
            console.print(_said(change, rows))


def _said(change: Change, rows: list[Row]) -> str:
    entry = change.entry
    said = [f"  {entry.method} {entry.path}"]
    if change.before is not None:
        said.append(f"      was  {_policy(change.before)}")
    if change.after is not None:
        said.append(f"      is   {_policy(change.after)}")
        said += [f"      in   {row.source.place(Path.cwd())}" for row in rows if _is(row, entry)][
            :1
        ]
    return "\n".join(said)


def _is(row: Row, entry: Entry) -> bool:
    methods = set(row.entry.method.split())
    return row.entry.path == entry.path and methods >= set(entry.method.split())


def _policy(entry: Entry) -> str:
    return f"{entry.policy}: {entry.note}" if entry.note else entry.policy

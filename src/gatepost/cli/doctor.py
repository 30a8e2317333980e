"""`gatepost doctor`: look at a deployment, and say what to do."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from gatepost.cli.loading import load_app
from gatepost.doctor.examining import examine
from gatepost.doctor.findings import Check, Finding, Status
from gatepost.doctor.patient import Patient
from gatepost.errors import ConfigurationError, GatepostError
from gatepost.secret_sources import has_secret
from gatepost.settings import Secret

EXAMPLES = """Examples:

gatepost doctor

gatepost doctor main:app

gatepost doctor --factory gatepost_tasks.app:create_app

gatepost doctor main:app --json

Exit codes: 0, nothing failed; 1, something did; 2, it could not run, and the output says why."""

_SETTINGS = Check("settings", "An app with this does not start.")
_COLOURS = {
    Status.OK: "green",
    Status.WARN: "yellow",
    Status.FAIL: "bold red",
    Status.UNKNOWN: "cyan",
}
_WIDTH = 20


def doctor(
    app: Annotated[
        str | None,
        typer.Argument(
            metavar="MODULE:APP",
            envvar="GATEPOST_APP",
            show_default=False,
            help="The app, as uvicorn takes it: its routes, its migrations and its tables are "
            "looked at as well.",
        ),
    ] = None,
    *,
    factory: Annotated[
        bool, typer.Option("--factory", help="APP is a function that makes the app.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Check a deployment: what is well, what is poor, what fails, and what to write.

    Run it with the environment that the app has, where it runs. It changes nothing, serves nobody,
    and connects to nothing but what the deployment itself connects to.
    """
    try:
        found = _found(app, factory=factory)
    except GatepostError as error:
        typer.echo(f"gatepost doctor could not run: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in found], indent=2))
    else:
        _show(found)
    failed = any(finding.status is Status.FAIL for finding in found)
    raise typer.Exit(1 if failed else 0)


def _found(app: str | None, *, factory: bool) -> list[Finding]:
    try:
        alone = Patient.of(dict(os.environ))
    except ConfigurationError as refused:
        # What stops the start is the one thing to mend first; the rest hangs on it.
        return [_SETTINGS.fail(str(refused), "Correct what it names, and run this again.")]
    patient = alone if app is None else _with_app(alone, app, factory=factory)
    kind = "production" if patient.settings.production else "development"
    return [
        _SETTINGS.ok(f"They can be read; this is {kind}."),
        *asyncio.run(examine(patient)),
    ]


def _with_app(alone: Patient, target: str, *, factory: bool) -> Patient:
    is_said = has_secret(os.environ)
    app = load_app(target, factory=factory)
    return alone.with_app(app, stand_in=None if is_said else Secret(os.environ["GATEPOST_SECRET"]))


def _show(found: Sequence[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for finding in found:
        status = Text(f"{finding.status:<8}", _COLOURS[finding.status])
        console.print(status + Text(f"{finding.check:<{_WIDTH}}{_plain(finding.found)}", ""))
        if finding.status is not Status.OK:
            console.print(Text(f"{'':<{_WIDTH + 8}}Why: {finding.why}", "dim"))
            console.print(Text(f"{'':<{_WIDTH + 8}}Do:  {_plain(finding.write)}"))
    counts = Counter(finding.status for finding in found)
    said = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
    console.print(f"\n{said}.")


def _plain(text: str) -> str:
    """Return text on one line, without what could steer the terminal."""
    words = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in words)

"""`gatepost secret`: a new secret, and how to bring it in without signing anybody out."""

import json
import os
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gatepost.settings import Secrets, Settings
from gatepost.store.secret_file import new_secret, rotate_secret, secret_file, take_up_secret

EXAMPLES = """Examples:

gatepost secret

gatepost secret --json

gatepost secret --write"""

_OLD = "<the secret you have>"


def secret(
    *,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Put it into the development secret file, and print no secret."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Make a new secret, and say how to bring it in so that nobody is signed out.

    What you have now is read to number the new one, and never printed.
    """
    console = Console(soft_wrap=True, highlight=False)
    # No secret is asked for, so that the first one can be made too.
    settings = Settings.from_environment(os.environ, issued_elsewhere=True)
    if write:
        path = rotate_secret(settings.data_dir)
        if as_json:
            typer.echo(json.dumps({"file": str(path)}))
            return
        console.print(
            f"{escape(str(path))} has a new secret in front. Start the app again: it signs and "
            "seals with the new one, and still takes what the one before it signed and sealed."
        )
        return
    made = new_secret().reveal()
    deploys = _deploys(_present(settings), made)
    if as_json:
        typer.echo(json.dumps({"secret": made, "deploys": deploys}, indent=2))
    elif len(deploys) == 1:
        console.print(f"GATEPOST_SECRET={made}", markup=False)
    else:
        _explain(console, deploys)
        if settings.secrets is None:
            console.print(
                f"\nThe one you have lies in {escape(str(secret_file(settings.data_dir)))}: there "
                "`gatepost secret --write` does it."
            )


def _present(settings: Settings) -> Secrets | None:
    if settings.secrets is not None or not secret_file(settings.data_dir).exists():
        return settings.secrets
    return take_up_secret(settings.data_dir)[0]


def _deploys(present: Secrets | None, made: str) -> list[dict[str, str]]:
    """Return what to set at each deploy, one after the other."""
    if present is None:
        return [{"GATEPOST_SECRET": made}]
    versions = [version for version, _ in present.versioned] or [1]
    old = [f"{version}:{_old(version, present)}" for version in versions]
    new = f"{max(versions) + 1}:{made}"
    # The new one second, so that every process knows it before any uses it.
    return [
        {"GATEPOST_SECRETS": ",".join([old[0], new, *old[1:]])},
        {"GATEPOST_SECRETS": ",".join([new, *old])},
    ]


def _old(version: int, present: Secrets) -> str:
    return _OLD if len(present.versioned) <= 1 else f"<secret {version}>"


def _explain(console: Console, deploys: list[dict[str, str]]) -> None:
    first, second = (deploy["GATEPOST_SECRETS"] for deploy in deploys)
    console.print("Bring it in with two deploys. Nobody is signed out, no request is refused.\n")
    console.print("1. Every worker learns the new secret, and none uses it yet:\n")
    console.print(f"   GATEPOST_SECRETS={first}\n", markup=False)
    console.print("2. When every worker has started with that, the new one signs and seals:\n")
    console.print(f"   GATEPOST_SECRETS={second}\n", markup=False)
    console.print(
        "Leave GATEPOST_SECRET as it is, if it is set. Eight days after the second deploy every\n"
        "cookie in use has been signed anew: then drop GATEPOST_SECRET and the older entries."
    )

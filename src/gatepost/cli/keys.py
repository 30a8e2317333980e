"""`gatepost keys`: the keys that sign access tokens."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gatepost.cli.deployment import Deployment, open_deployment
from gatepost.cli.people import Act, report
from gatepost.cli.telling import tell
from gatepost.errors import ConfigurationError
from gatepost.settings import Settings
from gatepost.store.feed import CarrierLost
from gatepost.store.key_ring import REFRESH_SECONDS
from gatepost.store.key_rotation import retire as retire_key
from gatepost.store.key_rotation import rotate as rotate_keys
from gatepost.store.key_rows import (
    GRACE_SECONDS,
    LEAD_SECONDS,
    KeyRow,
    KeyState,
    now_in_milliseconds,
    read_rows,
    state_of,
)
from gatepost.tokens import Revocation

keys = typer.Typer(
    no_args_is_help=True,
    help="The keys that sign access tokens: show, rotate, retire them. No restart is needed, and "
    "no private key is ever shown.",
)
_COLOURS = {
    KeyState.NEXT: "cyan",
    KeyState.CURRENT: "bold green",
    KeyState.RETIRED: "yellow",
    KeyState.ENDED: "dim",
}
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@keys.command("list", epilog="Examples:\n\ngatepost keys list\n\ngatepost keys list --json")
def list_keys(*, as_json: _AsJson = False) -> None:
    """Show every key: which signs, which will, and until when the others verify."""
    rows = asyncio.run(_listed(Settings.from_environment()))
    report(Act.KEYS_LIST)
    now = now_in_milliseconds()
    if as_json:
        typer.echo(json.dumps([_as_json(row, rows, now) for row in rows], indent=2))
        return
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"{'KEY':<34}{'STATE':<10}{'ALG':<8}{'SIGNS FROM':<22}{'VERIFIES UNTIL'}")
    for row in rows:
        state = state_of(row, rows, now, GRACE_SECONDS)
        shown = f"[{_COLOURS[state]}]{state:<10}[/]" if row.is_ours else f"{'not ours':<10}"
        end = row.verifies_until(GRACE_SECONDS)
        until = "" if end is None else _said(datetime.fromtimestamp(end, UTC))
        until = "stopped" if end is not None and end <= GRACE_SECONDS else until
        console.print(
            f"{escape(f'{row.id:<34}')}{shown}{escape(row.algorithm_name):<8}{_said(row.created_at):<22}{until}"
        )


@keys.command(
    "rotate",
    epilog="Examples:\n\ngatepost keys rotate\n\ngatepost keys rotate --now\n\n"
    "gatepost keys rotate --lead 3600",
)
def rotate(
    *,
    now: Annotated[
        bool, typer.Option("--now", help="Let it sign at once, in an emergency.")
    ] = False,
    lead: Annotated[
        int, typer.Option(min=0, help="How many seconds it is published before it signs.")
    ] = int(LEAD_SECONDS),
    as_json: _AsJson = False,
) -> None:
    """Make a new key. It is published now and signs after the lead; nobody is signed out.

    The key that it supersedes verifies for another hour. To refuse at once what a stolen key has
    signed, rotate with --now and then retire it.
    """
    row = asyncio.run(_rotated(Settings.from_environment(), 0 if now else lead))
    report(Act.KEYS_ROTATE, key_id=row.id)
    if as_json:
        typer.echo(json.dumps(_as_json(row, [row], now_in_milliseconds())))
        return
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"[bold]{row.id}[/] signs from {_said(row.created_at)}; it is published already.")
    console.print("The key before it verifies for an hour after that. `gatepost keys list` shows.")


@keys.command("retire", epilog="Example:\n\ngatepost keys retire Xk3…")
def retire(
    key_id: Annotated[
        str, typer.Argument(metavar="KEY_ID", help="As `gatepost keys list` has it.")
    ],
    *,
    as_json: _AsJson = False,
) -> None:
    """Stop a key at once: every token that it has signed is refused within a second.

    People stay signed in, and their pages fetch new tokens. Where no other would sign in its
    place, one is made.
    """
    made = asyncio.run(_retired(Settings.from_environment(), key_id))
    report(Act.KEYS_RETIRE, key_id=key_id)
    if as_json:
        typer.echo(json.dumps({"retired": key_id, "made": made.id if made else None}))
        return
    console = Console(soft_wrap=True, highlight=False)
    if made is not None:
        console.print(f"[bold]{made.id}[/] was made, and signs from {_said(made.created_at)}.")
    console.print(f"[bold]{escape(key_id)}[/] is retired: what it has signed is refused.")


async def _listed(settings: Settings) -> list[KeyRow]:
    async with open_deployment(settings) as deployment, deployment.engine.connect() as connection:
        return await read_rows(connection)


async def _rotated(settings: Settings, lead_seconds: float) -> KeyRow:
    async with open_deployment(settings) as deployment:
        return await rotate_keys(deployment.engine, deployment.secrets, lead_seconds)


async def _retired(settings: Settings, key_id: str) -> KeyRow | None:
    async with open_deployment(settings) as deployment:

        async def publish(revocation: Revocation) -> None:
            await _publish(deployment, revocation)

        return await retire_key(deployment.engine, deployment.secrets, key_id, publish)


async def _publish(deployment: Deployment, revocation: Revocation) -> None:
    try:
        await tell(deployment, revocation)
    except (CarrierLost, ConfigurationError) as error:
        raise ConfigurationError(
            f"{revocation.key_id} is retired in the database, and every worker sees that within "
            f"{REFRESH_SECONDS:g} seconds; the revocation feed, which would have told them within "
            f"one, could not be reached: {error}"
        ) from error


def _as_json(row: KeyRow, rows: Sequence[KeyRow], now: datetime) -> dict[str, object]:
    end = row.verifies_until(GRACE_SECONDS)
    return {
        "id": row.id,
        "state": state_of(row, rows, now, GRACE_SECONDS) if row.is_ours else "not ours",
        "alg": row.algorithm_name,
        "signsFrom": _said(row.created_at),
        "expiresAt": None if row.expires_at is None else _said(row.expires_at),
        "verifiesUntil": None if end is None else _said(datetime.fromtimestamp(end, UTC)),
    }


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

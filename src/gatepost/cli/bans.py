"""`gatepost users ban`, `disable`, `sign-out` and their undoing: who may do anything here."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated

import typer

from gatepost.cli.deployment import Deployment
from gatepost.cli.people import Act, AsJson, Who, run_for
from gatepost.cli.people_shown import said, say
from gatepost.cli.telling import end_sessions_of
from gatepost.durations import duration_of
from gatepost.principal import SessionId
from gatepost.store.bans import DISABLED, NO_REASON, Ban, end_sessions, impose, lift
from gatepost.store.directory import Entry

BAN_EXAMPLES = """Examples:

gatepost users ban eve@example.com --reason 'sells spam'

gatepost users ban eve@example.com --for 7d"""
UNBAN_EXAMPLES = "Example:\n\ngatepost users unban eve@example.com"
DISABLE_EXAMPLES = """Examples:

gatepost users disable eve@example.com

gatepost users disable eve@example.com --reason 'has left the company'"""
ENABLE_EXAMPLES = "Example:\n\ngatepost users enable eve@example.com"
SIGN_OUT_EXAMPLES = "Example:\n\ngatepost users sign-out ada@example.com"


def ban(
    who: Who,
    *,
    reason: Annotated[str, typer.Option(help="For operators; the person is not told.")] = NO_REASON,
    lasting: Annotated[
        str,
        typer.Option("--for", metavar="TIME", help="30m, 12h or 7d; for good where left out."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Let somebody not sign in any more, and end every session and token that they have."""
    _place(who, Ban(reason, _end_of(lasting)), Act.BAN, "banned", as_json=as_json)


def disable(
    who: Who,
    *,
    reason: Annotated[str, typer.Option(help="For operators; the person is not told.")] = DISABLED,
    as_json: AsJson = False,
) -> None:
    """Close somebody's account until it is enabled: no sign-in, and no session or token goes on.

    Nothing of theirs is lost. It is kept as a ban without an end, which a Better Auth server on the
    same database understands.
    """
    _place(who, Ban(reason, None), Act.DISABLE, "disabled", as_json=as_json)


def unban(who: Who, *, as_json: AsJson = False) -> None:
    """Let somebody sign in again."""
    _lift(who, Act.UNBAN, as_json=as_json)


def enable(who: Who, *, as_json: AsJson = False) -> None:
    """Open a disabled account again."""
    _lift(who, Act.ENABLE, as_json=as_json)


def sign_out(who: Who, *, as_json: AsJson = False) -> None:
    """End every session and token of somebody, who may sign in again."""

    async def end_all(deployment: Deployment, entry: Entry) -> int:
        async def end() -> Collection[SessionId]:
            return await end_sessions(deployment.engine, entry.id)

        return await end_sessions_of(deployment, entry.id, end)

    entry, ended = run_for(who, Act.SIGN_OUT, end_all)
    if as_json:
        typer.echo(json.dumps({"id": entry.id, "email": entry.email, "sessionsEnded": ended}))
    else:
        say(f"{entry.email} is signed out everywhere. Sessions ended: {ended}.")


def _place(who: str, placed: Ban, act: Act, done: str, *, as_json: bool) -> None:
    async def place(deployment: Deployment, entry: Entry) -> int:
        async def end() -> Collection[SessionId]:
            return await impose(deployment.engine, entry.id, placed)

        return await end_sessions_of(deployment, entry.id, end)

    entry, ended = run_for(who, act, place)
    until = placed.expires_at and said(placed.expires_at)
    if as_json:
        shown = {"id": entry.id, "email": entry.email, "banned": True, "banExpires": until}
        typer.echo(json.dumps({**shown, "sessionsEnded": ended}))
    else:
        end_of_it = f" until {until}" if until else ""
        say(f"{entry.email} is {done}{end_of_it}. Sessions ended: {ended}.")


def _lift(who: str, act: Act, *, as_json: bool) -> None:
    async def take_away(deployment: Deployment, entry: Entry) -> None:
        await lift(deployment.engine, entry.id)

    entry, _ = run_for(who, act, take_away)
    if as_json:
        typer.echo(json.dumps({"id": entry.id, "email": entry.email, "banned": False}))
    else:
        say(f"{entry.email} may sign in.")


def _end_of(lasting: str) -> datetime | None:
    if not lasting:
        return None
    length = duration_of(lasting)
    if length is None:
        raise typer.BadParameter(f"{lasting!r} is no time; write 30m, 12h or 7d")
    return datetime.now(UTC) + length

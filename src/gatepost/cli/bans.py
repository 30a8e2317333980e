"""`gatepost users ban`, `unban` and `sign-out`: ending what somebody may do here."""

import json
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import Annotated

import typer

from gatepost.cli.deployment import Deployment
from gatepost.cli.people import Act, AsJson, Who, run_for
from gatepost.cli.people_shown import said, say
from gatepost.cli.telling import end_sessions_of
from gatepost.durations import duration_of
from gatepost.errors import ConfigurationError
from gatepost.principal import SessionId
from gatepost.store.bans import NO_REASON, Ban, end_sessions, impose, lift
from gatepost.store.directory import Entry
from gatepost.store.feed import CarrierLost

BAN_EXAMPLES = """Examples:

gatepost users ban eve@example.com --reason 'sells spam'

gatepost users ban eve@example.com --for 7d"""
UNBAN_EXAMPLES = "Example:\n\ngatepost users unban eve@example.com"
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
    placed = Ban(reason, _end_of(lasting))

    async def place(deployment: Deployment, entry: Entry) -> int:
        async def end() -> Collection[SessionId]:
            return await impose(deployment.engine, entry.id, placed)

        return await _end_sessions(deployment, entry, end)

    entry, ended = run_for(who, Act.BAN, place)
    until = placed.expires_at and said(placed.expires_at)
    if as_json:
        shown = {"id": entry.id, "email": entry.email, "banned": True, "banExpires": until}
        typer.echo(json.dumps({**shown, "sessionsEnded": ended}))
    else:
        say(
            f"{entry.email} is banned{f' until {until}' if until else ''}. Sessions ended: {ended}."
        )


def unban(who: Who, *, as_json: AsJson = False) -> None:
    """Let somebody sign in again."""

    async def take_away(deployment: Deployment, entry: Entry) -> None:
        await lift(deployment.engine, entry.id)

    entry, _ = run_for(who, Act.UNBAN, take_away)
    if as_json:
        typer.echo(json.dumps({"id": entry.id, "email": entry.email, "banned": False}))
    else:
        say(f"{entry.email} may sign in.")


def sign_out(who: Who, *, as_json: AsJson = False) -> None:
    """End every session and token of somebody, who may sign in again."""

    async def end_all(deployment: Deployment, entry: Entry) -> int:
        async def end() -> Collection[SessionId]:
            return await end_sessions(deployment.engine, entry.id)

        return await _end_sessions(deployment, entry, end)

    entry, ended = run_for(who, Act.SIGN_OUT, end_all)
    if as_json:
        typer.echo(json.dumps({"id": entry.id, "email": entry.email, "sessionsEnded": ended}))
    else:
        say(f"{entry.email} is signed out everywhere. Sessions ended: {ended}.")


async def _end_sessions(
    deployment: Deployment, entry: Entry, end: Callable[[], Awaitable[Collection[SessionId]]]
) -> int:
    try:
        return await end_sessions_of(deployment, entry.id, end)
    except CarrierLost as lost:
        raise ConfigurationError(
            f"Running workers cannot be told, so that {entry.email} could go on with what they "
            f"have: {lost}. Start the revocation feed's server, and run this again."
        ) from lost


def _end_of(lasting: str) -> datetime | None:
    if not lasting:
        return None
    length = duration_of(lasting)
    if length is None:
        raise typer.BadParameter(f"{lasting!r} is no time; write 30m, 12h or 7d")
    return datetime.now(UTC) + length

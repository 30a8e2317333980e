"""`gatepost sessions`: who is signed in, from where, and ending that. No token is ever shown."""

import json
from collections.abc import Collection
from typing import Annotated

import typer

from gatepost.cli.deployment import Deployment
from gatepost.cli.people import Act, AsJson, run, run_for, run_for_session, somebody
from gatepost.cli.people_shown import say, session_as_json, show_session, show_sessions
from gatepost.cli.telling import end_everybodys_sessions, end_sessions_of
from gatepost.principal import SessionId, UserId
from gatepost.store.bans import end_sessions, end_these
from gatepost.store.directory import (
    Entry,
    SessionEntry,
    find_entry,
    find_newest_sessions,
    find_sessions,
)

sessions = typer.Typer(
    no_args_is_help=True,
    help="Who is signed in, and from where: show it, end it. It holds in every running worker "
    "within a second, and each use is a security event. Ids are shown, and never a token.",
)
_SessionId = Annotated[
    str,
    typer.Argument(metavar="SESSION_ID", show_default=False, help="As `sessions list` has it."),
]


@sessions.command(
    "list",
    epilog="Examples:\n\ngatepost sessions list\n\ngatepost sessions list ada@example.com --json",
)
def list_sessions(
    who: Annotated[
        str, typer.Argument(help="Only theirs: an address, or the id that events have.")
    ] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show sessions, the newest first; those that are over too, until they are cleared away."""

    async def find(deployment: Deployment) -> list[SessionEntry]:
        if not who:
            return await find_newest_sessions(deployment.engine, at_most=limit)
        entry = await somebody(deployment, who)
        return (await find_sessions(deployment.engine, entry.id))[:limit]

    found = run(Act.SESSIONS_LIST, find)
    if as_json:
        typer.echo(json.dumps([_as_json(session) for session in found], indent=2))
    else:
        show_sessions(found)


@sessions.command("show", epilog="Example:\n\ngatepost sessions show pZ4…")
def show(session_id: _SessionId, *, as_json: AsJson = False) -> None:
    """Show whose a session is, when it began, until when it goes and from where it came."""

    async def find(deployment: Deployment, session: SessionEntry) -> Entry | None:
        return await find_entry(deployment.engine, session.user_id)

    session, entry = run_for_session(session_id, Act.SESSIONS_SHOW, find)
    if as_json:
        email = None if entry is None else entry.email
        typer.echo(json.dumps({**_as_json(session), "email": email}, indent=2))
    else:
        show_session(session, f"{entry.email} ({entry.id})" if entry else session.user_id)


@sessions.command(
    "revoke",
    epilog="Examples:\n\ngatepost sessions revoke pZ4…\n\n"
    "gatepost sessions revoke pZ4… --others\n\n"
    "gatepost sessions revoke --all-of ada@example.com\n\n"
    "gatepost sessions revoke --everybody",
)
def revoke(
    session_id: Annotated[
        str,
        typer.Argument(metavar="[SESSION_ID]", show_default=False, help="The one that is to end."),
    ] = "",
    *,
    others: Annotated[
        bool,
        typer.Option("--others", help="End every other of the same person; this one goes on."),
    ] = False,
    all_of: Annotated[
        str, typer.Option("--all-of", metavar="WHO", help="End every session of somebody.")
    ] = "",
    everybody: Annotated[
        bool,
        typer.Option("--everybody", help="End all there are, as after a restore or a leak."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """End one session, the others of its person, or all of somebody; they may sign in again.

    Or, with --everybody, every session that there is, and every access token with it.
    """
    if [bool(session_id), bool(all_of), everybody].count(True) != 1 or (others and not session_id):
        raise typer.BadParameter(
            "name a session, perhaps with --others, or --all-of somebody, or --everybody"
        )
    if everybody:
        _revoke_everybodys(as_json=as_json)
        return
    if all_of:
        user_id, ended = _revoke_all(all_of)
    else:
        user_id, ended = _revoke(session_id, others=others)
    if as_json:
        typer.echo(json.dumps({"userId": user_id, "sessionsEnded": ended}))
    else:
        say(f"Sessions of {user_id} that ended: {ended}.")


def _revoke(session_id: str, *, others: bool) -> tuple[UserId, int]:
    async def end(deployment: Deployment, session: SessionEntry) -> int:
        those = {session.id}
        if others:
            every = await find_sessions(deployment.engine, session.user_id)
            those = {each.id for each in every} - those

        async def end_them() -> Collection[SessionId]:
            return await end_these(deployment.engine, session.user_id, those)

        return await end_sessions_of(deployment, session.user_id, end_them, only=those)

    act = Act.SESSIONS_REVOKE_OTHERS if others else Act.SESSIONS_REVOKE
    session, ended = run_for_session(session_id, act, end)
    return session.user_id, ended


def _revoke_all(who: str) -> tuple[UserId, int]:
    async def end(deployment: Deployment, entry: Entry) -> int:
        async def end_all() -> Collection[SessionId]:
            return await end_sessions(deployment.engine, entry.id)

        return await end_sessions_of(deployment, entry.id, end_all)

    entry, ended = run_for(who, Act.SESSIONS_REVOKE_ALL, end)
    return entry.id, ended


def _revoke_everybodys(*, as_json: bool) -> None:
    ended = run(Act.SESSIONS_REVOKE_EVERYBODY, end_everybodys_sessions)
    if as_json:
        typer.echo(json.dumps({"sessionsEnded": ended}))
    else:
        say(f"Sessions of everybody that ended: {ended}.")


def _as_json(session: SessionEntry) -> dict[str, object]:
    return {"userId": session.user_id, **session_as_json(session)}

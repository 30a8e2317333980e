"""`gatepost users`: the people who have an account here, as an operator looks after them."""

import json
from typing import Annotated

import typer

from gatepost.cli import bans, deletion
from gatepost.cli.deployment import Deployment
from gatepost.cli.people import Act, AsJson, Who, run, run_for
from gatepost.cli.people_shown import as_json as shown_as_json
from gatepost.cli.people_shown import say, show_entries, show_entry
from gatepost.principal import is_role_name
from gatepost.store.directory import Entry, SessionEntry, find_entries, find_sessions
from gatepost.store.roles import set_roles

users = typer.Typer(
    no_args_is_help=True,
    help="The people who have an account here: show them, give them roles, ban them, sign them "
    "out, close or delete their account. It holds in every running worker within a second, and "
    "each use is a security event.",
)
users.command("ban", epilog=bans.BAN_EXAMPLES)(bans.ban)
users.command("unban", epilog=bans.UNBAN_EXAMPLES)(bans.unban)
users.command("disable", epilog=bans.DISABLE_EXAMPLES)(bans.disable)
users.command("enable", epilog=bans.ENABLE_EXAMPLES)(bans.enable)
users.command("delete", epilog=deletion.EXAMPLES)(deletion.delete)
users.command("sign-out", epilog=bans.SIGN_OUT_EXAMPLES)(bans.sign_out)


@users.command(
    "list",
    epilog="Examples:\n\ngatepost users list\n\ngatepost users list example.com --json\n\n"
    "gatepost users list --banned --limit 1000",
)
def list_users(
    part: Annotated[str, typer.Argument(help="Only whose address or name has this in it.")] = "",
    *,
    banned: Annotated[bool, typer.Option("--banned", help="Only who is banned.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show who has an account."""

    async def find(deployment: Deployment) -> list[Entry]:
        return await find_entries(deployment.engine, part=part, only_banned=banned, at_most=limit)

    found = run(Act.LIST, find)
    if as_json:
        typer.echo(json.dumps([shown_as_json(entry) for entry in found], indent=2))
    else:
        show_entries(found)


@users.command("show", epilog="Example:\n\ngatepost users show ada@example.com")
def show(who: Who, *, as_json: AsJson = False) -> None:
    """Show somebody's account, roles, ban and sessions; no password and no session's token."""

    async def find(deployment: Deployment, entry: Entry) -> list[SessionEntry]:
        return await find_sessions(deployment.engine, entry.id)

    entry, sessions = run_for(who, Act.SHOW, find)
    if as_json:
        typer.echo(json.dumps(shown_as_json(entry, sessions), indent=2))
    else:
        show_entry(entry, sessions)


@users.command(
    "set-role",
    epilog="Examples:\n\ngatepost users set-role ada@example.com admin editor\n\n"
    "gatepost users set-role ada@example.com",
)
def set_role(
    who: Who,
    roles: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ROLE]...", help="All that they are to have; none takes all away."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Give somebody these roles and no others; it holds from their next request on."""
    given = frozenset(roles or ())
    for name in given:
        if not is_role_name(name):
            raise typer.BadParameter(f"{name!r} is no name of a role")

    async def give(deployment: Deployment, entry: Entry) -> None:
        await set_roles(deployment.engine, entry.id, given)

    entry, _ = run_for(who, Act.SET_ROLE, give)
    if as_json:
        typer.echo(json.dumps({"id": entry.id, "email": entry.email, "roles": sorted(given)}))
    else:
        say(f"Roles of {entry.email}: {', '.join(sorted(given)) or 'none'}.")

"""`gatepost users`: the people who have an account here."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gatepost.cli.deployment import WHERE, open_deployment
from gatepost.errors import ConfigurationError
from gatepost.principal import is_role_name
from gatepost.settings import Settings
from gatepost.store.people import find_user_id
from gatepost.store.roles import has_roles_here, set_roles

users = typer.Typer(no_args_is_help=True, help="The people who have an account here.")


@users.callback()
def _users() -> None:
    """The people who have an account here."""


@users.command(
    "role",
    epilog="Examples:\n\ngatepost users role ada@example.com admin\n\n"
    "gatepost users role ada@example.com",
)
def role(
    email: Annotated[str, typer.Argument(help="The address that they sign in with.")],
    roles: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ROLE]...", help="All that they are to have; none takes all away."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Give somebody these roles and no others; it holds from their next request on."""
    given = frozenset(roles or ())
    for name in given:
        if not is_role_name(name):
            raise typer.BadParameter(f"{name!r} is no name of a role")
    asyncio.run(_give(Settings.from_environment(), email, given))
    if as_json:
        typer.echo(json.dumps({"email": email, "roles": sorted(given)}))
        return
    held = ", ".join(sorted(given)) or "none"
    Console(soft_wrap=True, highlight=False).print(f"Roles of {escape(email)}: {escape(held)}.")


async def _give(settings: Settings, email: str, roles: frozenset[str]) -> None:
    async with open_deployment(settings) as deployment:
        if not await has_roles_here(deployment.engine):
            raise ConfigurationError(
                "The database keeps no roles yet: the app adds the column when it next starts. "
                f"{WHERE}"
            )
        user_id = await find_user_id(deployment.engine, email)
        if user_id is None:
            raise ConfigurationError(f"Nobody has signed up with {email}.")
        await set_roles(deployment.engine, user_id, roles)

"""What the commands about people share: finding somebody, and reporting what was done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from gatepost.cli.deployment import WHERE, Deployment, open_deployment
from gatepost.errors import ConfigurationError
from gatepost.events import EventName, JsonLines, SecurityEvent
from gatepost.principal import UserId
from gatepost.settings import Settings
from gatepost.store.directory import Entry, find_entry, has_directory

Who = Annotated[
    str, typer.Argument(show_default=False, help="Their address, or the id that events have.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

_Done = TypeVar("_Done")


class Act(StrEnum):
    """What an operator did; the reason of the event."""

    LIST = "users_list"
    SHOW = "users_show"
    SET_ROLE = "users_set_role"
    BAN = "users_ban"
    UNBAN = "users_unban"
    SIGN_OUT = "users_sign_out"
    KEYS_LIST = "keys_list"
    KEYS_ROTATE = "keys_rotate"
    KEYS_RETIRE = "keys_retire"


_BESIDE = {
    Act.SET_ROLE: EventName.ACCESS_CHANGED,
    Act.BAN: EventName.TOKEN_REVOKED,
    Act.SIGN_OUT: EventName.TOKEN_REVOKED,
    Act.KEYS_RETIRE: EventName.TOKEN_REVOKED,
}


def report(act: Act, user_id: UserId | None = None, *, key_id: str | None = None) -> None:
    """Write what an operator did, and what it has done, on standard error."""
    sink, app_id = JsonLines(), Settings.from_environment().url
    for name in (EventName.OPERATOR, _BESIDE.get(act)):
        if name is not None:
            sink.emit(
                SecurityEvent(name, reason=act, user_id=user_id, key_id=key_id, app_id=app_id)
            )


def run(act: Act, work: Callable[[Deployment], Awaitable[_Done]]) -> _Done:
    """Do what is for nobody in particular, and report it.

    Raises:
        ConfigurationError: there is no app's database here, or none that knows of roles and bans.
    """

    async def within() -> _Done:
        async with _directory() as deployment:
            return await work(deployment)

    done = asyncio.run(within())
    report(act)
    return done


def run_for(
    who: str, act: Act, work: Callable[[Deployment, Entry], Awaitable[_Done]]
) -> tuple[Entry, _Done]:
    """Do something about one person, and report it; return who it was.

    Raises:
        ConfigurationError: as `run`; or nobody has that address or id.
    """

    async def within() -> tuple[Entry, _Done]:
        async with _directory() as deployment:
            entry = await find_entry(deployment.engine, who)
            if entry is None:
                raise ConfigurationError(
                    f"Nobody has signed up with {who}. `gatepost users list` shows who has."
                )
            return entry, await work(deployment, entry)

    entry, done = asyncio.run(within())
    report(act, entry.id)
    return entry, done


@asynccontextmanager
async def _directory() -> AsyncIterator[Deployment]:
    async with open_deployment(Settings.from_environment()) as deployment:
        if not await has_directory(deployment.engine):
            raise ConfigurationError(
                "The database keeps no roles and no bans yet: the app adds the columns when it "
                f"next starts. {WHERE}"
            )
        yield deployment

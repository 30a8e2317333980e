"""What the commands about people share: finding somebody, and reporting what was done."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from gatepost.cli.deployment import WHERE, Deployment, open_deployment
from gatepost.errors import ConfigurationError
from gatepost.events import EventName, JsonLines, SecurityEvent
from gatepost.principal import SessionId, UserId
from gatepost.settings import Settings
from gatepost.store.directory import Entry, SessionEntry, find_entry, find_session, has_directory

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
    DISABLE = "users_disable"
    ENABLE = "users_enable"
    DELETE = "users_delete"
    SESSIONS_LIST = "sessions_list"
    SESSIONS_SHOW = "sessions_show"
    SESSIONS_REVOKE = "sessions_revoke"
    SESSIONS_REVOKE_OTHERS = "sessions_revoke_others"
    SESSIONS_REVOKE_ALL = "sessions_revoke_all"
    SESSIONS_REVOKE_EVERYBODY = "sessions_revoke_everybody"
    KEYS_LIST = "keys_list"
    KEYS_ROTATE = "keys_rotate"
    KEYS_RETIRE = "keys_retire"


_BESIDE: dict[Act, tuple[EventName, ...]] = {
    Act.SET_ROLE: (EventName.ACCESS_CHANGED,),
    Act.BAN: (EventName.TOKEN_REVOKED,),
    Act.SIGN_OUT: (EventName.TOKEN_REVOKED,),
    Act.DISABLE: (EventName.TOKEN_REVOKED,),
    Act.DELETE: (EventName.USER_DELETED, EventName.TOKEN_REVOKED),
    Act.SESSIONS_REVOKE: (EventName.TOKEN_REVOKED,),
    Act.SESSIONS_REVOKE_OTHERS: (EventName.TOKEN_REVOKED,),
    Act.SESSIONS_REVOKE_ALL: (EventName.TOKEN_REVOKED,),
    Act.SESSIONS_REVOKE_EVERYBODY: (EventName.TOKEN_REVOKED,),
    Act.KEYS_RETIRE: (EventName.TOKEN_REVOKED,),
}


def report(
    act: Act,
    user_id: UserId | None = None,
    session_id: SessionId | None = None,
    *,
    key_id: str | None = None,
) -> None:
    """Write what an operator did, and what it has done, on standard error."""
    done = SecurityEvent(
        EventName.OPERATOR,
        reason=act,
        user_id=user_id,
        session_id=session_id,
        key_id=key_id,
        app_id=Settings.from_environment().url,
    )
    sink = JsonLines()
    sink.emit(done)
    # The session that an operator named goes on where it is the others that end.
    ended = None if act is Act.SESSIONS_REVOKE_OTHERS else session_id
    for name in _BESIDE.get(act, ()):
        sink.emit(replace(done, name=name, session_id=ended))


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
            entry = await somebody(deployment, who)
            return entry, await work(deployment, entry)

    entry, done = asyncio.run(within())
    report(act, entry.id)
    return entry, done


def run_for_session(
    session_id: str, act: Act, work: Callable[[Deployment, SessionEntry], Awaitable[_Done]]
) -> tuple[SessionEntry, _Done]:
    """Do something about one session, and report it; return which it was.

    Raises:
        ConfigurationError: as `run`; or there is no such session.
    """

    async def within() -> tuple[SessionEntry, _Done]:
        async with _directory() as deployment:
            session = await find_session(deployment.engine, session_id)
            if session is None:
                raise ConfigurationError(
                    "There is no session with that id. `gatepost sessions list` shows who has "
                    "which; a token is no id."
                )
            return session, await work(deployment, session)

    session, done = asyncio.run(within())
    report(act, session.user_id, session.id)
    return session, done


async def somebody(deployment: Deployment, who: str) -> Entry:
    """Return who has that address or id.

    Raises:
        ConfigurationError: nobody has.
    """
    entry = await find_entry(deployment.engine, who)
    if entry is None:
        raise ConfigurationError(
            f"Nobody has signed up with {who}. `gatepost users list` shows who has."
        )
    return entry


@asynccontextmanager
async def _directory() -> AsyncIterator[Deployment]:
    async with open_deployment(Settings.from_environment()) as deployment:
        if not await has_directory(deployment.engine):
            raise ConfigurationError(
                "The database keeps no roles and no bans yet: the app adds the columns when it "
                f"next starts. {WHERE}"
            )
        yield deployment

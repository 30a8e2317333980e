"""`gatepost users delete`: an account that goes for good, with what Better Auth deletes of it."""

import json
from collections.abc import Collection
from typing import Annotated

import typer
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from gatepost.cli.deployment import Deployment
from gatepost.cli.people import Act, AsJson, Who, run_for
from gatepost.cli.people_shown import printable, said, say
from gatepost.cli.telling import end_sessions_of
from gatepost.errors import ConfigurationError
from gatepost.events import EventName, SecurityEvent
from gatepost.principal import SessionId
from gatepost.store.directory import Entry

EXAMPLES = """Examples:

gatepost users delete eve@example.com

gatepost users delete eve@example.com --yes --json

An app's own rows stay, and nobody can reach them any more: only the app knows which of them others
need. `gatepost users disable` closes an account and loses nothing."""


def delete(
    who: Who,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete somebody's account, their passwords, sessions and activity, for good.

    It is what the provider's /delete-user deletes. Every access token of theirs is refused within a
    second.
    """

    async def take_away(deployment: Deployment, entry: Entry) -> int:
        if not yes:
            _ask(entry)

        async def end() -> Collection[SessionId]:
            return await _delete(deployment, entry)

        ended = await end_sessions_of(deployment, entry.id, end)
        await _forget_activity(deployment, entry)
        return ended

    entry, ended = run_for(who, Act.DELETE, take_away)
    if as_json:
        shown = {"id": entry.id, "email": entry.email, "deleted": True, "sessionsEnded": ended}
        typer.echo(json.dumps(shown))
    else:
        say(
            f"{entry.email} is deleted. Sessions ended: {ended}. The app's own rows of "
            f"{entry.id} stay."
        )


def _ask(entry: Entry) -> None:
    account = f"{entry.email} ({entry.id}), who signed up {said(entry.created_at)}"
    typer.confirm(f"Delete {printable(account)}, for good?", abort=True, err=True)


async def _delete(deployment: Deployment, entry: Entry) -> list[SessionId]:
    # Imported here: the provider is slow to import, and no other command needs it.
    from gatepost.provider.account_changes import AccountChanges  # noqa: PLC0415

    try:
        deleted = await AccountChanges(deployment.engine).delete(entry.id)
    except IntegrityError as error:
        raise ConfigurationError(
            f"Rows of the app refer to {entry.id} by a foreign key, so the account stays; its "
            "sessions may have ended. Delete those rows first, or write ON DELETE CASCADE."
        ) from error
    return [session.id for session in deleted]


async def _forget_activity(deployment: Deployment, entry: Entry) -> None:
    from gatepost.activity.records import ActivityRecord  # noqa: PLC0415 - as above
    from gatepost.activity.table import ActivityTable  # noqa: PLC0415

    engine = deployment.engine
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    if ActivityRecord.__tablename__ in names:
        is_postgres = engine.dialect.name == "postgresql"
        table = ActivityTable(engine, has_row_security=is_postgres, has_everybody=True)
        await table.add([SecurityEvent(EventName.USER_DELETED, user_id=entry.id)])

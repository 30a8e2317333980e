"""Keeping people's own activity, where the app shows it to them."""

import sys
from contextlib import AsyncExitStack

from gatepost.issuers import BetterAuthServer, BuiltIn
from gatepost.plan import Plan
from gatepost.store import open_engine


async def keep_activity(
    plan: Plan, opened: AsyncExitStack, *, has_people: bool, has_row_security: bool
) -> None:
    """Begin to write down what concerns people; what is left is written at the end.

    Args:
        plan: what the app has asked for.
        opened: ends it.
        has_people: whether Better Auth's table `user` is here.
        has_row_security: whether row-level security holds the role that serves people.
    """
    if "gatepost.activity" not in sys.modules:
        return
    # Importing it is what gives an app the table.
    from gatepost.activity.counts import CountsTable, CountsWriter  # noqa: PLC0415
    from gatepost.activity.table import ActivityTable  # noqa: PLC0415
    from gatepost.activity.writer import ActivityWriter  # noqa: PLC0415

    engine = open_engine(plan.settings.database_url.reveal())
    opened.push_async_callback(engine.dispose)
    table = ActivityTable(
        engine,
        has_row_security=has_row_security,
        has_everybody=has_people and _are_users(plan),
    )
    writer = ActivityWriter(plan.activity, table, plan.events)
    await opened.enter_async_context(writer.writing())
    counter = CountsWriter(plan.counts, CountsTable(engine), plan.events)
    await opened.enter_async_context(counter.writing())


def _are_users(plan: Plan) -> bool:
    """Whether whoever is named in an event is a row of the table `user`."""
    only = plan.issuers[0] if len(plan.issuers) == 1 else None
    return isinstance(only, BuiltIn | BetterAuthServer)

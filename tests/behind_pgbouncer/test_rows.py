"""What holds on PostgreSQL holds through a pooler that lends few connections to everybody."""

import asyncio

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.rows.row_security import SETTING
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from tests.rows.lab import lab_on, principal, run
from tests.rows.models import Note
from tests.rows.test_own_use import test_owner_can, test_owner_can_execute
from tests.rows.test_sharing import (
    test_a_share_that_is_taken_back_is_gone,
    test_others_may_what_the_rules_say,
    test_sharing_is_no_way_further,
)
from tests.rows.test_ways import test_way_is_closed
from tests.rows.walls import Place

__all__ = [
    "test_a_share_that_is_taken_back_is_gone",
    "test_others_may_what_the_rules_say",
    "test_owner_can",
    "test_owner_can_execute",
    "test_sharing_is_no_way_further",
    "test_way_is_closed",
]


async def _by_turns(place: Place) -> list[object]:
    """Have two people read and write by turns, and by one another."""
    async with lab_on(place) as lab:

        async def owners(name: str) -> object:
            async with lab.sessions.open(principal(name)) as rows:
                found = set(await rows.all(select(Note.owner_id)))
                rows.add(Note(body=f"{name}'s new"))
                await rows.commit()
                return found

        by_turns = [await owners(name) for name in ("ada", "bob") * 10]
        at_once = await asyncio.gather(*(owners(name) for name in ("ada", "bob") * 10))
        return [*by_turns, *at_once]


def test_one_connection_serves_two_people(one_connection: Place) -> None:
    """Each transaction speaks for whoever began it, whatever the one before it spoke for."""
    assert run(lambda: _by_turns(one_connection)) == [{"ada"}, {"bob"}] * 20


async def _left_behind(place: Place) -> tuple[object, object]:
    """Look at what somebody's transaction leaves on the connection for the next client."""
    async with lab_on(place) as lab:
        async with lab.sessions.open(principal("ada")) as rows:
            await rows.all(select(Note))
        engine: AsyncEngine = open_engine(async_database_url(place.serving_url))
        try:
            async with engine.connect() as connection:
                setting = text(f"SELECT current_setting('{SETTING}', true)")
                said = await connection.scalar(setting)
                count = select(func.count()).select_from(text("rows_note"))
                return said, await connection.scalar(count)
        finally:
            await engine.dispose()


def test_nobody_is_left_behind(one_connection: Place) -> None:
    """The next client on the connection is nobody, and sees nothing."""
    assert run(lambda: _left_behind(one_connection)) in [("", 0), (None, 0)]

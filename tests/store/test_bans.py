"""Bans in the columns of Better Auth's `admin` plugin, on two databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import SessionId, UserId
from gatepost.provider.records import Session
from gatepost.provider.sessions import Sessions, UserBanned, new_session
from gatepost.session_ages import SessionAges
from gatepost.store import open_engine, tables
from gatepost.store.bans import Ban, end_sessions, find_ban, impose, lift
from gatepost.store.directory import find_entries, find_entry, find_sessions, has_directory
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate

_ADA, _BOB = UserId("ada"), UserId("bob")
_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _person(user_id: str, at: datetime = _NOW) -> dict[str, object]:
    return {
        "id": user_id, "name": f"{user_id} %_", "email": f"{user_id}@example.com",
        "emailVerified": False, "createdAt": at, "updatedAt": at,
    }  # fmt: skip


def _session(user_id: UserId) -> Session:
    return new_session(
        user_id, SessionAges(), remember=True, address="192.0.2.1", user_agent="a browser"
    )


def _run(url: str, scene: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    """Play a scene on a database that has two people in it."""

    async def play() -> None:
        engine = open_engine(url)
        try:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
            async with engine.begin() as connection:
                people = [_person(_ADA), _person(_BOB, _NOW - timedelta(days=1))]
                await connection.execute(insert(tables.user), people)
            await scene(engine)
        finally:
            await engine.dispose()

    asyncio.run(play())


async def _banned(engine: AsyncEngine) -> Ban | None:
    async with engine.connect() as connection:
        return await find_ban(connection, _ADA)


async def _signs_in(engine: AsyncEngine, user_id: UserId = _ADA) -> SessionId | None:
    session = _session(user_id)
    try:
        await Sessions(engine, SessionAges()).create(session)
    except UserBanned:
        return None
    return session.id


def test_a_ban_ends_every_session_and_lets_none_begin(empty_url: str) -> None:
    """Of the one who is banned and of nobody else, until it is lifted."""

    async def scene(engine: AsyncEngine) -> None:
        first, second = await _signs_in(engine), await _signs_in(engine)
        assert await _signs_in(engine, _BOB)
        assert set(await impose(engine, _ADA, Ban("spam", None))) == {first, second}
        assert await _banned(engine) == Ban("spam", None)
        assert await _signs_in(engine) is None
        assert await find_sessions(engine, _ADA) == []
        assert len(await find_sessions(engine, _BOB)) == 1
        await lift(engine, _ADA)
        assert await _banned(engine) is None
        assert await _signs_in(engine)

    _run(empty_url, scene)


def test_a_ban_that_has_expired_lifts_itself(empty_url: str) -> None:
    """At the next sign-in, and leaves nothing behind; until then it is shown as it was."""

    async def scene(engine: AsyncEngine) -> None:
        ahead = Ban("a day", datetime.now(UTC) + timedelta(days=1))
        await impose(engine, _ADA, ahead)
        assert await _signs_in(engine) is None
        await impose(engine, _ADA, Ban("over", datetime.now(UTC) - timedelta(seconds=1)))
        found = await _banned(engine)
        assert found is not None
        assert found.is_over
        assert await _signs_in(engine)
        columns = tables.administered_user.c
        query = select(columns.banned, columns.banReason, columns.banExpires, columns.updatedAt)
        async with engine.connect() as connection:
            row = (await connection.execute(query.where(columns.id == _ADA))).one()
        assert tuple(row[:3]) == (False, None, None)
        assert row[3] > _NOW

    _run(empty_url, scene)


def test_a_ban_and_a_sign_in_at_the_same_time_leave_no_session(empty_url: str) -> None:
    """Whichever comes first, nobody who is banned has a session afterwards."""

    async def scene(engine: AsyncEngine) -> None:
        for _ in range(10):
            sign_ins = [_signs_in(engine) for _ in range(4)]
            await asyncio.gather(
                *sign_ins[:2], impose(engine, _ADA, Ban("now", None)), *sign_ins[2:]
            )
            assert await find_sessions(engine, _ADA) == []
            await lift(engine, _ADA)

    _run(empty_url, scene)


def test_signing_out_ends_sessions_and_bans_nobody(empty_url: str) -> None:
    """Every session of one person goes, and the next sign-in is like any other."""

    async def scene(engine: AsyncEngine) -> None:
        session = await _signs_in(engine)
        assert await end_sessions(engine, _ADA) == [session]
        assert await end_sessions(engine, _ADA) == []
        assert await _signs_in(engine)

    _run(empty_url, scene)


def test_people_are_found(empty_url: str) -> None:
    """By address in any case, by id, by a part that is taken as it stands; the newest first."""

    async def scene(engine: AsyncEngine) -> None:
        await impose(engine, _BOB, Ban("spam", None))
        for who, found in {"ADA@example.com": _ADA, "bob": _BOB, "eve": None, "": None}.items():
            entry = await find_entry(engine, who)
            assert (entry and entry.id) == found
        searched = {
            ("", False, 9): [_ADA, _BOB],
            ("", False, 1): [_ADA],
            ("", True, 9): [_BOB],
            ("BOB@", False, 9): [_BOB],
            ("%_", False, 9): [_ADA, _BOB],
            ("a%a", False, 9): [],
        }
        for (part, only_banned, at_most), ids in searched.items():
            entries = await find_entries(
                engine, part=part, only_banned=only_banned, at_most=at_most
            )
            assert [entry.id for entry in entries] == ids

    _run(empty_url, scene)


@pytest.mark.parametrize("has_plugin", [True, False])
def test_a_database_of_better_auths_gets_what_is_missing(has_plugin: bool, empty_url: str) -> None:  # noqa: FBT001 - a case
    """With its plugin's columns, with some of them or with none, and a ban there counts here."""

    async def play() -> None:
        engine = open_engine(empty_url)
        async with engine.begin() as connection:
            await connection.run_sync(tables.metadata.create_all)
            await connection.execute(insert(tables.user), [_person(_ADA)])
            if has_plugin:
                await connection.execute(text('ALTER TABLE "user" ADD COLUMN banned boolean'))
                await connection.execute(text('UPDATE "user" SET banned = true'))
        assert not await has_directory(engine)
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        assert await has_directory(engine)
        assert await _banned(engine) == (Ban("No reason", None) if has_plugin else None)
        assert (await _signs_in(engine) is None) == has_plugin
        await engine.dispose()

    asyncio.run(play())

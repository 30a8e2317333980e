"""What the tables refuse, whoever came first."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.accounts import Accounts, EmailTaken
from gatepost.provider.records import User, new_id
from gatepost.provider.sessions import Sessions, UserGone, new_session, now
from gatepost.session_ages import SessionAges
from gatepost.store import tables
from gatepost.store.engine import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate

_USER = User(UserId("u" * 32), "Ada", "ada@example.com", False, None, now(), now())  # noqa: FBT003 - a row
_AGES = SessionAges()
_SESSION = new_session(_USER.id, _AGES, remember=True, address="", user_agent="")


@pytest.fixture
def on_engine(tmp_path: Path) -> Callable[[Callable[[AsyncEngine], Awaitable[None]]], None]:
    """Run a coroutine function on a database that has Ada in it."""

    async def run(work: Callable[[AsyncEngine], Awaitable[None]]) -> None:
        engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'tables.db'}")
        try:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
            await Accounts(engine).create(_USER, "salt:key", _SESSION)
            await work(engine)
        finally:
            await engine.dispose()

    return lambda work: asyncio.run(run(work))


OnEngine = Callable[[Callable[[AsyncEngine], Awaitable[None]]], None]


def test_an_address_is_somebodys_once(on_engine: OnEngine) -> None:
    """The unique constraint decides, and of the one who lost nothing is written."""

    async def work(engine: AsyncEngine) -> None:
        twin = replace(_USER, id=UserId("v" * 32))
        session = new_session(twin.id, _AGES, remember=True, address="", user_agent="")
        with pytest.raises(EmailTaken) as caught:
            await Accounts(engine).create(twin, "salt:key", session)
        assert caught.value.__cause__ is None
        assert await Sessions(engine, _AGES).find([session.token]) == []
        assert await Accounts(engine).email_taken("ada@example.com")
        assert not await Accounts(engine).email_taken("Ada@example.com")

    on_engine(work)


def test_what_else_the_table_wants_is_no_taken_address(on_engine: OnEngine) -> None:
    """A column of somebody else's that may not be empty is told apart from an address."""

    async def work(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.execute(
                text("""CREATE TRIGGER vat BEFORE INSERT ON "user" BEGIN
                        SELECT RAISE(ABORT, 'NOT NULL constraint failed: user.vat'); END""")
            )
        bob = replace(_USER, id=UserId("v" * 32), email="bob@example.com")
        with pytest.raises(IntegrityError):
            await Accounts(engine).create(bob, "salt:key", None)

    on_engine(work)


def test_a_session_is_for_somebody_who_is_there(on_engine: OnEngine) -> None:
    """A session for a user who was deleted a moment ago cannot be made."""

    async def work(engine: AsyncEngine) -> None:
        stray = new_session(UserId("x" * 32), _AGES, remember=True, address="", user_agent="")
        with pytest.raises(UserGone):
            await Sessions(engine, _AGES).create(stray)

    on_engine(work)


def test_a_deleted_session_does_not_slide(on_engine: OnEngine) -> None:
    """Whoever signs out while another tab slides the session stays signed out."""

    async def work(engine: AsyncEngine) -> None:
        sessions = Sessions(engine, _AGES)
        assert await sessions.slide(_SESSION) is not None
        await sessions.delete([_SESSION])
        assert await sessions.slide(_SESSION) is None
        assert await sessions.find([_SESSION.token]) == []

    on_engine(work)


def test_sessions_go_with_their_user(on_engine: OnEngine) -> None:
    """Deleting a user ends their sessions and their way back in."""

    async def work(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.execute(delete(tables.user))
        assert await Sessions(engine, _AGES).find([_SESSION.token]) == []
        assert await Accounts(engine).find("ada@example.com") is None

    on_engine(work)


def test_sessions_are_found_in_the_order_asked_for(on_engine: OnEngine) -> None:
    """The first cookie is the first session, whatever order the database has."""

    async def work(engine: AsyncEngine) -> None:
        sessions = Sessions(engine, _AGES)
        more = [
            new_session(_USER.id, _AGES, remember=True, address="", user_agent="") for _ in range(5)
        ]
        for session in more:
            await sessions.create(session)
        tokens = [session.token for session in reversed(more)]
        found = await sessions.find(["unknown", *tokens])
        assert [session.token for session, _ in found] == tokens
        assert {user for _, user in found} == {_USER}

    on_engine(work)


def test_nothing_secret_is_shown_by_accident() -> None:
    """No repr of a session or of credentials holds a token or a hash."""
    assert _SESSION.token not in repr(_SESSION)
    assert len({new_id() for _ in range(1000)}) == 1000

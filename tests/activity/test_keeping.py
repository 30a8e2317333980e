"""Writing activity down: of whom, how much, for how long, and what a database may cost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.activity.records import LIFETIME, MOST_OF_A_NAME, ActivityRecord
from gatepost.activity.table import ActivityTable
from gatepost.activity.writer import ActivityWriter
from gatepost.events import EventName, RequestFacts, SecurityEvent
from gatepost.events.dispatch import Dispatch
from gatepost.events.personal import PERSONAL
from gatepost.events.waiting import MOST_WAITING, WaitingEvents
from gatepost.provider.faults import LinkFault, RateLimitFault, SignInFailure, UserChange
from gatepost.provider.port import MailKind
from gatepost.rows.owned import HouseBase
from gatepost.settings import async_database_url
from gatepost.store import open_engine, tables
from tests.gate.guarded import Recorder
from tests.store.migrated import on_migrated

_NOW = datetime.now(UTC)
_REQUEST = RequestFacts("r", "192.0.2.7", "POST", "/api/auth/sign-in/email")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database of the test's own."""
    if request.param == "sqlite":
        return async_database_url(f"sqlite:///{tmp_path / 'empty.db'}")
    return async_database_url(request.getfixturevalue("postgres_url"))


def _event(
    name: EventName = EventName.LOGIN_FAIL,
    *,
    of: str | None = "ada",
    reason: StrEnum | None = None,
    days_ago: float = 0,
) -> SecurityEvent:
    at = _NOW - timedelta(days=days_ago)
    return SecurityEvent(name, reason=reason, user_id=of, request=_REQUEST, at=at)


async def _make(engine: AsyncEngine, *people: str) -> None:
    row = {"name": "x", "emailVerified": False, "createdAt": _NOW, "updatedAt": _NOW}
    async with engine.begin() as connection:
        await connection.run_sync(HouseBase.metadata.create_all)
        for person in people:
            one = {**row, "id": person, "email": f"{person}@example.com"}
            await connection.execute(insert(tables.user).values(one))


async def _kept(engine: AsyncEngine) -> Sequence[ActivityRecord]:
    columns = ActivityRecord.__table__.columns
    async with engine.connect() as connection:
        return (await connection.execute(select(*columns))).all()  # type: ignore[return-value] # rows have the same names


def _table(engine: AsyncEngine) -> ActivityTable:
    return ActivityTable(engine, has_row_security=False, has_everybody=True)


def test_a_flood_of_one_name_pushes_out_no_other(url: str) -> None:
    """So many of a name are kept for a person, the latest, and none that is too old."""

    async def work(engine: AsyncEngine) -> None:
        await _make(engine, "ada", "bob")
        old, young = LIFETIME.days + 1, LIFETIME.days - 1
        before = [_event(EventName.LOGIN_SUCCESS, days_ago=young), _event(of="bob", days_ago=young)]
        await _table(engine).add([*before, _event(EventName.LOGIN_SUCCESS, days_ago=old)])
        failures = [_event(days_ago=n / 100) for n in range(MOST_OF_A_NAME + 50)]
        await _table(engine).add(failures[100:])
        await _table(engine).add(failures[:100])
        kept = await _kept(engine)
        assert Counter((row.user_id, row.name) for row in kept) == {
            ("ada", "authn_login_fail"): MOST_OF_A_NAME,
            ("ada", "authn_login_success"): 1,
            ("bob", "authn_login_fail"): 1,
        }
        latest = [row.created_at for row in kept if row.name == "authn_login_fail"]
        assert min(at for at in latest if at > _NOW - timedelta(days=30)) > _NOW - timedelta(days=2)

    on_migrated(url, work)


def test_it_goes_with_the_account(url: str) -> None:
    """What is kept of somebody goes when they are deleted, and nothing is kept of them any more."""

    async def work(engine: AsyncEngine) -> None:
        await _make(engine, "ada", "bob")
        await _table(engine).add([_event(), _event(of="bob")])
        async with engine.begin() as connection:
            await connection.execute(delete(tables.user).where(tables.user.c.id == "ada"))
        gone = [_event(EventName.USER_DELETED), _event(EventName.SESSION_REVOKED)]
        await _table(engine).add(gone)
        await _table(engine).add([_event(EventName.SESSION_REVOKED), _event(of="nobody")])
        assert [row.user_id for row in await _kept(engine)] == ["bob"]

    on_migrated(url, work)


class _Secret(StrEnum):
    PRIVATE = "a_reason_for_operators"


@pytest.mark.parametrize(
    ("event", "detail"),
    [
        (_event(reason=SignInFailure.WRONG_PASSWORD), "wrong_password"),
        (_event(reason=SignInFailure.UNREADABLE_HASH), None),
        (_event(EventName.ACCESS_REFUSED, reason=_Secret.PRIVATE), None),
        (_event(EventName.LINK_SENT, reason=MailKind.RESET_PASSWORD), "reset_password"),
        (_event(EventName.USER_UPDATED, reason=UserChange.EMAIL), "email"),
        (_event(EventName.LINK_SENT, reason=MailKind.VERIFY_NEW_EMAIL), "nothing is kept"),
        (_event(EventName.LINK_SENT, reason=MailKind.CONFIRM_EMAIL_CHANGE), "nothing is kept"),
        (_event(EventName.LINK_REFUSED, reason=LinkFault.EMAIL_TAKEN), "nothing is kept"),
        (_event(EventName.LOGIN_FAIL_MAX, reason=RateLimitFault.FAILURES), None),
        (_event(EventName.LOGIN_LOCK, reason=RateLimitFault.FAILURES_ANYWHERE), None),
        (_event(EventName.LOGIN_SUCCESS_AFTER_FAIL), None),
        (_event(EventName.FOREIGN_ROW), "nothing is kept"),
        (_event(EventName.TOKEN_CREATED), "nothing is kept"),
        (_event(EventName.SESSION_RENEWED), "nothing is kept"),
        (_event(EventName.ROW_GUARD), "nothing is kept"),
        (_event(of=None), "nothing is kept"),
    ],
)
def test_what_of_an_event_its_person_may_see(
    event: SecurityEvent, detail: str | None, tmp_path: Path
) -> None:
    """Of the reasons only those that are declared, and of some events nothing at all."""

    async def work(engine: AsyncEngine) -> None:
        await _make(engine, "ada")
        waiting = WaitingEvents()
        async with ActivityWriter(waiting, _table(engine), Recorder()).writing():
            waiting.emit(event)
        kept = [(row.name, row.detail, row.source_ip) for row in await _kept(engine)]
        shown = [(event.name.value, detail, "192.0.2.7")]
        assert kept == ([] if detail == "nothing is kept" else shown)

    on_migrated(async_database_url(f"sqlite:///{tmp_path / 'one.db'}"), work)


def test_every_reason_that_may_be_shown_is_one() -> None:
    """No reason is declared that no room gives."""
    given = {*SignInFailure, *LinkFault, *MailKind, *UserChange}
    declared = {detail for shown in PERSONAL.values() for detail in shown.details}
    assert declared <= {reason.value for reason in given}


def _run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(_awaited(work), 60))


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


def test_a_database_that_is_away_loses_nothing_when_it_comes_back(tmp_path: Path) -> None:
    """What happens meanwhile waits, and whoever reports it never does."""
    database = async_database_url(f"sqlite:///{tmp_path / 'later' / 'there.db'}")

    async def work() -> None:
        engine, waiting, heard = open_engine(database), WaitingEvents(), Recorder()
        table = ActivityTable(engine, has_row_security=False, has_everybody=False)
        async with ActivityWriter(waiting, table, heard).writing():
            for _ in range(3):
                waiting.emit(_event())
            await asyncio.sleep(0.5)
            (tmp_path / "later").mkdir()
            await _make_table(engine)
            waiting.emit(_event(EventName.LOGIN_SUCCESS))
        assert len(await _kept(engine)) == 4
        assert (waiting.dropped, heard.kept) == (0, [])
        await engine.dispose()

    _run(work)


async def _make_table(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(HouseBase.metadata.create_all)


def test_what_is_lost_is_counted_and_said(tmp_path: Path) -> None:
    """A database that refuses costs what it refused: no exception, a number, and one event."""

    async def work() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'no-table.db'}"))
        waiting, heard = WaitingEvents(), Recorder()
        table = ActivityTable(engine, has_row_security=False, has_everybody=False)
        async with ActivityWriter(
            waiting, table, Dispatch("https://app.example", [heard, waiting])
        ).writing():
            for _ in range(MOST_WAITING + 7):
                waiting.emit(_event())
            assert waiting.dropped == 7
        assert waiting.dropped == MOST_WAITING + 7
        assert {event.name.value for event in heard.kept} == {"sys_activity_lost"}
        waiting.emit(_event())
        assert waiting.dropped == MOST_WAITING + 7  # nobody writes any more: nothing is taken
        await engine.dispose()

    _run(work)

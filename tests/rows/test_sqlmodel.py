"""Models of SQLModel belong to people as any others do."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel, select

from gatepost.errors import NotFound, ScopeViolation
from gatepost.rows import Owned, OwnedBy, ScopedSession, ScopedSessions
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from tests.rows.lab import Recorder, principal, run
from tests.services.postgres import Postgres


class Jotting(Owned, SQLModel, table=True):
    """By the mixin, whose column is no field of the model."""

    __tablename__ = "sqlmodel_jotting"

    id: int | None = Field(default=None, primary_key=True)
    text: str


class Letter(OwnedBy, SQLModel, table=True):
    """By a column that was there before, a field like any other."""

    __tablename__ = "sqlmodel_letter"
    __owner__: ClassVar[str] = "writer"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    writer: str | None = Field(default=None, index=True, nullable=False)
    text: str


Kind = type[Jotting] | type[Letter]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'sqlmodel.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    made = postgres.create_database()
    yield made
    postgres.drop_database(made)


Work = Callable[[Kind, ScopedSession], Awaitable[object]]


async def _as_bob(url: str, kind: Kind, work: Work) -> object:
    async_url = async_database_url(url)
    admin, engine = create_async_engine(async_url), open_engine(async_url)
    async with admin.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await admin.dispose()
    sessions = ScopedSessions(engine, Recorder())
    try:
        for name in ("ada", "bob"):
            async with sessions.open(principal(name)) as rows:
                rows.add(kind(text=f"{name}'s"))
                await rows.commit()
        async with sessions.open(principal("bob")) as bob:
            try:
                answer = await work(kind, bob)
                await bob.commit()
            except (NotFound, ScopeViolation) as refused:
                return type(refused)
            return answer
    finally:
        await engine.dispose()


async def _read(kind: Kind, rows: ScopedSession) -> object:
    return list(await rows.all(select(kind.text)))


async def _owner(kind: Kind, rows: ScopedSession) -> object:
    return [getattr(row, kind.__owner__) for row in await rows.all(select(kind))]


async def _change(kind: Kind, rows: ScopedSession) -> object:
    changed = await rows.execute(update(kind).values(text=func.upper(kind.text)))
    return changed.rowcount  # type: ignore[attr-defined] # of every UPDATE


async def _claim(kind: Kind, rows: ScopedSession) -> object:
    values: dict[str, Any] = {"text": "x", kind.__owner__: "ada"}
    claimed = kind(**values)
    rows.add(claimed)
    await rows.flush()
    return getattr(claimed, kind.__owner__)


async def _give_away(kind: Kind, rows: ScopedSession) -> object:
    (row,) = await rows.all(select(kind))
    name = "writer" if kind is Letter else "text"
    setattr(row, name, "ada")
    await rows.flush()
    return getattr(row, name)


async def _missing(kind: Kind, rows: ScopedSession) -> object:
    return await rows.get_one(kind, uuid4() if kind is Letter else 1)


async def _raw(kind: Kind, rows: ScopedSession) -> object:
    return await rows.scalar(text(f"SELECT count(*) FROM {kind.__tablename__}"))  # noqa: S608 - ours


CASES: dict[str, tuple[Work, dict[str, object]]] = {
    "reads their own": (_read, {"mixin": ["bob's"], "column": ["bob's"]}),
    "is the owner": (_owner, {"mixin": ["bob"], "column": ["bob"]}),
    "changes their own": (_change, {"mixin": 1, "column": 1}),
    # The mixin's column is no field, so whatever a body says of it is not taken.
    "names an owner": (_claim, {"mixin": "bob", "column": ScopeViolation}),
    "gives a row away": (_give_away, {"mixin": "ada", "column": ScopeViolation}),
    "asks for another's": (_missing, {"mixin": NotFound, "column": NotFound}),
    "writes text": (_raw, {"mixin": ScopeViolation, "column": ScopeViolation}),
}


@pytest.mark.parametrize(("name", "kind"), [("mixin", Jotting), ("column", Letter)])
@pytest.mark.parametrize("case", CASES)
def test_a_caller(case: str, name: str, kind: Kind, url: str) -> None:
    """Whoever calls has their own rows and no others, by either way to say whose they are."""
    work, wanted = CASES[case]
    assert run(lambda: _as_bob(url, kind, work)) == wanted[name]

"""What it costs that rows stay with their owner: `python -m benchmarks.rows`.

The question is the one that a list of tasks asks: the newest fifty of the caller's own, each time
in a session of its own, as a request has it.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, Index, Select, Text, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateIndex, CreateTable
from tests.rows.lab import Recorder, principal
from tests.services.postgres import Postgres, running_postgres

from benchmarks.report import Report, alternating, ratio
from gatepost.rows import Base, Owned, ScopedSessions, row_security_sql
from gatepost.settings import async_database_url
from gatepost.store import open_engine

_CALLER = "bob"
_OWN = 200
_PAGE = 50
_ROUNDS = 150
_TIMES = 10


class Jotting(Owned, Base):
    """As small as a row that people keep may be."""

    __tablename__ = "jotting"
    __table_args__ = (Index("jotting_of_owner", "owner_id", "created_at", "id"),)

    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)


class _Plain(DeclarativeBase):
    """Of an app that has never heard of Gatepost."""


class PlainJotting(_Plain):
    """The same table."""

    __tablename__ = "jotting"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)


_Kind = TypeVar("_Kind", Jotting, PlainJotting)


def _newest(kind: type[_Kind]) -> Select[_Kind]:
    return select(kind).order_by(kind.created_at.desc(), kind.id.desc()).limit(_PAGE)


Work = Callable[[], Coroutine[Any, Any, int]]


def _scoped(engine: AsyncEngine, *, has_row_security: bool = False) -> Work:
    sessions = ScopedSessions(engine, Recorder(), has_row_security=has_row_security)
    caller = principal(_CALLER)

    async def work() -> int:
        async with sessions.open(caller) as rows:
            return len(await rows.all(_newest(Jotting)))

    return work


def _by_hand(engine: AsyncEngine) -> Work:
    async def work() -> int:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            own = _newest(PlainJotting).where(PlainJotting.owner_id == _CALLER)
            return len((await session.scalars(own)).all())

    return work


class Bench:
    """One event loop, and the databases that are asked in it."""

    def __init__(self, directory: Path, postgres: Postgres, opened: ExitStack) -> None:
        self._directory = directory
        self._postgres = postgres
        self._runner = opened.enter_context(asyncio.Runner())
        self._opened = opened
        self.serving: dict[str, str] = {}

    def filled(self, kind: str, others: int) -> str:
        """Make a database with the caller's rows and so many of other people's; return its URL."""
        if kind == "sqlite":
            url = f"sqlite:///{self._directory / f'{others}.db'}"
        else:
            url = self._postgres.create_database()
            self._opened.callback(self._postgres.drop_database, url)
        self._runner.run(_fill(url, others))
        return url

    def secured(self, others: int) -> str:
        """Make one with row-level security; return the URL of the role that serves people."""
        url, serving = self.filled("postgresql", others), self._postgres.create_role()
        owner, database = str(urlsplit(url).username), urlsplit(url).path.lstrip("/")
        statements = row_security_sql(serving, owner, only={Jotting.__tablename__})
        self._runner.run(_execute(url, statements))
        return self._postgres.url(database, serving)

    def engine(self, url: str) -> AsyncEngine:
        """Open an engine; it is closed with the bench."""
        engine = open_engine(async_database_url(url))
        self._opened.callback(lambda: self._runner.run(engine.dispose()))
        return engine

    def compare(self, ways: Mapping[str, Work]) -> dict[str, list[float]]:
        """Run the ways by turns; return seconds for one time, round by round."""

        def times(work: Work) -> Callable[[], int]:
            async def several() -> int:
                for _ in range(_TIMES):
                    if await work() != _PAGE:
                        raise RuntimeError("a way did not find the caller's rows")
                return _TIMES

            return lambda: self._runner.run(several())

        timed = {name: times(work) for name, work in ways.items()}
        alternating(timed, rounds=_ROUNDS // 10)  # so that everything has been compiled and cached
        return alternating(timed, rounds=_ROUNDS)


async def _fill(url: str, others: int) -> None:
    engine = create_async_engine(async_database_url(url))
    table = Jotting.metadata.tables[Jotting.__tablename__]
    async with engine.begin() as connection:
        await connection.execute(CreateTable(table))
        for prefix, owner, count in (
            ("o", "'somebody' || (n % 1000)", others),
            ("b", "'bob'", _OWN),
        ):
            await connection.exec_driver_sql(
                f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "  # noqa: S608 - our own words
                f"WHERE n < {count}) INSERT INTO jotting (id, owner_id, title, created_at) "
                f"SELECT '{prefix}' || (100000000 + n), {owner}, 'a title', n FROM numbers"
            )
        for index in table.indexes:
            await connection.execute(CreateIndex(index))
        await connection.exec_driver_sql("ANALYZE jotting")
    await engine.dispose()


async def _execute(url: str, statements: list[str]) -> None:
    engine = create_async_engine(async_database_url(url))
    async with engine.begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
    await engine.dispose()


def _measure(bench: Bench, report: Report, others: int) -> None:
    for kind in ("sqlite", "postgresql"):
        few = bench.filled(kind, 10)
        found = bench.compare(
            {"rows": _scoped(bench.engine(few)), "handwritten": _by_hand(bench.engine(few))}
        )
        over = ratio(found["rows"], found["handwritten"])
        report.ratios[f"{kind}_rows_over_handwritten"] = over
        report.absolute[f"{kind}_rows_us"] = statistics.median(found["rows"]) * 1e6
        many = bench.filled(kind, others)
        found = bench.compare(
            {"few": _scoped(bench.engine(few)), "many": _scoped(bench.engine(many))}
        )
        report.ratios[f"{kind}_list_10m_over_10"] = ratio(found["many"], found["few"])
    none, secured = bench.filled("postgresql", 10_000), bench.secured(10_000)
    found = bench.compare(
        {
            "none": _scoped(bench.engine(none)),
            "rls": _scoped(bench.engine(secured), has_row_security=True),
        }
    )
    report.ratios["rls_over_none"] = ratio(found["rls"], found["none"])
    report.absolute["rls_us"] = statistics.median(found["rls"]) * 1e6
    for name in ("rows_over_handwritten", "list_10m_over_10"):
        measured = [report.ratios[f"{kind}_{name}"] for kind in ("sqlite", "postgresql")]
        report.ratios[name] = max(measured)


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rows", description=__doc__)
    parser.add_argument(
        "--others", type=int, default=10_000_000, help="so many rows of other people, at most"
    )
    others: int = parser.parse_args().others
    report = Report(
        "rows",
        bars={"rows_over_handwritten": 1.05, "list_10m_over_10": 1.1, "rls_over_none": 1.1},
    )
    report.absolute["others"] = others
    with (
        tempfile.TemporaryDirectory() as directory,
        running_postgres() as postgres,
        ExitStack() as opened,
    ):
        _measure(Bench(Path(directory), postgres, opened), report, others)
    report.publish()


if __name__ == "__main__":
    main()

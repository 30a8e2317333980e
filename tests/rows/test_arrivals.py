"""A row that arrives with another owner is stopped, should everything before have failed."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm.attributes import manager_of_class

from gatepost.errors import ScopeViolation
from gatepost.rows import ScopedSessions
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import OwnedTable
from gatepost.rows.scope import RowFault
from gatepost.settings import async_database_url
from gatepost.store import open_engine
from tests.rows.lab import Recorder, principal
from tests.rows.models import House, Tag
from tests.rows.shared_models import Folder


class _Forgetful(OwnedTables):
    """Knows of no owner any more: what a broken compiler would render by."""

    has_forgotten = False

    def of(self, source: object) -> OwnedTable | None:
        """Forget every table, once they have been read."""
        return None if self.has_forgotten else super().of(source)


def test_a_row_of_another_is_stopped_where_it_arrives(tmp_path: Path) -> None:
    """With the compiler blinded, reading somebody else's row is refused, and so is a refresh."""

    async def test() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'a.db'}"))
        recorder = Recorder()
        async with engine.begin() as connection:
            await connection.run_sync(House.metadata.create_all)
            await connection.execute(insert(Tag).values(id="t", word="ada's", owner_id="ada"))
        sessions = ScopedSessions(engine, recorder)
        blind = _Forgetful()
        blind.has_forgotten = True
        engine.dialect.statement_compiler.owned = blind  # type: ignore[attr-defined] # the scoping compiler's
        for who, stopped in (("ada", False), ("bob", True)):
            async with sessions.open(principal(who)) as rows:
                if stopped:
                    with pytest.raises(ScopeViolation):
                        await rows.all(select(Tag))
                else:
                    [tag] = await rows.all(select(Tag))
                    assert tag.word == "ada's"
                assert list(rows.identity_map.values()) == ([] if stopped else [tag])
        assert [event.reason for event in recorder.events] == [RowFault.FOREIGN_ROW]
        await engine.dispose()

    asyncio.run(test())


def test_what_nobody_shares_is_looked_at(tmp_path: Path) -> None:
    """Each model whose rows only their owners see is watched, once; the others need not be."""
    engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'b.db'}"))
    for _ in range(2):
        ScopedSessions(engine, Recorder())
    watching = [len(list(manager_of_class(model).dispatch.load)) for model in (Tag, Folder)]
    assert watching == [1, 0]

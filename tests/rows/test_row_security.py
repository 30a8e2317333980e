"""The start says whether row-level security holds the role that serves people."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.rows.composite_keys import composite_keys
from gatepost.rows.owned_tables import OwnedTables
from gatepost.settings import async_database_url
from tests.rows.lab import run
from tests.rows.models import House
from tests.rows.secured import Secured
from tests.services.postgres import Postgres


def test_what_was_put_there_is_found(secured: Secured) -> None:
    """The statements hold, and may be run again."""
    assert secured.found() is True
    secured.secure()
    assert secured.found() is True


def _readable(view: str) -> str:
    name = view.rsplit(maxsplit=1)[-1]
    return f"CREATE {view} AS SELECT * FROM rows_note; GRANT SELECT ON {name} TO {{self.serving}}"  # noqa: S608


_OWNED = OwnedTables()
[_KEY] = [key for table in _OWNED.tables for key in composite_keys(table, _OWNED)
          if key.child.table.name == "rows_note"]  # fmt: skip

# What breaks the wall, what puts it right, and what the start says meanwhile.
FAULTS = {
    "a superuser": (
        "ALTER ROLE {self.serving} SUPERUSER",
        "ALTER ROLE {self.serving} NOSUPERUSER",
        "is a superuser",
    ),
    "BYPASSRLS": (
        "ALTER ROLE {self.serving} BYPASSRLS",
        "ALTER ROLE {self.serving} NOBYPASSRLS",
        "has BYPASSRLS",
    ),
    "the owner": (
        "ALTER TABLE rows_note OWNER TO {self.serving}",
        "ALTER TABLE rows_note OWNER TO {self.owner}",
        "the table rows_note belongs to",
    ),
    "a member of the owner": (
        "GRANT {self.owner} TO {self.serving}",
        "REVOKE {self.owner} FROM {self.serving}",
        "lets this role work on everybody's rows of rows_note",
    ),
    "not enabled": (
        "ALTER TABLE rows_note DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE rows_note ENABLE ROW LEVEL SECURITY",
        "rows_note has no ENABLE ROW LEVEL SECURITY",
    ),
    "not forced": (
        "ALTER TABLE rows_note NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE rows_note FORCE ROW LEVEL SECURITY",
        "rows_note has no FORCE ROW LEVEL SECURITY",
    ),
    "not enabled on a table between owned ones": (
        "ALTER TABLE rows_note_tag DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE rows_note_tag ENABLE ROW LEVEL SECURITY",
        "rows_note_tag has no ENABLE ROW LEVEL SECURITY",
    ),
    "another policy": (
        "CREATE POLICY open_door ON rows_note USING (true)",
        "DROP POLICY open_door ON rows_note",
        "the policy open_door opens everybody's rows of rows_note",
    ),
    "a policy of other rules": (
        "COMMENT ON POLICY gatepost_read ON rows_tag IS 'gatepost of before'",
        None,
        "gatepost_read of rows_tag was made from other rules",
    ),
    "a policy that is not there": (
        "DROP POLICY gatepost_delete ON rows_tag",
        None,
        "rows_tag has no policy gatepost_delete",
    ),
    "a reference that may leave": (
        f"ALTER TABLE rows_note DROP CONSTRAINT {_KEY.name}",
        None,
        "a row of rows_note can refer to somebody else's of rows_note",
    ),
    "no trigger": (
        "DROP TRIGGER gatepost_keep ON rows_folder",
        None,
        "rows_folder has no trigger gatepost_keep",
    ),
    "a trigger that sleeps": (
        "ALTER TABLE rows_folder DISABLE TRIGGER gatepost_keep",
        "ALTER TABLE rows_folder ENABLE TRIGGER gatepost_keep",
        "rows_folder has no trigger gatepost_keep",
    ),
    "a view of its owner's": (
        _readable("VIEW notes_view"),
        "DROP VIEW notes_view",
        "the view notes_view reads rows_note as its owner",
    ),
    "a materialized view": (
        _readable("MATERIALIZED VIEW notes_copy"),
        "DROP MATERIALIZED VIEW notes_copy",
        "the view notes_copy reads rows_note as its owner",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("required", [True, False], ids=["required", "begun"])
def test_what_opens_the_wall_is_refused(fault: str, required: bool, secured: Secured) -> None:  # noqa: FBT001 - a parameter of the test
    """Once it has been begun the wall is whole or the app does not start, and says what is open."""
    opening, closing, words = FAULTS[fault]
    secured.as_superuser(opening)
    try:
        found = secured.found(required=required)
        assert isinstance(found, str)
        assert words in found
        assert "gatepost migrate" in found
    finally:
        if closing is not None:
            secured.as_superuser(closing)
        secured.secure()
    assert secured.found() is True


def test_a_view_of_whoever_asks_is_none_of_its_business(secured: Secured) -> None:
    """With security_invoker a view is held by the policies, as is one that nobody here may read."""
    secured.as_superuser(
        "CREATE VIEW own_view WITH (security_invoker = true) AS SELECT * FROM rows_note; "
        "GRANT SELECT ON own_view TO {self.serving}; "
        "CREATE VIEW closed_view AS SELECT * FROM rows_note"
    )
    try:
        assert secured.found() is True
    finally:
        secured.as_superuser("DROP VIEW own_view; DROP VIEW closed_view")


def test_where_nothing_was_begun_nothing_is_asked(postgres: Postgres) -> None:
    """One role for everything is enough where row-level security is not required."""
    url = postgres.create_database()
    one = Secured(postgres, url, str(urlsplit(url).username))

    async def create() -> None:
        engine = create_async_engine(async_database_url(url))
        async with engine.begin() as connection:
            await connection.run_sync(House.metadata.create_all)
        await engine.dispose()

    run(create)
    try:
        assert one.found(required=False) is False
        assert "rows_note has no ENABLE" in str(one.found())
    finally:
        postgres.drop_database(url)

"""The second wall, on PostgreSQL: row-level security with the same conditions as the first.

Two roles: one that owns the tables, migrates and does the work that is nobody's, and one that
serves people, owns nothing and is held by the policies. Who is served stands in a setting of the
transaction, which `guards.py` makes.

FORCE holds the owner to the policies as well, who has one of its own: that, and not ownership, lets
it work on everybody's rows. Foreign keys and unique constraints bypass policies; for those there
are `references.py` and the keys of `composite_keys.py`.
"""

import hashlib
from collections.abc import Collection, Iterator

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from gatepost.rows.access import Operation
from gatepost.rows.composite_keys import composite_keys
from gatepost.rows.conditions import Wording, adding_condition, condition
from gatepost.rows.kept_columns import keeping
from gatepost.rows.owned_tables import OwnedTables
from gatepost.rows.ownership import OwnedTable, owner_kind

SETTING = "gatepost.user_id"
POLICIES = ("gatepost_read", "gatepost_add", "gatepost_write", "gatepost_delete")
WORK_POLICY = "gatepost_work"

_TYPES = {str: "text", int: "bigint"}
_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call] # SQLAlchemy's


def _caller(column: Column[object]) -> str:
    # After its transaction the setting is an empty text, not NULL. In a subquery it is read once a
    # statement, and not once a row.
    kind = _TYPES.get(owner_kind(column), "uuid")
    return f"(SELECT nullif(current_setting('{SETTING}', true), '')::{kind})"


# What belongs to nobody is for the serving role to work on, but for the positions of migrations.
_GRANTS = """DO $$
DECLARE one record;
BEGIN
  FOR one IN
    SELECT oid::regclass AS name, relkind, relname LIKE '%alembic_version' AS is_position
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relowner = current_user::regrole
      AND relkind IN ('r', 'p', 'S')
  LOOP
    IF one.relkind = 'S' THEN
      EXECUTE 'GRANT USAGE ON SEQUENCE ' || one.name || ' TO {serving}';
    ELSIF one.is_position THEN
      EXECUTE 'GRANT SELECT ON ' || one.name || ' TO {serving}';
    ELSE
      EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ' || one.name || ' TO {serving}';
    END IF;
  END LOOP;
END $$"""

_WORDING = Wording(quote=_quote, caller=_caller, postgresql=True)


def row_security_sql(
    serving: str, working: str, *, only: Collection[str] | None = None
) -> list[str]:
    """Return the statements that put row-level security on every owned table, each time anew.

    To be run by the role that owns the tables; in an Alembic migration, by `op.execute` one by one.

    Args:
        serving: the role that serves people.
        working: the role that owns the tables, and may work on everybody's rows.
        only: the names of the tables that are there, where some of the models' are not.

    Raises:
        ConfigurationError: a model's ownership cannot be enforced.
    """
    statements = [_GRANTS.format(serving=_quote(serving))]
    tables = OwnedTables()
    for owned in sorted(tables.tables, key=lambda one: one.table.name):
        if only is None or owned.table.name in only:
            statements += _wall(owned, _quote(serving), _quote(working))
            for key in composite_keys(owned, tables):
                statements += key.statements()
    return statements


def fingerprint(owned: OwnedTable) -> str:
    """Return what tells the policies of a table from those of other rules."""
    clauses = "\n".join(clause for _, clause in _clauses(owned))
    return f"gatepost {hashlib.sha256(clauses.encode()).hexdigest()[:32]}"


def _wall(owned: OwnedTable, serving: str, working: str) -> Iterator[str]:
    name = _quote(owned.table.name)
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for policy, clause in _clauses(owned):
        yield f"DROP POLICY IF EXISTS {policy} ON {name}"
        verb, _, rest = clause.partition(" ")
        yield f"CREATE POLICY {policy} ON {name} FOR {verb} TO {serving} {rest}"
        yield f"COMMENT ON POLICY {policy} ON {name} IS '{fingerprint(owned)}'"
    yield f"DROP POLICY IF EXISTS {WORK_POLICY} ON {name}"
    yield f"CREATE POLICY {WORK_POLICY} ON {name} TO {working} USING (true) WITH CHECK (true)"
    yield f"REVOKE ALL ON {name} FROM PUBLIC, {serving}"
    yield f"GRANT SELECT, INSERT, DELETE ON {name} TO {serving}"
    yield from keeping(owned, _caller, fingerprint(owned))
    changeable = ", ".join(_quote(column.name) for column in _changeable(owned))
    if changeable:
        yield f"GRANT UPDATE ({changeable}) ON {name} TO {serving}"


def _clauses(owned: OwnedTable) -> Iterator[tuple[str, str]]:
    """Yield each policy with its command and conditions."""
    read, write, delete = (condition(owned, each, _WORDING) for each in Operation)
    add = adding_condition(owned, _WORDING)
    yield POLICIES[0], f"SELECT USING ({read})"
    yield POLICIES[1], f"INSERT WITH CHECK ({add})"
    yield POLICIES[2], f"UPDATE USING ({write}) WITH CHECK ({write})"
    yield POLICIES[3], f"DELETE USING ({delete})"


def _changeable(owned: OwnedTable) -> Iterator[Column[object]]:
    """Yield the columns that may change: a policy cannot compare a row with what it was."""
    table: Table = owned.table
    for column in table.columns:
        if column is not owned.column:
            yield column

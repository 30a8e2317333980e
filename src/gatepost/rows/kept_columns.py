"""Columns that only the owner changes, because they say who else is let in.

A policy sees a row as it will be and not as it was, so it cannot compare. A trigger can.
"""

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from gatepost.rows.ownership import OwnedTable

TRIGGER = "gatepost_keep"

_quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call] # SQLAlchemy's


def has_kept_columns(owned: OwnedTable) -> bool:
    """Whether there are such columns, in rows that somebody else may change."""
    return owned.column is not None and not owned.is_private and bool(owned.owners_columns)


def keeping(
    owned: OwnedTable, caller: Callable[[Column[object]], str], comment: str
) -> Iterator[str]:
    """Yield what makes the trigger of a table, each time anew.

    Args:
        owned: the table.
        caller: who is served, in the type of a column, or NULL; in SQL.
        comment: tells the trigger from one of other rules.
    """
    if owned.column is None or not has_kept_columns(owned):
        return
    table, owner = _quote(owned.table.name), _quote(owned.column.name)
    function = f"gatepost_keep_{hashlib.sha256(owned.table.name.encode()).hexdigest()[:16]}"
    names = sorted(_quote(column.name) for column in owned.owners_columns)
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)
    # 42501 is what a policy answers with.
    yield f"""CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {caller(owned.column)} <> OLD.{owner} AND ({changed}) THEN
    RAISE EXCEPTION 'only its owner says who is let in' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$"""
    yield f"DROP TRIGGER IF EXISTS {TRIGGER} ON {table}"
    yield f"""CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {function}()"""
    yield f"COMMENT ON TRIGGER {TRIGGER} ON {table} IS '{comment}'"

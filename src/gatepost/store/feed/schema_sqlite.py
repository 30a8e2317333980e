"""The feed in SQLite: its tables, and the triggers on Better Auth's.

A trigger cannot be deferred here, so a row's `at` is when the statement ran and not when its
transaction was committed; only one transaction writes at a time, and for moments.
"""

from collections.abc import Mapping
from typing import NamedTuple

TABLES: Mapping[str, str] = {
    # AUTOINCREMENT: a number is never given twice, so a reader can ask for what came after one.
    "gatepost_revocation": """CREATE TABLE gatepost_revocation (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT,
  subject TEXT,
  key_id TEXT,
  at INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
)""",
    "gatepost_feed": """CREATE TABLE gatepost_feed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL
)""",
}


class _Trigger(NamedTuple):
    """What is written down on which event.

    Attributes:
        needs: the columns without which the trigger would be an error in every statement.
        names: what the feed's row names.
        rows: a query in place of `OLD`, or "".
    """

    name: str
    table: str
    event: str
    needs: frozenset[str]
    names: tuple[str, str]
    when: str = ""
    rows: str = ""


_SESSION = ("session_id, subject", 'CAST({0}id AS TEXT), CAST({0}"userId" AS TEXT)')
_USER = ("subject", "CAST({0}id AS TEXT)")
# Better Auth writes ISO 8601 text; `julianday` reads it with and without fraction and offset.
# A ban that is lifted takes nothing away.
_RIGHTS = {
    "banned": '({0}"banned" IS NOT TRUE AND NEW."banned" IS TRUE)',
    "role": '{0}"role" IS NOT NEW."role"',
}
_OVER = "julianday(NEW.\"expiresAt\") <= julianday('now')"


def triggers(columns: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, str]]:
    """Return the triggers that a database should have: by name, the table and the statement.

    Args:
        columns: the columns of Better Auth's tables, by table; none where a table is missing.
    """
    return {
        trigger.name: (trigger.table, _statement(trigger))
        for trigger in _all(columns.get("user", frozenset()))
        if trigger.needs <= columns.get(trigger.table, frozenset())
    }


def _all(user_columns: frozenset[str]) -> tuple[_Trigger, ...]:
    rights = [_RIGHTS[column] for column in sorted(_RIGHTS.keys() & user_columns)]
    changed = "".join(f" OR {right.format('OLD.')}" for right in rights)
    differs = " OR ".join(["0", *(right.format("") for right in rights)])
    session, user = frozenset({"id", "userId", "expiresAt"}), frozenset({"id"})
    return (
        _Trigger("gatepost_session_deleted", "session", "AFTER DELETE", session, _SESSION),
        _Trigger(
            "gatepost_session_changed",
            "session",
            "AFTER UPDATE",
            session,
            _SESSION,
            when=f'OLD.id IS NOT NEW.id OR OLD."userId" IS NOT NEW."userId" OR {_OVER}',
        ),
        _Trigger("gatepost_user_deleted", "user", "AFTER DELETE", user, _USER),
        _Trigger(
            "gatepost_user_changed",
            "user",
            "AFTER UPDATE",
            user,
            _USER,
            when=f"OLD.id IS NOT NEW.id{changed}",
        ),
        # REPLACE removes what is in its way, and fires no trigger for that unless
        # `recursive_triggers` is on: these find it beforehand.
        _Trigger(
            "gatepost_session_replaced",
            "session",
            "BEFORE INSERT",
            session | {"token"},
            _SESSION,
            rows=f'(id = NEW.id AND ("userId" IS NOT NEW."userId" OR {_OVER}))'
            " OR (token = NEW.token AND id IS NOT NEW.id)",
        ),
        _Trigger(
            "gatepost_session_displaced",
            "session",
            "BEFORE UPDATE",
            session | {"token"},
            _SESSION,
            rows="id IS NOT OLD.id AND (id = NEW.id OR token = NEW.token)",
        ),
        _Trigger(
            "gatepost_user_replaced",
            "user",
            "BEFORE INSERT",
            user | {"email"},
            _USER,
            rows=f"(id = NEW.id AND ({differs})) OR (email = NEW.email AND id IS NOT NEW.id)",
        ),
        _Trigger(
            "gatepost_user_displaced",
            "user",
            "BEFORE UPDATE",
            user | {"email"},
            _USER,
            rows="id IS NOT OLD.id AND (id = NEW.id OR email = NEW.email)",
        ),
    )


def _statement(trigger: _Trigger) -> str:
    names, values = trigger.names
    when = f"\nWHEN {trigger.when}" if trigger.when else ""
    source = f'SELECT {values.format("")} FROM "{trigger.table}" WHERE {trigger.rows}'  # noqa: S608 - our own words
    if not trigger.rows:
        source = f"VALUES ({values.format('OLD.')})"
    return (
        f'CREATE TRIGGER {trigger.name} {trigger.event} ON "{trigger.table}" FOR EACH ROW{when}\n'
        f"BEGIN\n  INSERT INTO gatepost_revocation ({names}) {source};\nEND"
    )

"""The feed in PostgreSQL: its tables, functions and triggers, and those on Better Auth's tables."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple


class Table(NamedTuple):
    """One of Better Auth's tables as it is found.

    Attributes:
        name: schema and name, quoted.
        types: the type of each column, as `format_type` spells it without a modifier.
    """

    name: str
    types: Mapping[str, str]


class Made(NamedTuple):
    """Something that a database should have.

    Attributes:
        statements: what makes it, in the place of an older one.
        mark: its comment; another one is an older one.
    """

    name: str
    statements: tuple[str, ...]
    mark: str


# A date without a time zone is UTC to those that write one (Prisma), whatever the session's zone.
_MOMENTS = {
    "timestamp with time zone": 'NEW."expiresAt"',
    "timestamp without time zone": "NEW.\"expiresAt\" AT TIME ZONE 'UTC'",
}


def is_session(table: Table | None) -> bool:
    """Whether a table called `session` is Better Auth's."""
    return table is not None and (
        {"id", "userId"} <= table.types.keys() and table.types.get("expiresAt") in _MOMENTS
    )


def is_user(table: Table | None) -> bool:
    """Whether a table called `user` can be Better Auth's."""
    return table is not None and "id" in table.types


def tables(schema: str) -> tuple[str, ...]:
    """Return the statements that make the feed's tables where they are not."""
    return (
        # `xid`: numbers are given out in one order and committed in another, so that a reader
        # cannot ask for what came after a number; it asks for what it could not see before.
        f"""CREATE TABLE IF NOT EXISTS {schema}.gatepost_revocation (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text,
  subject text,
  key_id text,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id()
)""",
        (
            "CREATE INDEX IF NOT EXISTS gatepost_revocation_xid_idx"
            f" ON {schema}.gatepost_revocation (xid)"
        ),
        f"""CREATE TABLE IF NOT EXISTS {schema}.gatepost_feed (
  one integer PRIMARY KEY CHECK (one = 1),
  id text NOT NULL
)""",
    )


def functions(schema: str) -> tuple[Made, ...]:
    """Return the trigger functions."""
    feed = f"{schema}.gatepost_revocation"
    return (
        _function(
            schema,
            "gatepost_session_ended",
            f'INSERT INTO {feed} (session_id, subject) VALUES (OLD.id::text, OLD."userId"::text);',  # noqa: S608 - our own words, as below
        ),
        _function(
            schema,
            "gatepost_user_ended",
            f"INSERT INTO {feed} (subject) VALUES (OLD.id::text);",  # noqa: S608
        ),
        _function(schema, "gatepost_everything_ended", f"INSERT INTO {feed} DEFAULT VALUES;"),
        # What a person may do is changed when it is committed; a token that is issued until then
        # still carries the old rights.
        _function(
            schema,
            "gatepost_revocation_committed",
            f"UPDATE {feed} SET at = clock_timestamp()"  # noqa: S608
            " WHERE seq = NEW.seq AND at < clock_timestamp() - interval '1 second';",
        ),
        _function(
            schema, "gatepost_revocation_told", "PERFORM pg_notify('gatepost_revocation', '');"
        ),
    )


def triggers(schema: str, session: Table | None, user: Table | None) -> tuple[Made, ...]:
    """Return the triggers that a database should have."""
    feed = f"{schema}.gatepost_revocation"
    wanted = [
        # Only for what another trigger has written: who publishes says himself up to when.
        _Trigger(
            "gatepost_revocation_committed",
            "AFTER INSERT",
            feed,
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (pg_trigger_depth() > 0)",
            "gatepost_revocation_committed",
        ),
        _Trigger(
            "gatepost_revocation_told",
            "AFTER INSERT",
            feed,
            "FOR EACH STATEMENT",
            "gatepost_revocation_told",
        ),
    ]
    # A user before its sessions: the order in which a deletion takes its locks, too.
    if user is not None and is_user(user):
        changed = " OR ".join(
            _takes_away(column, user.types[column])
            for column in ("id", "banned", "role")
            if column in user.types
        )
        wanted += _three("user", user.name, changed)
    if session is not None and is_session(session):
        changed = (
            'OLD.id IS DISTINCT FROM NEW.id OR OLD."userId" IS DISTINCT FROM NEW."userId"'
            f" OR {_MOMENTS[session.types['expiresAt']]} <= clock_timestamp()"
        )
        wanted += _three("session", session.name, changed)
    return tuple(_made(schema, trigger) for trigger in wanted)


def _takes_away(column: str, type_: str) -> str:
    if (column, type_) == ("banned", "boolean"):  # a ban that is lifted takes nothing away
        return '(OLD."banned" IS NOT TRUE AND NEW."banned" IS TRUE)'
    return f'OLD."{column}" IS DISTINCT FROM NEW."{column}"'


class _Trigger(NamedTuple):
    """The words of `CREATE TRIGGER`, in their order."""

    name: str
    event: str
    table: str
    how: str
    function: str


def _three(kind: str, table: str, changed: str) -> list[_Trigger]:
    name, ended = f"gatepost_{kind}", f"gatepost_{kind}_ended"
    return [
        _Trigger(f"{name}_deleted", "AFTER DELETE", table, "FOR EACH ROW", ended),
        _Trigger(f"{name}_changed", "AFTER UPDATE", table, f"FOR EACH ROW WHEN ({changed})", ended),
        _Trigger(
            f"{name}_truncated",
            "AFTER TRUNCATE",
            table,
            "FOR EACH STATEMENT",
            "gatepost_everything_ended",
        ),
    ]


def _function(schema: str, name: str, body: str) -> Made:
    make = (
        # The role that deletes a session need not be allowed to write into the feed, and what it
        # puts into its search path must not stand in for ours.
        f"CREATE OR REPLACE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql"
        " SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
        f" AS $$ BEGIN {body} RETURN NULL; END $$"
    )
    mark = _mark(make)
    return Made(
        name,
        (
            make,
            # Asked only of who makes a trigger: nobody else may write into the feed with it.
            f"REVOKE ALL ON FUNCTION {schema}.{name}() FROM PUBLIC",
            f"COMMENT ON FUNCTION {schema}.{name}() IS '{mark}'",
        ),
        mark,
    )


def _made(schema: str, trigger: _Trigger) -> Made:
    name, event, table, how, function = trigger
    # PostgreSQL's word for one that can be deferred.
    kind = "CONSTRAINT TRIGGER" if how.startswith("DEFERRABLE") else "TRIGGER"
    make = f"CREATE {kind} {name} {event} ON {table} {how} EXECUTE FUNCTION {schema}.{function}()"
    mark = _mark(make)
    return Made(
        name,
        (
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            make,
            f"COMMENT ON TRIGGER {name} ON {table} IS '{mark}'",
        ),
        mark,
    )


def _mark(statement: str) -> str:
    return f"Gatepost {hashlib.sha256(statement.encode()).hexdigest()[:16]}"

"""The statements on the table of counts, in either database's words.

A row for each that is counted: the moments of its hits in the window, and when the last of them is
out of it. One statement looks, decides and counts, so that no two workers let through what only one
of them may; the database has the one clock. What is counted stands there as a hash: whoever reads
the table learns no address.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text


@dataclass(frozen=True, slots=True)
class Statements:
    """What is asked of the table.

    Attributes:
        hit: returns a row where there was room for one more.
        wait: returns in how many seconds there is.
        count: returns how many there are.
        clear: forgets what was counted.
        remember: remembers a key for so many seconds.
        remembers: returns a row where a key is remembered.
        ended: deletes some rows of one limit that count no more.
        surplus: deletes some of what one limit has beyond so many rows, the oldest first.
    """

    hit: TextClause
    wait: TextClause
    count: TextClause
    clear: TextClause
    remember: TextClause
    remembers: TextClause
    ended: TextClause
    surplus: TextClause


@dataclass(frozen=True, slots=True)
class _Words:
    """What the two say differently: `now`, a list of one, its elements, one more, and a lock."""

    now: str
    one: str
    elements: str
    kept: str
    skip_locked: str


_POSTGRESQL = _Words(
    now="extract(epoch FROM clock_timestamp())::float8",
    one="ARRAY[{now}]",
    elements="unnest(counted.hits) AS hit(value)",
    kept="array_append(ARRAY(SELECT value FROM {elements} WHERE {recent}), {now})",
    # A row that somebody counts in just now is not one that has ended.
    skip_locked=" FOR UPDATE SKIP LOCKED",
)
_SQLITE = _Words(
    now="((julianday('now') - 2440587.5) * 86400.0)",
    one="json_array({now})",
    elements="json_each(counted.hits)",
    kept="json_insert((SELECT json_group_array(value) FROM {elements} WHERE {recent}), '$[#]', "
    "{now})",
    skip_locked="",
)


def statements_of(dialect: str) -> Statements:
    """Return the statements of `sqlite` or `postgresql`."""
    words = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    now, elements = words.now, words.elements
    recent = f"value > {now} - :seconds"
    one = words.one.format(now=now)
    kept = words.kept.format(now=now, elements=elements, recent=recent)
    of_key = "name = :name AND key = :key"
    insert = (
        "INSERT INTO gatepost_limit AS counted (name, key, hits, ends_at) "  # noqa: S608 - words of ours
        f"VALUES (:name, :key, {one}, {now} + :seconds) ON CONFLICT (name, key) DO UPDATE SET "
    )
    doomed = "DELETE FROM gatepost_limit WHERE name = :name AND key IN (SELECT key FROM "
    return Statements(
        hit=text(
            f"{insert} hits = {kept}, ends_at = excluded.ends_at "  # noqa: S608 - words of ours
            f"WHERE (SELECT count(*) FROM {elements} WHERE {recent}) < :amount RETURNING 1"
        ),
        wait=text(
            f"SELECT (SELECT min(value) FROM {elements} WHERE {recent}) + :seconds - {now} "  # noqa: S608 - words of ours
            f"FROM gatepost_limit AS counted WHERE {of_key}"
        ),
        count=text(
            f"SELECT (SELECT count(*) FROM {elements} WHERE {recent}) "  # noqa: S608 - words of ours
            f"FROM gatepost_limit AS counted WHERE {of_key}"
        ),
        clear=text(f"DELETE FROM gatepost_limit WHERE {of_key}"),  # noqa: S608 - words of ours
        remember=text(f"{insert} hits = excluded.hits, ends_at = excluded.ends_at"),
        remembers=text(f"SELECT 1 FROM gatepost_limit WHERE {of_key} AND ends_at > {now}"),  # noqa: S608 - words of ours
        ended=text(
            f"{doomed} gatepost_limit WHERE name = :name AND ends_at <= {now} "
            f"ORDER BY ends_at LIMIT :most{words.skip_locked})"
        ),
        surplus=text(
            f"{doomed} gatepost_limit WHERE name = :name "
            "ORDER BY ends_at DESC LIMIT :most OFFSET :capacity)"
        ),
    )

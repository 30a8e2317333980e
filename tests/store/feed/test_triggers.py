"""The triggers: what any server that shares the database does to sessions and people is heard."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from tests.store.feed.databases import execute, is_sqlite, named, opened, people, run

_PAST = "'2020-01-01T00:00:00.000Z'"
_ADA_1, _ADA_2 = ("ada-1", "ada"), ("ada-2", "ada")
_ADA = (None, "ada")
_EVERYBODY = (None, None)
Names = tuple[str | None, str | None]


class Case(NamedTuple):
    """Statements, and what they must leave in the feed."""

    statements: Sequence[str]
    said: Sequence[Names]


def _session(verb: str, id_: str, user: str, token: str, expires: str = "'2999-01-01'") -> str:
    values = f"'{id_}', {expires}, '{token}', {_PAST}, {_PAST}, '{user}'"
    columns = 'id, "expiresAt", token, "createdAt", "updatedAt", "userId"'
    return f"{verb} INTO session ({columns}) VALUES ({values})"


def _user(verb: str, id_: str, email: str) -> str:
    return (
        f'{verb} INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", role)'
        f" VALUES ('{id_}', 'x', '{email}', true, {_PAST}, {_PAST}, 'user')"
    )


BOTH = {
    "a session is deleted": Case(["DELETE FROM session WHERE id = 'ada-1'"], [_ADA_1]),
    "all of a person": Case(["DELETE FROM session WHERE \"userId\" = 'ada'"], [_ADA_1, _ADA_2]),
    "a session gets another id": Case(
        ["UPDATE session SET id = 'new' WHERE id = 'ada-1'"], [_ADA_1]
    ),
    "a session gets another person": Case(
        ["UPDATE session SET \"userId\" = 'bob' WHERE id = 'ada-1'"], [_ADA_1]
    ),
    "a session is let expire": Case(
        [f"UPDATE session SET \"expiresAt\" = {_PAST} WHERE id = 'ada-1'"],  # noqa: S608 - words of the test
        [_ADA_1],
    ),
    "a session is prolonged": Case(
        ["UPDATE session SET \"expiresAt\" = '2998-01-01T00:00:00.000Z' WHERE id = 'ada-1'"], []
    ),
    "a session's address changes": Case(["UPDATE session SET \"ipAddress\" = '::1'"], []),
    "a session begins": Case([_session("INSERT", "ada-3", "ada", "token-ada-3")], []),
    "a person is deleted": Case(["DELETE FROM \"user\" WHERE id = 'ada'"], [_ADA, _ADA_1, _ADA_2]),
    "a person is banned": Case(["UPDATE \"user\" SET banned = true WHERE id = 'ada'"], [_ADA]),
    "a ban is lifted": Case(
        [
            "UPDATE \"user\" SET banned = true WHERE id = 'ada'",
            "UPDATE \"user\" SET banned = false WHERE id = 'ada'",
        ],
        [_ADA],
    ),
    "nobody was banned": Case(['UPDATE "user" SET banned = false'], []),
    "a role changes": Case(["UPDATE \"user\" SET role = 'none' WHERE id = 'ada'"], [_ADA]),
    "a role is lost": Case(["UPDATE \"user\" SET role = NULL WHERE id = 'ada'"], [_ADA]),
    "a role stays": Case(["UPDATE \"user\" SET role = 'user', name = 'Ada'"], []),
    "a person gets another id": Case(
        ["DELETE FROM session", "UPDATE \"user\" SET id = 'eve' WHERE id = 'ada'"],
        [_ADA, _ADA_1, _ADA_2, ("bob-1", "bob"), ("bob-2", "bob")],
    ),
    "an upsert that changes nothing of weight": Case(
        [
            _session("INSERT", "ada-1", "ada", "token-ada-1")
            + ' ON CONFLICT (id) DO UPDATE SET "updatedAt" = excluded."updatedAt"'
        ],
        [],
    ),
    "an upsert that takes a session over": Case(
        [
            _session("INSERT", "ada-1", "bob", "token-ada-1")
            + ' ON CONFLICT (id) DO UPDATE SET "userId" = excluded."userId"'
        ],
        [_ADA_1],
    ),
}
SQLITE = {
    "offset instead of Z": Case(
        ["UPDATE session SET \"expiresAt\" = '2020-01-01T00:00:00+02:00' WHERE id = 'ada-1'"],
        [_ADA_1],
    ),
    "a session is replaced by itself": Case(
        [_session("INSERT OR REPLACE", "ada-1", "ada", "token-ada-1")], []
    ),
    "a session is replaced by an expired one": Case(
        [_session("INSERT OR REPLACE", "ada-1", "ada", "token-ada-1", _PAST)], [_ADA_1]
    ),
    "a session is replaced by another person's": Case(
        [_session("INSERT OR REPLACE", "ada-1", "bob", "token-ada-1")], [_ADA_1]
    ),
    "a session is replaced by its token": Case(
        [_session("REPLACE", "new", "ada", "token-ada-1")], [_ADA_1]
    ),
    "a session is displaced by its token": Case(
        ["UPDATE OR REPLACE session SET token = 'token-ada-1' WHERE id = 'bob-1'"], [_ADA_1]
    ),
    "a person is replaced": Case([_user("REPLACE", "ada", "ada@example.com")], [_ADA_1, _ADA_2]),
    "a person is replaced, and loses a role": Case(
        [
            _user("REPLACE", "ada", "ada@example.com").replace("'user')", "'none')"),
        ],
        [_ADA, _ADA_1, _ADA_2],
    ),
    "a person is replaced by the address": Case(
        [_user("REPLACE", "eve", "ada@example.com")], [_ADA, _ADA_1, _ADA_2]
    ),
    "a person is displaced by the address": Case(
        ["UPDATE OR REPLACE \"user\" SET email = 'ada@example.com' WHERE id = 'bob'"],
        [_ADA, _ADA_1, _ADA_2],
    ),
}
POSTGRES = {
    "the table is emptied": Case(["TRUNCATE session"], [_EVERYBODY]),
    "the people are emptied": Case(['TRUNCATE "user" CASCADE'], [_EVERYBODY]),
    "a migration after a deletion": Case(
        ["DELETE FROM session WHERE id = 'ada-1'", "ALTER TABLE session ADD COLUMN x text"],
        [_ADA_1],
    ),
}


async def _check(url: str, case: Case) -> None:
    await execute(url, *people("ada", "bob"))
    async with opened(url) as carrier:
        assert await carrier.read() == []
        assert carrier.sees_sessions
        await execute(url, *case.statements)
        # Twice is as good as once.
        assert set(named(await carrier.read())) == set(case.said)
        assert await carrier.read() == []


@pytest.mark.parametrize("name", BOTH)
def test_what_ends_is_written_down(name: str, empty_url: str) -> None:
    """Whatever ends a session or changes what a person may do leaves its row, and nothing else."""
    run(empty_url, lambda url: _check(url, BOTH[name]))


@pytest.mark.parametrize("name", SQLITE)
def test_nothing_is_replaced_unheard(name: str, tmp_path: object) -> None:
    """SQLite's REPLACE deletes without a delete trigger, and is heard all the same."""
    run(f"sqlite+aiosqlite:///{tmp_path}/x.db", lambda url: _check(url, SQLITE[name]))


@pytest.mark.parametrize("name", POSTGRES)
def test_postgres_has_more_ways(name: str, postgres_url: str) -> None:
    """TRUNCATE ends everything issued so far, and no trigger stands in a migration's way."""
    assert not is_sqlite(postgres_url)
    run(postgres_url, lambda url: _check(url, POSTGRES[name]))

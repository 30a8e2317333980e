"""A password that is hashed otherwise than new ones are is hashed anew when it is shown."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import argon2
import httpx
import pytest

from gatepost.password_hash import PasswordHash
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP
from tests.provider.served import Served, serving_provider

_PASSWORD, _ANOTHER = "correct horse battery", "incorrect horse battery"
_NEWEST = "$argon2id$v=19$m=19456,t=2,p=1$"


@dataclass(frozen=True, slots=True)
class _Servers:
    """Two on one database, the first hashing as Better Auth does."""

    scrypt: Served
    argon2id: Served

    def sign_up(self, name: str) -> str:
        """Make an account at the first."""
        email = f"{name}@example.com"
        body = {"name": name, "email": email, "password": _PASSWORD}
        httpx.post(f"{self.scrypt.auth}{SIGN_UP}", json=body, timeout=60).raise_for_status()
        return email

    def stored(self, email: str) -> str:
        """Read the hash from the database."""
        query = (
            'SELECT a.password FROM account a JOIN user u ON a."userId" = u.id WHERE u.email = ?'
        )
        with closing(sqlite3.connect(self.scrypt.file, timeout=10)) as connection:
            [(stored,)] = connection.execute(query, (email,)).fetchall()
        return str(stored)

    def store(self, email: str, password_hash: str) -> None:
        """Write a hash past both."""
        statement = (
            'UPDATE account SET password = ? WHERE "userId" = (SELECT id FROM user WHERE email = ?)'
        )
        with closing(sqlite3.connect(self.scrypt.file, timeout=10)) as connection, connection:
            connection.execute(statement, (password_hash, email))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Servers]:
    database_url = f"sqlite:///{tmp_path_factory.mktemp('rehashing') / 'provider.db'}"
    with (
        serving_provider(database_url) as scrypt,
        serving_provider(database_url, password_hash=PasswordHash.ARGON2ID) as argon2id,
    ):
        yield _Servers(scrypt, argon2id)


def _sign_in(served: Served, email: str, password: str = _PASSWORD) -> httpx.Response:
    body = {"email": email, "password": password}
    return httpx.post(f"{served.auth}{SIGN_IN}", json=body, timeout=60)


def _with_session(served: Served, signed_in: httpx.Response) -> dict[str, str]:
    cookie = signed_in.headers["set-cookie"].split(";")[0]
    return {"cookie": cookie, "origin": served.base_url}


def test_a_sign_in_hashes_anew_there_and_back(servers: _Servers) -> None:
    """A right password alone, and once; where scrypt is chosen again, scrypt it becomes again."""
    email = servers.sign_up("there-and-back")
    before = servers.stored(email)
    assert _sign_in(servers.argon2id, email, _ANOTHER).status_code == 401
    assert servers.stored(email) == before
    assert _sign_in(servers.argon2id, email).status_code == 200
    anew = servers.stored(email)
    assert anew.startswith(_NEWEST)
    assert _sign_in(servers.argon2id, email).status_code == 200
    assert servers.stored(email) == anew
    assert _sign_in(servers.scrypt, email, _ANOTHER).status_code == 401
    assert _sign_in(servers.scrypt, email).status_code == 200
    assert len(servers.stored(email)) == len(before)
    assert servers.stored(email).count(":") == 1


def test_other_parameters_are_hashed_anew(servers: _Servers) -> None:
    """A hash that an import brought with more or less work becomes one like all others."""
    email = servers.sign_up("parameters")
    for memory, passes in ((1024, 1), (65_536, 3)):
        hasher = argon2.PasswordHasher(memory_cost=memory, time_cost=passes, parallelism=2)
        servers.store(email, hasher.hash(_PASSWORD))
        assert _sign_in(servers.argon2id, email).status_code == 200
        assert servers.stored(email).startswith(_NEWEST)


def test_a_check_of_ones_own_password_hashes_anew(servers: _Servers) -> None:
    """`/verify-password` compares as a sign-in does."""
    email = servers.sign_up("check")
    headers = _with_session(servers.argon2id, _sign_in(servers.scrypt, email))
    for password, newest in ((_ANOTHER, False), (_PASSWORD, True)):
        url, body = f"{servers.argon2id.auth}/verify-password", {"password": password}
        answer = httpx.post(url, json=body, headers=headers, timeout=60)
        assert answer.status_code == (200 if newest else 400)
        assert servers.stored(email).startswith(_NEWEST) is newest


def test_of_many_sign_ins_at_once_none_is_refused(servers: _Servers) -> None:
    """Ten who sign in while the first of them is hashing anew all have a session, and one hash."""
    email = servers.sign_up("many")
    url, body = f"{servers.argon2id.auth}{SIGN_IN}", {"email": email, "password": _PASSWORD}

    async def ten() -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=60) as browser:
            return await asyncio.gather(*(browser.post(url, json=body) for _ in range(10)))

    answers = asyncio.run(ten())
    assert [answer.status_code for answer in answers] == [200] * 10
    assert servers.stored(email).startswith(_NEWEST)
    headers = _with_session(servers.argon2id, answers[-1])
    sessions = httpx.get(f"{servers.argon2id.auth}/list-sessions", headers=headers).json()
    assert len(sessions) == 11


def test_a_change_of_password_wins_over_a_hash_of_the_old_one(servers: _Servers) -> None:
    """Whoever changes it while sign-ins hash the old one anew is told yes, and has changed it."""
    email = servers.sign_up("change")
    headers = _with_session(servers.scrypt, _sign_in(servers.scrypt, email))

    async def race(old: str, new: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=60) as browser:
            url, body = f"{servers.argon2id.auth}{SIGN_IN}", {"email": email, "password": old}
            signing_in = [asyncio.create_task(browser.post(url, json=body)) for _ in range(4)]
            url = f"{servers.scrypt.auth}/change-password"
            body = {"currentPassword": old, "newPassword": new}
            changed = await browser.post(url, json=body, headers=headers)
            await asyncio.gather(*signing_in)
            return changed

    old, new = _PASSWORD, _ANOTHER
    for _ in range(2):
        assert asyncio.run(race(old, new)).status_code == 200
        assert _sign_in(servers.argon2id, email, old).status_code == 401
        assert _sign_in(servers.scrypt, email, new).status_code == 200
        old, new = new, old


def test_what_may_not_be_computed_is_a_wrong_password(servers: _Servers) -> None:
    """A hash of four GiB in the database is refused like any other, and is an event."""
    email = servers.sign_up("absurd")
    servers.store(email, f"$argon2id$v=19$m=4194304,t=3,p=4$c29tZXNhbHQ${'A' * 43}")
    for served in (servers.scrypt, servers.argon2id):
        served.events.take()
        answer = _sign_in(served, email)
        assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_EMAIL_OR_PASSWORD")
        assert served.events.take() == [("authn_login_fail", "unreadable_hash")]

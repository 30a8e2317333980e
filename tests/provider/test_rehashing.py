"""A password that is hashed otherwise than new ones are is hashed anew when it is shown."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import argon2
import httpx
import pytest
from sqlalchemy import Connection, Engine, event

from gatepost.password_hash import PasswordHash
from gatepost.provider.passwords import Passwords
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
        serving_provider(database_url, password_hash=PasswordHash.SCRYPT) as scrypt,
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


@contextmanager
def _meanwhile(write: Callable[[], None]) -> Iterator[None]:
    """Write past the provider, once, as soon as it has read a hash."""
    waiting = [write]

    def written(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if "account.password" in statement and waiting:
            waiting.pop()()

    event.listen(Engine, "after_cursor_execute", written)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", written)
    assert not waiting


def test_nobody_is_refused_for_a_hash_that_another_request_wrote(servers: _Servers) -> None:
    """Where the password is hashed anew while it is compared, it still is the right one."""
    email = servers.sign_up("meanwhile")
    anew = asyncio.run(Passwords(PasswordHash.ARGON2ID).hash(_PASSWORD))
    headers = _with_session(servers.argon2id, _sign_in(servers.scrypt, email))
    before = servers.stored(email)
    with _meanwhile(lambda: servers.store(email, anew)):
        assert _sign_in(servers.argon2id, email).status_code == 200
    assert servers.stored(email) == anew
    servers.store(email, before)
    body = {"currentPassword": _PASSWORD, "newPassword": _ANOTHER}
    url = f"{servers.argon2id.auth}/change-password"
    with _meanwhile(lambda: servers.store(email, anew)):
        assert httpx.post(url, json=body, headers=headers, timeout=60).status_code == 200
    assert _sign_in(servers.argon2id, email).status_code == 401
    assert _sign_in(servers.argon2id, email, _ANOTHER).status_code == 200


def test_no_hash_of_an_old_password_comes_back(servers: _Servers) -> None:
    """Where the password changes while the old one is compared, nothing is written over it."""
    email = servers.sign_up("changed")
    headers = _with_session(servers.argon2id, _sign_in(servers.scrypt, email))
    changed = asyncio.run(Passwords().hash(_ANOTHER))
    before = servers.stored(email)
    for path, body, status in (
        (SIGN_IN, {"email": email, "password": _PASSWORD}, 401),
        ("/verify-password", {"password": _PASSWORD}, 200),
        ("/change-password", {"currentPassword": _PASSWORD, "newPassword": "password1"}, 400),
    ):
        servers.store(email, before)
        with _meanwhile(lambda: servers.store(email, changed)):
            url = f"{servers.argon2id.auth}{path}"
            answer = httpx.post(url, json=body, headers=headers, timeout=60)
        assert (answer.status_code, servers.stored(email)) == (status, changed)


def test_what_may_not_be_computed_is_a_wrong_password(servers: _Servers) -> None:
    """A hash of four GiB in the database is refused like any other, and is an event."""
    email = servers.sign_up("absurd")
    servers.store(email, f"$argon2id$v=19$m=4194304,t=3,p=4$c29tZXNhbHQ${'A' * 43}")
    for served in (servers.scrypt, servers.argon2id):
        served.events.take()
        answer = _sign_in(served, email)
        assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_EMAIL_OR_PASSWORD")
        assert served.events.take() == [("authn_login_fail", "unreadable_hash")]

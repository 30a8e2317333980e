"""The signing keys: minted once, found again, and never the end of the app."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.settings import Secret
from gatepost.store import open_engine, tables
from gatepost.store.key_ring import KeyRing
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.store.sealed import seal

SECRET = Secret("a-secret-of-the-tests-and-of-nothing-else")
OTHER = Secret("another-secret-of-the-tests-and-of-nothing")
JWKS = tables.jwks


@asynccontextmanager
async def _database(url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(url)
    try:
        await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        yield engine
    finally:
        await engine.dispose()


def _run(url: str, work: Callable[[AsyncEngine], Awaitable[object]]) -> object:
    async def main() -> object:
        async with _database(url) as engine:
            return await work(engine)

    return asyncio.run(main())


async def _opened(engine: AsyncEngine, secret: Secret = SECRET) -> KeyRing:
    ring = KeyRing(engine, secret)
    await ring.open()
    return ring


async def _insert(engine: AsyncEngine, **values: object) -> None:
    async with engine.begin() as connection:
        row = {"id": "strange", "createdAt": datetime.now(UTC), **values}
        await connection.execute(insert(JWKS).values(**row))


async def _row(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        return dict((await connection.execute(select(JWKS))).mappings().one())


def test_the_first_start_mints_one_key(empty_url: str) -> None:
    """One row, in Better Auth's own form, its private half sealed."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        row = await _row(engine)
        public = json.loads(row["publicKey"])
        assert (row["alg"], row["crv"], row["expiresAt"]) == ("EdDSA", "Ed25519", None)
        assert set(public) == {"crv", "x", "kty"}
        assert ring.signing.key_id == row["id"]
        assert ring.published == ({"alg": "EdDSA", "kid": row["id"], **public},)
        raw = ring.signing.private_key.private_bytes_raw()
        secret_half = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        assert secret_half not in row["privateKey"]
        assert raw.hex() not in row["privateKey"]
        assert isinstance(json.loads(row["privateKey"]), str)
        found = ring.find(row["id"])
        assert found is not None
        assert found.algorithm.name == "EdDSA"
        assert ring.find("nobody") is None

    _run(empty_url, work)


def test_a_later_start_has_the_same_key(empty_url: str) -> None:
    """Tokens outlive a restart."""

    async def work(engine: AsyncEngine) -> None:
        first, second = await _opened(engine), await _opened(engine)
        assert first.signing.key_id == second.signing.key_id
        assert (
            first.signing.private_key.private_bytes_raw()
            == second.signing.private_key.private_bytes_raw()
        )

    _run(empty_url, work)


def test_another_secret_stops_the_start_and_teaches(empty_url: str) -> None:
    """The message names the variable, the table, and neither secret."""

    async def work(engine: AsyncEngine) -> None:
        await _opened(engine)
        with pytest.raises(ConfigurationError) as stopped:
            await _opened(engine, OTHER)
        assert "GATEPOST_SECRET" in str(stopped.value)
        assert "jwks" in str(stopped.value)
        assert SECRET.reveal() not in str(stopped.value)
        assert OTHER.reveal() not in str(stopped.value)

    _run(empty_url, work)


def test_it_must_be_opened() -> None:
    """There is no key before the table has been read."""
    ring = KeyRing(open_engine("sqlite+aiosqlite://"), SECRET)
    with pytest.raises(RuntimeError, match="opened"):
        ring.find("any")


def test_refresh_finds_a_key_of_another_worker(empty_url: str) -> None:
    """A new key is found, and a removed one is gone, without a restart."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        old = ring.signing.key_id
        async with engine.begin() as connection:
            await connection.execute(delete(JWKS))
        other = await _opened(engine)
        await ring.refresh()
        assert ring.find(other.signing.key_id) is not None
        assert ring.signing.key_id == other.signing.key_id
        assert ring.find(old) is None

    _run(empty_url, work)


def test_refresh_cools_down(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand unknown key ids cost one look at the table a second."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        looks = 0
        rows = ring._rows  # noqa: SLF001 - to count the looks

        async def counted() -> object:
            nonlocal looks
            looks += 1
            return await rows()

        monkeypatch.setattr(ring, "_rows", counted)
        for _ in range(1000):
            await ring.refresh()
        assert looks == 1

    _run(empty_url, work)


def test_all_who_wait_for_a_refresh_have_its_result(empty_url: str) -> None:
    """Two requests with the same new key are both answered, though only one look is taken."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        async with engine.begin() as connection:
            await connection.execute(update(JWKS).values(id="renamed"))

        async def ask() -> bool:
            await ring.refresh()
            return ring.find("renamed") is not None

        assert all(await asyncio.gather(ask(), ask(), ask()))

    _run(empty_url, work)


def test_refresh_survives_a_lost_database(empty_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The last good set stays, and the log says so."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        async with engine.begin() as connection:
            await connection.run_sync(JWKS.drop)
        with caplog.at_level(logging.ERROR):
            await ring.refresh()
        assert ring.find(ring.signing.key_id) is not None
        assert "last good set" in caplog.text

    _run(empty_url, work)


def _sealed(value: object) -> str:
    return json.dumps(seal(json.dumps(value), SECRET))


PUBLIC = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": "A" * 43})
STRANGE: dict[str, dict[str, object]] = {
    "public key no JSON": {"publicKey": "nonsense", "privateKey": "x"},
    "public key no object": {"publicKey": "[]", "privateKey": "x"},
    "public key without x": {"publicKey": '{"crv":"Ed25519","kty":"OKP"}', "privateKey": "x"},
    "public key too short": {
        "publicKey": '{"crv":"Ed25519","kty":"OKP","x":"AAAA"}',
        "privateKey": "x",
    },
    "public key of another curve": {
        "publicKey": json.dumps({"crv": "Ed448", "kty": "OKP", "x": "A" * 76}),
        "privateKey": "x",
        "crv": "Ed448",
    },
    "public key no base64": {
        "publicKey": '{"crv":"Ed25519","kty":"OKP","x":"é"}',
        "privateKey": "x",
    },
    "private key no JSON": {"publicKey": PUBLIC, "privateKey": "nonsense"},
    # Better Auth's `disablePrivateKeyEncryption` leaves the key itself there.
    "private key unsealed": {"publicKey": PUBLIC, "privateKey": '{"kty":"OKP","d":"A"}'},
    "private key without d": {"publicKey": PUBLIC, "privateKey": _sealed({"kty": "OKP"})},
    "private key no object": {"publicKey": PUBLIC, "privateKey": _sealed([1])},
    "private key too short": {"publicKey": PUBLIC, "privateKey": _sealed({"d": "AAAA"})},
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_row_does_not_end_a_running_app(empty_url: str, name: str) -> None:
    """Whatever somebody writes into the table, `refresh` keeps the good keys and does not raise."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        good = ring.signing.key_id
        await _insert(engine, alg="EdDSA", **STRANGE[name])
        await ring.refresh()
        assert ring.find(good) is not None
        assert ring.signing.key_id == good

    _run(empty_url, work)


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_row_stops_a_start_with_words_or_not_at_all(empty_url: str, name: str) -> None:
    """An app that starts on such a table has its good key, or says in words why not."""

    async def work(engine: AsyncEngine) -> None:
        await _opened(engine)
        await _insert(engine, alg="EdDSA", **STRANGE[name])
        try:
            ring = await _opened(engine)
        except ConfigurationError:
            return
        assert ring.signing.key_id != "strange"

    _run(empty_url, work)


def test_a_row_of_another_algorithm_is_left_alone(empty_url: str) -> None:
    """A key of Better Auth's in an algorithm that is not ours is nobody's business here."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        await _insert(engine, alg="RS256", publicKey="{}", privateKey="x")
        await ring.refresh()
        assert ring.find("strange") is None
        assert len(ring.published) == 1

    _run(empty_url, work)


def test_a_row_without_an_algorithm_is_better_auth_s_default(empty_url: str) -> None:
    """Older rows of Better Auth's have no `alg`, and are EdDSA."""

    async def work(engine: AsyncEngine) -> None:
        await _opened(engine)
        async with engine.begin() as connection:
            await connection.execute(update(JWKS).values(alg=None, crv=None))
        ring = await _opened(engine)
        assert ring.find(ring.signing.key_id) is not None

    _run(empty_url, work)


def test_a_key_that_has_expired_signs_no_more(empty_url: str) -> None:
    """`signing` is the newest key that has not expired."""

    async def work(engine: AsyncEngine) -> None:
        await _opened(engine)
        row = await _row(engine)
        newer = {
            **row,
            "id": "expired",
            "createdAt": datetime.now(UTC) + timedelta(seconds=1),
            "expiresAt": datetime.now(UTC) - timedelta(days=1),
        }
        async with engine.begin() as connection:
            await connection.execute(insert(JWKS).values(**newer))
        assert (await _opened(engine)).signing.key_id == row["id"]

    _run(empty_url, work)


def test_two_workers_that_start_at_once_understand_each_other(empty_url: str) -> None:
    """Whatever each signs with, the other finds after one look."""

    async def work(engine: AsyncEngine) -> None:
        one, two = await asyncio.gather(_opened(engine), _opened(engine))
        await asyncio.gather(one.refresh(), two.refresh())
        assert one.find(two.signing.key_id) is not None
        assert two.find(one.signing.key_id) is not None
        assert one.signing.key_id == two.signing.key_id

    _run(empty_url, work)

"""The signing keys: minted once, found again, and never the end of the app."""

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.settings import Secret, Secrets
from gatepost.store import key_ring, open_engine, tables
from gatepost.store.key_ring import KeyRing
from gatepost.store.key_rotation import rotate
from gatepost.store.key_rows import read_rows
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


async def _opened(engine: AsyncEngine, secret: Secret | Secrets = SECRET) -> KeyRing:
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


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - a clock and a database send no event
            await asyncio.sleep(0.01)


def _count_looks(engine: AsyncEngine) -> list[str]:
    looks: list[str] = []

    def take_note(_c: object, _cu: object, statement: str, *_rest: object) -> None:
        if "FROM jwks" in statement:
            looks.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", take_note)
    return looks


def test_refresh_cools_down(empty_url: str) -> None:
    """A thousand unknown key ids cost one look at the table, and four a second at most."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        looks = _count_looks(engine)
        began = time.monotonic()
        await asyncio.gather(*(ring.refresh() for _ in range(1000)))
        assert len(looks) == 1
        await ring.refresh()
        await ring.refresh()
        assert len(looks) == 3
        assert time.monotonic() - began >= 0.5

    _run(empty_url, work)


def test_a_key_that_came_after_the_last_look_is_found(empty_url: str) -> None:
    """Two looks close together find what came between them: nobody is refused for asking early."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        await ring.refresh()
        made = await rotate(engine, Secrets.of(SECRET), 0)
        await ring.refresh()
        assert ring.signing.key_id == made.id

    _run(empty_url, work)


def test_an_unchanged_key_stays_the_same_object(empty_url: str) -> None:
    """What was verified under a key is believed while it is that key, with that end."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        key_id = ring.signing.key_id
        before = ring.find(key_id)
        await ring.refresh()
        assert ring.find(key_id) is before
        await rotate(engine, Secrets.of(SECRET), 100)
        await ring.refresh()
        after = ring.find(key_id)
        assert after is not before
        assert after is not None
        assert after.verifies_until is not None
        assert 100 + 3600 - 10 < after.verifies_until - time.time() <= 100 + 3600

    _run(empty_url, work)


def test_a_next_key_moves_on_by_the_clock(empty_url: str) -> None:
    """A ring that looks once has the next key in its set, and signs with it in time."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        old = ring.signing.key_id
        made = await rotate(engine, Secrets.of(SECRET), 1)
        await ring.refresh()
        looks = _count_looks(engine)
        assert ring.signing.key_id == old
        assert made.id in {key["kid"] for key in ring.published}
        assert ring.find(made.id) is not None
        await _until(lambda: ring.signing.key_id == made.id)
        assert datetime.now(UTC) >= made.created_at
        assert {key["kid"] for key in ring.published} == {old, made.id}
        assert looks == []

    _run(empty_url, work)


def test_a_running_ring_follows_the_table(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It sees what others do unasked, and says once when it cannot, once when it can."""
    monkeypatch.setattr(key_ring, "REFRESH_SECONDS", 0.02)

    async def work(engine: AsyncEngine) -> None:
        ring = KeyRing(engine, SECRET)
        async with ring.keeping():
            made = await rotate(engine, Secrets.of(SECRET), 0)
            await _until(lambda: ring.signing.key_id == made.id)
            async with engine.begin() as connection:
                await connection.exec_driver_sql("ALTER TABLE jwks RENAME TO away")
            await _until(lambda: "last good set" in caplog.text)
            looks = _count_looks(engine)
            await _until(lambda: len(looks) > 3)
            assert ring.signing.key_id == made.id
            async with engine.begin() as connection:
                await connection.exec_driver_sql("ALTER TABLE away RENAME TO jwks")
            await _until(lambda: "can be read again" in caplog.text)
        assert caplog.text.count("last good set") == 1

    with caplog.at_level(logging.WARNING):
        _run(empty_url, work)


def test_a_key_that_ends_without_a_successor_gets_one(empty_url: str) -> None:
    """A Better Auth with `rotationInterval` lets keys expire; there is another before they do."""

    async def work(engine: AsyncEngine) -> None:
        old = (await _opened(engine)).signing.key_id
        ends = datetime.now(UTC) + timedelta(seconds=300)
        async with engine.begin() as connection:
            await connection.execute(update(JWKS).values(expiresAt=ends))
        ring = await _opened(engine)
        assert ring.signing.key_id == old
        (following,) = {key["kid"] for key in ring.published} - {old}
        async with engine.connect() as connection:
            rows = {row.id: row for row in await read_rows(connection)}
        assert rows[following].created_at == rows[old].expires_at

    _run(empty_url, work)


SEVERAL = Secrets(((2, OTHER), (1, SECRET)), None)


def test_a_new_secret_opens_old_keys_and_seals_them_anew(empty_url: str) -> None:
    """After one start under `2:new,1:old` the old secret can be dropped."""

    async def work(engine: AsyncEngine) -> None:
        key_id = (await _opened(engine)).signing.key_id
        assert (await _opened(engine, SEVERAL)).signing.key_id == key_id
        sealed = json.loads((await _row(engine))["privateKey"])
        assert sealed.startswith("$ba$2$")
        without_old = Secrets(((2, OTHER),), None)
        assert (await _opened(engine, without_old)).signing.key_id == key_id

    _run(empty_url, work)


def test_the_two_deploys_of_a_secret_never_take_turns(empty_url: str) -> None:
    """At each step of the way, a process of the step before or after opens the same row."""
    first = Secrets(((1, SECRET), (2, OTHER)), None)

    async def work(engine: AsyncEngine) -> None:
        key_id = (await _opened(engine)).signing.key_id
        texts = []
        for secrets in (first, Secrets.of(SECRET), first, SEVERAL, first, SEVERAL):
            assert (await _opened(engine, secrets)).signing.key_id == key_id
            texts.append((await _row(engine))["privateKey"])
        assert texts[0] == texts[1] == texts[2]  # the same secret under a number
        assert texts[3] == texts[4] == texts[5]  # forwards only
        made = await rotate(engine, first, 0)
        assert (await _opened(engine, SEVERAL)).signing.key_id == made.id
        assert (await _opened(engine, Secrets(((2, OTHER),), None))).signing.key_id == made.id

    _run(empty_url, work)


def test_an_open_key_stays_open(empty_url: str) -> None:
    """A process that cannot open what another has sealed anew goes on with what it has opened."""

    async def work(engine: AsyncEngine) -> None:
        ring = await _opened(engine)
        await _opened(engine, SEVERAL)
        await ring.refresh()
        assert ring.signing.key_id == (await _row(engine))["id"]

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

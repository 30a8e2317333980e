"""One database, both servers: what either signs is believed at the other and at the app's gate."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update

from gatepost.provider.sessions import now
from gatepost.settings import Secrets
from gatepost.store import tables
from gatepost.store.key_rotation import retire, rotate
from gatepost.store.key_rows import LEAD_SECONDS
from gatepost.tokens import Revocation
from tests.issuers.reading import decode, kid_of, published_kids, wait_until
from tests.ports import free_port
from tests.provider.both import (
    Both,
    Browser,
    House,
    app_behind_gatepost,
    both_servers,
    passes_gate,
)
from tests.provider.oracle.original import originals
from tests.provider.oracle.playing import Server
from tests.services.postgres import Postgres

_AT_ONCE = 4


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """With one secret on SQLite, and with a newer version of it on PostgreSQL."""
    home = tmp_path_factory.mktemp("keys")
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{home / 'both.db'}" if on_sqlite else postgres.create_database()
    with (
        originals() as node,
        both_servers(node, url, home, first="original", versioned=not on_sqlite) as both,
    ):
        yield both


@pytest.fixture(scope="module")
def ada(both: Both) -> Iterator[Browser]:
    """Somebody who is signed in at both."""
    with Browser(both.gatepost.base_url) as browser:
        browser.sign_up(both.original)
        yield browser


def _jwks_url(server: Server) -> str:
    return f"{server.url}{server.base_path}/jwks"


def _check_believed(both: Both, token: str, *more: House) -> None:
    # The gates first: there a key that Better Auth has just made is looked for at once, while the
    # published set has it within two seconds.
    for house in (both.gatepost, *more):
        assert passes_gate(house, token)
    for server in (both.original, both.gatepost, *more):
        decode(token, _jwks_url(server), "EdDSA")


def _secrets(both: Both) -> Secrets:
    secrets = both.gatepost.app.settings.secrets
    assert secrets is not None
    return secrets


def test_each_opens_and_believes_the_keys_of_the_other(both: Both, ada: Browser) -> None:
    """With one secret there is one signing key, and one set of keys at both addresses."""
    tokens = [ada.token(at) for at in (both.original, both.gatepost)]
    assert kid_of(tokens[0]) == kid_of(tokens[1])
    for token in tokens:
        _check_believed(both, token)
    assert published_kids(_jwks_url(both.original)) == published_kids(_jwks_url(both.gatepost))


def test_keys_that_are_made_at_once_all_count(both: Both, ada: Browser) -> None:
    """Where there is none, several requests at the one and a start of the other make some."""

    async def forget_keys() -> None:
        async with both.gatepost.opened() as engine, engine.begin() as connection:
            await connection.execute(delete(tables.jwks))

    asyncio.run(forget_keys())
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asked = [pool.submit(ada.token, both.original) for _ in range(_AT_ONCE)]
        with app_behind_gatepost(free_port(), both.gatepost.told) as worker:
            for token in [*(each.result() for each in asked), ada.token(worker)]:
                _check_believed(both, token, worker)


async def _rotate(both: Both, lead_seconds: float) -> str:
    async with both.gatepost.opened() as engine:
        return (await rotate(engine, _secrets(both), lead_seconds)).id


async def _retire(both: Both, key_id: str) -> None:
    async def publish(_: Revocation) -> None:
        """Leave it to the workers to see it when they next read the table."""

    async with both.gatepost.opened() as engine:
        await retire(engine, _secrets(both), key_id, publish)


def test_a_rotation_at_gatepost_is_followed(both: Both, ada: Browser) -> None:
    """Better Auth signs with a new key at once, one for later included; Gatepost believes it."""
    before = ada.token(both.original)
    made = asyncio.run(_rotate(both, 0))
    assert kid_of(ada.token(both.original)) == made
    wait_until(lambda: kid_of(ada.token(both.gatepost)) == made)
    later = asyncio.run(_rotate(both, LEAD_SECONDS))
    token = ada.token(both.original)
    assert (kid_of(token), kid_of(ada.token(both.gatepost))) == (later, made)
    _check_believed(both, token)
    _check_believed(both, before)


def test_a_key_that_gatepost_retires_is_over_at_both(both: Both, ada: Browser) -> None:
    """Better Auth signs with it no more and publishes it no more; the gate refuses it."""
    token = ada.token(both.original)
    asyncio.run(_retire(both, kid_of(token)))
    assert kid_of(token) not in published_kids(_jwks_url(both.original))
    wait_until(lambda: not passes_gate(both.gatepost, token))
    newer = ada.token(both.original)
    assert kid_of(newer) != kid_of(token)
    _check_believed(both, newer)


def test_a_rotation_at_better_auth_is_followed(both: Both, ada: Browser) -> None:
    """It makes a key when the last has expired; that one is believed at its first token."""
    before = ada.token(both.original)

    async def expire() -> None:
        async with both.gatepost.opened() as engine, engine.begin() as connection:
            old = tables.jwks.c.expiresAt.is_(None)
            await connection.execute(update(tables.jwks).where(old).values(expiresAt=now()))

    asyncio.run(expire())
    token = ada.token(both.original)
    assert kid_of(token) != kid_of(before)
    _check_believed(both, token)
    _check_believed(both, before)
    wait_until(lambda: kid_of(ada.token(both.gatepost)) != kid_of(before))
    _check_believed(both, ada.token(both.gatepost))

"""The signing key of a running server, for tokens that are well signed and lie."""

import asyncio

from gatepost.settings import Secret, Secrets, Settings
from gatepost.store import open_engine
from gatepost.store.feed.choosing import carrier_of
from gatepost.store.key_ring import KeyRing
from gatepost.store.key_rotation import retire
from gatepost.tokens.issue import SigningKey
from tests.conftest import TEST_SECRET


def signing_key_of(settings: Settings) -> SigningKey:
    """Read the newest private key out of a deployment's database."""

    async def read() -> SigningKey:
        engine = open_engine(settings.database_url.reveal())
        try:
            keys = KeyRing(engine, Secret(TEST_SECRET))
            await keys.open()
            return keys.signing
        finally:
            await engine.dispose()

    return asyncio.run(read())


def retire_signing_key(settings: Settings) -> None:
    """Retire the key that signs, as an operator's process does."""

    async def end() -> None:
        engine = open_engine(settings.database_url.reveal())
        try:
            carrier = await carrier_of(engine, None, provider_here=True)
            assert carrier is not None
            secrets = Secrets.of(Secret(TEST_SECRET))
            await retire(engine, secrets, key_id, carrier.publish)
        finally:
            await engine.dispose()

    key_id = signing_key_of(settings).key_id
    asyncio.run(end())

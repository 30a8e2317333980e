"""The signing key of a running server, for tokens that are well signed and lie."""

import asyncio

from gatepost.settings import Secret, Settings
from gatepost.store import open_engine
from gatepost.store.key_ring import KeyRing
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

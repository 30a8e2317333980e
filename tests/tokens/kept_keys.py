"""What the tests of the key-set client share: sets, a quick policy, and looking at a client."""

import asyncio
import contextlib
from collections.abc import Callable

from gatepost.errors import TokenError
from gatepost.tokens import TokenFault, VerificationKey
from gatepost.tokens.key_set_client import KeySetClient, KeySetPolicy
from tests.tokens.hostile_issuer import Answer, sends_json
from tests.tokens.house import signing_key

QUICK = KeySetPolicy(
    fetch_seconds=1.5,
    refresh_seconds=0.3,
    keep_seconds=5.0,
    cool_down_seconds=0.5,
    first_retry_seconds=0.1,
    longest_retry_seconds=0.4,
)


def jwk(algorithm: str, key_id: str | None = None) -> dict[str, object]:
    """Return a public key as an issuer publishes it."""
    public = signing_key(algorithm).as_dict(private=False)
    return {**public, "kid": key_id or algorithm, "alg": algorithm}


def publishes(*jwks: dict[str, object]) -> Answer:
    """Answer with a set."""
    return sends_json({"keys": list(jwks)})


GOOD = publishes(jwk("EdDSA"), jwk("ES256"))


def finds(client: KeySetClient, key_id: str) -> VerificationKey | None:
    """Return the key, or None also where no set is to be believed."""
    with contextlib.suppress(TokenError):
        return client.find(key_id)
    return None


def is_unavailable(client: KeySetClient) -> bool:
    """Whether nothing is believed at the moment."""
    try:
        client.find("EdDSA")
    except TokenError as error:
        return error.reason is TokenFault.KEYS_UNAVAILABLE
    return False


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what changes is in another thread, or in the client
            await asyncio.sleep(0.005)

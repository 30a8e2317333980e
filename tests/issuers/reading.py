"""Reading tokens and key sets with a library that shares no line with Gatepost."""

import time
import warnings
from collections.abc import Callable

import httpx
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet, import_key

_PATIENCE_SECONDS = 60


def decode(token: str, jwks_url: str, algorithm: str) -> jwt.Token:
    """Verify the signature of `token` by the published keys, and by this algorithm alone."""
    keys = KeySet([import_key({**key}) for key in published(jwks_url)])
    with warnings.catch_warnings():
        # joserfc calls the name EdDSA deprecated (RFC 9864); Better Auth still writes it.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.decode(token, keys, algorithms=[algorithm])


def published(jwks_url: str) -> list[dict[str, str]]:
    """Return the keys at this address."""
    keys: list[dict[str, str]] = httpx.get(jwks_url).raise_for_status().json()["keys"]
    return keys


def published_kids(jwks_url: str) -> set[str]:
    """Return the names of the keys at this address."""
    return {key["kid"] for key in published(jwks_url)}


def kid_of(token: str) -> str:
    """Return the name of the key that a token says it is signed with."""
    kid: str = jws.extract_compact(token.encode()).headers()["kid"]
    return kid


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask again and again until it is so."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not so after {_PATIENCE_SECONDS} s")
        time.sleep(0.05)

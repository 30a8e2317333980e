"""What the real servers issue, read with a library that shares no line with Gatepost."""

import asyncio
import contextlib
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from gatepost.store import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.settings import async_database_url
from tests.services import better_auth, oidc_provider
from tests.services.fixtures import NewBetterAuth, NewOfficialClient, NewOidcProvider
from tests.services.node import NODE, ensure_installed, environment

_PATIENCE_SECONDS = 60


def _decode(token: str, jwks_url: str, algorithm: str) -> jwt.Token:
    keys = KeySet.import_key_set(_jwks(jwks_url))
    return jwt.decode(token, keys, algorithms=[algorithm])


def _jwks(jwks_url: str) -> dict[str, list[dict[str, str]]]:
    answer = httpx.get(jwks_url).raise_for_status()
    keys: dict[str, list[dict[str, str]]] = answer.json()
    return keys


def _kids(jwks_url: str) -> set[str]:
    return {key["kid"] for key in _jwks(jwks_url)["keys"]}


def _kid(token: str) -> str:
    kid: str = jwt.decode.__globals__["jws"].extract_compact(token.encode()).headers()["kid"]
    return kid


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.05)


@pytest.mark.parametrize("algorithm", better_auth.ALGORITHMS)
def test_better_auth_says_who_and_which_session(
    algorithm: str, new_better_auth: NewBetterAuth
) -> None:
    """A token has an algorithm, a published key, six claims, and nothing about the person."""
    server = new_better_auth(algorithm=algorithm)
    ada = server.sign_up()
    token = _decode(ada.token(), server.jwks_url, algorithm)
    (key,) = _jwks(server.jwks_url)["keys"]
    assert token.header == {"alg": algorithm, "kid": key["kid"]}
    assert key["alg"] == algorithm
    issued = token.claims["iat"]
    assert token.claims == {
        "iss": server.url,
        "aud": server.url,
        "sub": ada.user_id,
        "sid": ada.session_id(),
        "iat": issued,
        "exp": issued + 15 * 60,
    }

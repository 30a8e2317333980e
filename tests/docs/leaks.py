"""A deployment of two workers on PostgreSQL, and what somebody forges who has its key or secret."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import httpx
from joserfc import jws, jwt
from joserfc.jwk import OctKey, OKPKey

from gatepost.settings import Secret
from gatepost.store.sealed import unseal
from tests.cli.running import gatepost
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT
from tests.ports import free_port

_COMMAND = re.compile(r"^\$ ((?:[A-Z_]+=\S+ )*)gatepost (.+)$", re.MULTILINE)
_PATIENCE_SECONDS = 60


class Deployment:
    """Two workers of Tasks on one database; `urls` are their addresses, which is one app's."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self._directory = directory
        self._running = ExitStack()
        self._ports = [free_port(), free_port()]
        self.urls = [f"http://127.0.0.1:{port}" for port in self._ports]
        self._settings = {"GATEPOST_URL": self.urls[0], "DATABASE_URL": database_url}

    def start(self, **secret: str) -> None:
        """Start both, one after the other: the first makes the tables."""
        for port in self._ports:
            self._running.enter_context(
                uvicorn(
                    "gatepost_tasks.app:create_app",
                    self._directory,
                    "--factory",
                    PORT=str(port),
                    **self._settings,
                    **secret,
                )
            )

    def stop(self) -> None:
        """Stop both."""
        self._running.close()

    def run(self, command: str, **secret: str) -> str:
        """Run `gatepost` with the environment that the app has; return what it printed."""
        ended = gatepost(self._directory, *command.split(), **self._settings, **secret)
        assert ended.code == 0, ended.err
        return ended.out

    def keys(self, **secret: str) -> dict[str, str]:
        """Return the state of each key."""
        listed = json.loads(self.run("keys list --json", **secret))
        return {key["id"]: key["state"] for key in listed}

    def statuses(self, token: str) -> list[int]:
        """Return what each worker answers to an access token."""
        bearer = {"Authorization": f"Bearer {token}"}
        return [
            httpx.get(f"{url}/api/me", headers=bearer, timeout=_PATIENCE_SECONDS).status_code
            for url in self.urls
        ]

    def who(self, cookie: str) -> list[object]:
        """Return what each worker answers to a session cookie."""
        sent = {"Cookie": f"better-auth.session_token={cookie}"}
        asked = [f"{url}/api/auth/get-session" for url in self.urls]
        return [httpx.get(url, headers=sent, timeout=_PATIENCE_SECONDS).json() for url in asked]

    def forged_token(self, secret: str, user_id: str) -> str:
        """Return an access token for somebody, made with the key out of the database."""
        [(key_id, sealed)] = self._rows('SELECT id, "privateKey" FROM jwks')
        key = OKPKey.import_key(json.loads(unseal(json.loads(sealed), Secret(secret))))
        now = int(time.time())
        claims = {
            "iss": self.urls[0],
            "aud": self.urls[0],
            "sub": user_id,
            "sid": "made-up",
            "iat": now,
            "exp": now + 900,
            "auth_time": now,
        }
        header = {"alg": "Ed25519", "kid": key_id}
        return jwt.encode(header, claims, key, algorithms=["Ed25519"])

    def forged_cookie(self, secret: str, user_id: str) -> str:
        """Return a cookie for somebody's session, whose token is read from the database."""
        [(token,)] = self._rows('SELECT token FROM session WHERE "userId" = $1', user_id)
        digest = hmac.digest(secret.encode(), token.encode(), hashlib.sha256)
        return quote(f"{token}.{base64.b64encode(digest).decode()}", safe="")

    def _rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        async def read() -> list[tuple[str, ...]]:
            url = self._settings["DATABASE_URL"]
            connection = await asyncpg.connect(url, ssl=False, timeout=_PATIENCE_SECONDS)
            try:
                return [tuple(row) for row in await connection.fetch(query, *values)]
            finally:
                await connection.close()

        return asyncio.run(read())


def forged_link(secret: str, user_id: str, email: str, new_email: str) -> str:
    """Return the path of a link that gives somebody's account another address."""
    now = int(time.time())
    claims = {
        "email": email,
        "updateTo": new_email,
        "requestType": "change-email-verification",
        "userId": user_id,
        "iat": now,
        "exp": now + 3600,
    }
    # As Better Auth writes it: with no `typ`, which a JWT of joserfc has.
    token = jws.serialize_compact({"alg": "HS256"}, json.dumps(claims), OctKey.import_key(secret))
    return f"/api/auth/verify-email?token={token}"


def commands(page: str) -> list[tuple[dict[str, str], str]]:
    """Return each `gatepost` command of a page, with what the page sets before it."""
    found = _COMMAND.findall((ROOT / page).read_text())
    return [(dict(each.split("=", 1) for each in before.split()), line) for before, line in found]


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)

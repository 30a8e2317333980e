"""Apps whose routes ask for more than a sign-in, served for real, and tokens that may have it."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from gatepost import BetterAuthServer, Declaration, Gatepost, OpenIdProvider
from gatepost.attacks import Answered, RawRequest, send
from gatepost.attacks.wire import Fields
from gatepost.issuers import Issuer
from gatepost.principal import UserId
from gatepost.settings import Settings
from gatepost.store import open_engine
from gatepost.store.roles import set_roles
from tests.conftest import settings_for
from tests.gate.guarded import Recorder
from tests.issuers.elsewhere import AUDIENCE, Elsewhere
from tests.ports import free_port
from tests.serving import serving
from tests.tokens.hostile_issuer import sends_json

# joserfc warns of the name `EdDSA`, which is the one that Better Auth uses.
JOSERFC_WARNS = "ignore::joserfc.errors.SecurityWarning"
AT_JWT = {"typ": "at+jwt"}


@dataclass(frozen=True, slots=True)
class Served:
    """A running app, and what it has reported."""

    url: str
    settings: Settings
    events: Recorder

    def ask(
        self, path: str, token: str | None, method: str = "GET", fields: Fields = ()
    ) -> Answered:
        """Ask with a token, or with none, by a connection of its own."""
        return send(self.url, RawRequest(method, path, (*bearer(token).items(), *fields)))

    def knock(self, path: str, token: str | None) -> Answered:
        """Open a websocket; 101 where it is accepted."""
        url = self.url.replace("http", "ws") + path
        try:
            with connect(url, additional_headers=bearer(token)):
                return Answered(101, (), b"")
        except InvalidStatus as refused:
            response = refused.response
            headers = tuple(response.headers.raw_items())
            return Answered(response.status_code, headers, bytes(response.body))


def bearer(token: str | None) -> dict[str, str]:
    """Write the header that carries a token."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


@contextmanager
def served(
    app: FastAPI,
    data_dir: Path,
    *,
    issuer: Issuer | Sequence[Issuer] | None = None,
    policies: Mapping[str, Declaration] | None = None,
    database_url: str | None = None,
) -> Iterator[Served]:
    """Protect an app and serve it."""
    port, events = free_port(), Recorder()
    settings = settings_for(port, data_dir, database_url)
    Gatepost(settings, issuer=issuer, events=events).protect(app, policies=policies)
    with serving(app, port=port) as url:
        yield Served(url, settings, events)


def give_roles(settings: Settings, user_id: str, *roles: str) -> None:
    """Give somebody these roles and no others, as an operator's process does."""

    async def give() -> bool:
        engine = open_engine(settings.database_url.reveal())
        try:
            return await set_roles(engine, UserId(user_id), frozenset(roles))
        finally:
            await engine.dispose()

    assert asyncio.run(give()), "nobody has this id"


def better_auth(issuer: Elsewhere) -> BetterAuthServer:
    """Believe an issuer elsewhere as one believes a Better Auth server."""
    return BetterAuthServer(url=issuer.url, audience=AUDIENCE)


def openid(issuer: Elsewhere) -> OpenIdProvider:
    """Believe an issuer elsewhere as one believes an OpenID provider."""
    issuer.server.answers["/.well-known/openid-configuration"] = sends_json(
        {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"}
    )
    algorithms = frozenset({issuer.algorithm})
    return OpenIdProvider(issuer=issuer.url, audience=AUDIENCE, algorithms=algorithms)


def ago(seconds: int) -> int:
    """Return a time in the past, as tokens write it."""
    return int(time.time()) - seconds

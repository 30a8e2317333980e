"""Tasks, served for real by somebody who also holds its signing key."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from gatepost.attacks import Answered, Material, RawRequest, send
from gatepost.attacks.listener import Listener
from gatepost.settings import Settings
from gatepost.testing import Somebody, sign_up
from gatepost.tokens.issue import SigningKey
from gatepost_tasks.app import create_app
from tests.attacks.keys import signing_key_of
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving

CANARY = "canary-5f0c1f0e7f4b4b6fa2f8f2f7"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running Tasks."""

    url: str
    settings: Settings

    def send(self, request: RawRequest) -> Answered:
        """Send one raw request."""
        return send(self.url, request)

    def get(self, target: str, *fields: tuple[str, str | bytes]) -> Answered:
        """Send one raw GET."""
        return self.send(RawRequest("GET", target, fields))

    def post(self, target: str, body: bytes, *fields: tuple[str, str | bytes]) -> Answered:
        """Send one raw POST of JSON, unless another type is given."""
        if not any(name.lower() == "content-type" for name, _ in fields):
            fields = (("Content-Type", "application/json"), *fields)
        return self.send(RawRequest("POST", target, fields, body))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Tasks on SQLite, in a directory that the tests know."""
    port = free_port()
    settings = settings_for(port, tmp_path_factory.mktemp("tasks"))
    with serving(create_app(settings), port=port) as url:
        yield Deployment(url, settings)


@pytest.fixture(scope="module")
def signing_key(deployment: Deployment) -> SigningKey:
    """The private key of the running server."""
    return signing_key_of(deployment.settings)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """The attacker's server, at which nobody must ever call."""
    with Listener() as listening:
        yield listening


@pytest.fixture(scope="module")
def ada(deployment: Deployment) -> Iterator[Somebody]:
    """Somebody with a task that carries the canary. Never signed out."""
    with sign_up(deployment.url, "ada") as somebody:
        somebody.http.post("/api/tasks", json={"title": CANARY}).raise_for_status()
        yield somebody


@pytest.fixture(scope="module")
def bob(deployment: Deployment) -> Iterator[Somebody]:
    """Somebody else. Never signed out."""
    with sign_up(deployment.url, "bob") as somebody:
        yield somebody


@pytest.fixture(scope="module")
def material(
    deployment: Deployment, signing_key: SigningKey, ada: Somebody, listener: Listener
) -> Material:
    """What a forger has who has seen one token of Ada's, and the server's key."""
    keys = httpx.get(f"{deployment.url}/api/auth/jwks").json()["keys"]
    jwk = next(key for key in keys if key["kid"] == signing_key.key_id)
    session = ada.browser.get("/api/auth/get-session").json()["session"]["token"]
    return Material(
        token=ada.token,
        jwk=jwk,
        private_key=signing_key.private_key,
        listener=listener.url,
        session_token=session,
        now=int(time.time()),
    )


def session_cookie(somebody: Somebody) -> str:
    """Return the signed session cookie, as it goes into a Cookie header."""
    return "; ".join(f"{name}={value}" for name, value in somebody.browser.cookies.items())


def answered(response: httpx.Response) -> Answered:
    """Show an httpx response to the oracles."""
    return Answered(response.status_code, tuple(response.headers.multi_items()), response.content)

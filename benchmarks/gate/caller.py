"""Somebody who calls a protected app: with a known token, with new ones, and with forged ones."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.attacks.keys import signing_key_of
from tests.conftest import TEST_SECRET, settings_for

from benchmarks.gate.apps.answer import PATH
from benchmarks.gate.connection import get
from benchmarks.gate.server import Server, check_closed, free_port, serving
from gatepost.rates import HIGHEST_RATES
from gatepost.testing import sign_up
from gatepost.tokens import base64url
from gatepost.tokens.issue import SigningKey


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who has signed up at a protected app, and that app's signing key.

    Attributes:
        key: as it lies in the app's database.
        forger: has the same id, and is another key.
    """

    server: Server
    token: str
    key: SigningKey
    forger: SigningKey

    def known(self, count: int) -> Sequence[bytes]:
        """Return requests that all carry the one token."""
        return [_request(self.token)] * count

    def new(self, count: int) -> Sequence[bytes]:
        """Return requests that each carry a good token which nobody has seen."""
        return self._signed(self.key, count)

    def forged(self, count: int) -> Sequence[bytes]:
        """Return requests with distinct tokens, perfect but for who has signed them."""
        return self._signed(self.forger, count)

    def _signed(self, key: SigningKey, count: int) -> Sequence[bytes]:
        """Sign what the app itself has issued, for as many sessions as there are requests."""
        head, payload, _ = self.token.split(".")
        claims: dict[str, object] = json.loads(base64url.decode(payload.encode("ascii")))
        requests = []
        for _ in range(count):
            claims["sid"] = uuid4().hex
            body = base64url.encode(json.dumps(claims, separators=(",", ":")).encode("utf-8"))
            signature = key.private_key.sign(f"{head}.{body}".encode("ascii"))
            requests.append(_request(f"{head}.{body}.{base64url.encode(signature)}"))
        return requests


@contextmanager
def protected(app: str, directory: Path) -> Iterator[Caller]:
    """Serve a protected app, and sign somebody up."""
    port, data = free_port(), directory / f"data of {app}"
    environment = {
        "GATEPOST_URL": f"http://127.0.0.1:{port}",
        "GATEPOST_SECRET": TEST_SECRET,
        "GATEPOST_DATA_DIR": str(data),
        "GATEPOST_RATE_LIMITS": HIGHEST_RATES,
    }
    with (
        serving(app, directory, port=port, environment=environment) as server,
        sign_up(server.url) as somebody,
    ):
        check_closed(server)
        key = signing_key_of(settings_for(port, data))
        forger = SigningKey(key.key_id, Ed25519PrivateKey.generate())
        yield Caller(server, somebody.token, key, forger)


def _request(token: str) -> bytes:
    return get(PATH, {"Authorization": f"Bearer {token}"})

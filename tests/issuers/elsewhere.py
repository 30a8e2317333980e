"""An issuer elsewhere, made by joserfc, and an app that believes it."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Mapped

from gatepost import CurrentUser, Gatepost, Profile, Rows
from gatepost.issuers import Issuer
from gatepost.rows import Base, Owned
from tests.conftest import settings_for
from tests.gate.guarded import Recorder
from tests.ports import free_port
from tests.serving import serving
from tests.tokens.hostile_issuer import HostileIssuer, hostile_issuer, sends_json

AUDIENCE = "https://app.test"

SigningKey = OKPKey | ECKey | RSAKey


class Note(Owned, Base):
    """Something that somebody keeps."""

    __tablename__ = "note_of_somebody_elsewhere"
    text: Mapped[str]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An issuer with keys, on a loopback port of its own."""

    server: HostileIssuer
    keys: tuple[SigningKey, ...]
    algorithm: str

    @property
    def url(self) -> str:
        """Its `iss`."""
        return self.server.origin

    @property
    def public_jwks(self) -> list[dict[str, object]]:
        """What it publishes, in the order of its keys."""
        return [{**key.as_dict(private=False), "alg": self.algorithm} for key in self.keys]

    def publish(self, document: object) -> None:
        """Answer everybody with this."""
        self.server.answer = sends_json(document)

    def token(
        self, subject: str, *, header: Mapping[str, object] | None = None, **claims: object
    ) -> str:
        """Sign an access token with the first key; a claim that is `...` is left out."""
        now = int(time.time())
        good: dict[str, object] = {
            "iss": self.url, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 600,
        }  # fmt: skip
        body = {name: value for name, value in {**good, **claims}.items() if value is not ...}
        protected = {"alg": self.algorithm, "kid": self.keys[0].kid, **(header or {})}
        return jws.serialize_compact(
            protected, json.dumps(body), self.keys[0], algorithms=[self.algorithm]
        )


@contextmanager
def issuer_elsewhere(algorithm: str = "EdDSA") -> Iterator[Elsewhere]:
    """Run an issuer with two keys."""
    keys = tuple(_key(algorithm, kid) for kid in ("signing", "other"))
    with hostile_issuer(sends_json({})) as server:
        elsewhere = Elsewhere(server, keys, algorithm)
        elsewhere.publish({"keys": elsewhere.public_jwks})
        yield elsewhere


def _key(algorithm: str, kid: str) -> SigningKey:
    if algorithm == "RS256":
        return RSAKey.generate_key(2048, {"kid": kid}, private=True)
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", {"kid": kid}, private=True)
    return OKPKey.generate_key("Ed25519", {"kid": kid}, private=True)


@contextmanager
def believing(issuers: Sequence[Issuer], data_dir: Path) -> Iterator[str]:
    """Serve an app that believes these issuers; yields its origin."""
    port = free_port()
    app = FastAPI()

    @app.get("/me")
    async def me(user: CurrentUser) -> dict[str, str]:
        return {"user_id": user.user_id, "issuer": user.issuer, "subject": user.subject}

    @app.get("/profile")
    async def profile(profile: Profile) -> str:
        return profile.name

    @app.get("/notes")
    async def notes(rows: Rows) -> list[str]:
        return [note.text for note in await rows.all(select(Note))]

    @app.post("/notes/{text}")
    async def keep(text: str, rows: Rows) -> None:
        rows.add(Note(text=text))

    Gatepost(settings_for(port, data_dir), issuer=issuers, events=Recorder()).protect(app)
    with serving(app, port=port) as url:
        yield url

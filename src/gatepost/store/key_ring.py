"""The signing keys: rows of Better Auth's `jwks` table, their public halves held in memory."""

import base64
import json
import logging
import secrets
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.settings import Secret
from gatepost.store import tables
from gatepost.store.sealed import CannotUnseal, seal, unseal
from gatepost.tokens.algorithms import ALGORITHMS
from gatepost.tokens.issue import SigningKey
from gatepost.tokens.keys import VerificationKey

_ID_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 32
_REFRESH_COOL_DOWN_SECONDS = 1.0

_log = logging.getLogger("gatepost")


@dataclass(frozen=True, slots=True)
class _Keys:
    """One reading of the table."""

    verifying: Mapping[str, VerificationKey]
    published: tuple[Mapping[str, str], ...]
    signing: SigningKey


class KeyRing:
    """Finds public keys for whoever verifies and the newest private key for whoever signs.

    Args:
        engine: the database with the `jwks` table.
        secret: seals the private keys.
    """

    def __init__(self, engine: AsyncEngine, secret: Secret) -> None:
        self._engine = engine
        self._secret = secret
        self._keys: _Keys | None = None
        self._may_refresh_at = 0.0

    async def open(self) -> None:
        """Read the keys, and make the first one where there is none.

        Raises:
            ConfigurationError: a private key was sealed with another secret.
        """
        rows = await self._rows()
        if not rows:
            await self._mint()
            rows = await self._rows()
        self._keys = self._read(rows)

    @property
    def signing(self) -> SigningKey:
        """The newest key that has not expired."""
        return self._opened.signing

    @property
    def published(self) -> tuple[Mapping[str, str], ...]:
        """The public keys as Better Auth shows them: `{alg, crv, x, kty, kid}`."""
        return self._opened.published

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id from memory."""
        return self._opened.verifying.get(key_id)

    async def refresh(self) -> None:
        """Read the table again, at most once a second: another worker may have made a key."""
        now = time.monotonic()
        if now < self._may_refresh_at:
            return
        self._may_refresh_at = now + _REFRESH_COOL_DOWN_SECONDS
        try:
            self._keys = self._read(await self._rows())
        except (SQLAlchemyError, OSError, ConfigurationError):
            _log.exception("the signing keys could not be read again; the last good set stays")

    @property
    def _opened(self) -> _Keys:
        if self._keys is None:
            raise RuntimeError("the key ring has not been opened")
        return self._keys

    async def _rows(self) -> list[RowMapping]:
        async with self._engine.connect() as connection:
            # A stable order where two workers made a key in the same millisecond.
            order = (tables.jwks.c.createdAt, tables.jwks.c.id)
            return list((await connection.execute(select(tables.jwks).order_by(*order))).mappings())

    async def _mint(self) -> None:
        private_key = Ed25519PrivateKey.generate()
        public = {
            "crv": "Ed25519",
            "x": _base64url(private_key.public_key().public_bytes_raw()),
            "kty": "OKP",
        }
        private = {**public, "d": _base64url(private_key.private_bytes_raw())}
        sealed = seal(json.dumps(private, separators=(",", ":")), self._secret)
        async with self._engine.begin() as connection:
            await connection.execute(
                insert(tables.jwks).values(
                    id="".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH)),
                    publicKey=json.dumps(public, separators=(",", ":")),
                    privateKey=json.dumps(sealed),
                    createdAt=datetime.now(UTC),
                    alg="EdDSA",
                    crv="Ed25519",
                )
            )

    def _read(self, rows: list[RowMapping]) -> _Keys:
        ours = [row for row in rows if (row["alg"] or "EdDSA") == "EdDSA"]
        if not ours:
            raise ConfigurationError("the jwks table holds no EdDSA key")
        return _Keys(
            verifying={row["id"]: _verification_key(row) for row in ours},
            published=tuple(_published(row) for row in ours),
            signing=self._signing_key(ours[-1]),
        )

    def _signing_key(self, row: RowMapping) -> SigningKey:
        try:
            private = json.loads(unseal(json.loads(row["privateKey"]), self._secret))
        except (CannotUnseal, ValueError) as error:
            raise ConfigurationError(
                "The signing key in the database was sealed with another secret. Set "
                "GATEPOST_SECRET to the one that was in use, or, if it is lost, delete the rows of "
                "the table jwks: everybody keeps their session and gets new tokens."
            ) from error
        private_key = Ed25519PrivateKey.from_private_bytes(_from_base64url(private["d"]))
        return SigningKey(row["id"], private_key)


def _verification_key(row: RowMapping) -> VerificationKey:
    public = json.loads(row["publicKey"])
    public_key = Ed25519PublicKey.from_public_bytes(_from_base64url(public["x"]))
    return VerificationKey(row["id"], ALGORITHMS["EdDSA"], public_key)


def _published(row: RowMapping) -> Mapping[str, str]:
    public = json.loads(row["publicKey"])
    return {
        "alg": "EdDSA",
        "crv": public["crv"],
        "x": public["x"],
        "kty": public["kty"],
        "kid": row["id"],
    }


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

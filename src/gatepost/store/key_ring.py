"""The signing keys: rows of Better Auth's `jwks` table, their public halves held in memory."""

import asyncio
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
from gatepost.tokens import base64url
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
        self._reading = asyncio.Lock()
        self._read_at = -_REFRESH_COOL_DOWN_SECONDS

    async def open(self) -> None:
        """Read the keys, and make the first one where there is none.

        Raises:
            ConfigurationError: a private key was sealed with another secret.
        """
        rows = await self._rows()
        if not any(_signs(row) for row in rows):
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
        """Read the table again, at most once a second: another worker may have made a key.

        Whoever asks while somebody reads waits, and has the result.
        """
        asked_at = time.monotonic()
        async with self._reading:
            if self._read_at >= asked_at or asked_at - self._read_at < _REFRESH_COOL_DOWN_SECONDS:
                return
            self._read_at = time.monotonic()
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
            "x": base64url.encode(private_key.public_key().public_bytes_raw()),
            "kty": "OKP",
        }
        private = {**public, "d": base64url.encode(private_key.private_bytes_raw())}
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
        readable = [key for row in rows if (key := _public_key(row)) is not None]
        signing = [
            opened for row in rows if _signs(row) if (opened := self._signing_key(row)) is not None
        ]
        if not signing:
            raise ConfigurationError(
                "No signing key in the database can be opened: they were sealed with another "
                "secret. Set GATEPOST_SECRET to the one that was in use, or, if it is lost, delete "
                "the rows of the table jwks: everybody keeps their session and gets new tokens."
            )
        return _Keys(
            verifying={key.key_id: key for key in readable},
            published=tuple(_published(key) for key in readable),
            signing=signing[-1],
        )

    def _signing_key(self, row: RowMapping) -> SigningKey | None:
        public_key = _public_key(row)
        try:
            private = json.loads(unseal(json.loads(row["privateKey"]), self._secret))
            private_key = Ed25519PrivateKey.from_private_bytes(
                base64url.decode(private["d"].encode("ascii"))
            )
        except (CannotUnseal, *_UNREADABLE):
            return None
        # A private key without its published half would sign what nobody can verify.
        if public_key is None or public_key.key != private_key.public_key():
            return None
        return SigningKey(row["id"], private_key)


def _signs(row: RowMapping) -> bool:
    expired = row["expiresAt"] is not None and row["expiresAt"] <= datetime.now(UTC)
    return (row["alg"] or "EdDSA") == "EdDSA" and not expired


# What a row that another program wrote may raise where it is read.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


def _public_key(row: RowMapping) -> VerificationKey | None:
    """Return the public key of a row; None for another algorithm, or for no key at all."""
    if (row["alg"] or "EdDSA") != "EdDSA":
        return None
    try:
        public_key = Ed25519PublicKey.from_public_bytes(
            base64url.decode(json.loads(row["publicKey"])["x"].encode("ascii"))
        )
        return VerificationKey(row["id"], ALGORITHMS["EdDSA"], public_key, None)
    except _UNREADABLE:
        _log.warning("the row %s of the table jwks holds no key that can be read", row["id"])
        return None


def _published(key: VerificationKey) -> Mapping[str, str]:
    if not isinstance(key.key, Ed25519PublicKey):
        raise TypeError("only Ed25519 keys are published")
    return {
        "alg": "EdDSA",
        "crv": "Ed25519",
        "x": base64url.encode(key.key.public_bytes_raw()),
        "kty": "OKP",
        "kid": key.key_id,
    }

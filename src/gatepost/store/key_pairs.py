"""From a row of the `jwks` table to keys: what verifies, and what signs."""

import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gatepost.settings import Secrets
from gatepost.store.key_rows import OUR_ALGORITHM, KeyRow
from gatepost.store.sealed import CannotUnseal, is_outdated, seal, unseal
from gatepost.tokens import base64url
from gatepost.tokens.algorithms import ALGORITHMS
from gatepost.tokens.issue import SigningKey
from gatepost.tokens.keys import VerificationKey

# What a row that another program wrote may raise where it is read.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def verification_key(row: KeyRow, grace_seconds: float) -> VerificationKey | None:
    """Return the public key of a row; None for another algorithm, or for no key at all."""
    if not row.is_ours:
        return None
    try:
        public_key = Ed25519PublicKey.from_public_bytes(
            base64url.decode(json.loads(row.public_key)["x"].encode("ascii"))
        )
        until = row.verifies_until(grace_seconds)
        return VerificationKey(row.id, ALGORITHMS[OUR_ALGORITHM], public_key, until)
    except _UNREADABLE:
        return None


def signing_key(row: KeyRow, secrets: Secrets) -> SigningKey | None:
    """Return the private key of a row; None where it cannot be opened, or does not fit."""
    public_key = verification_key(row, 0.0)
    sealed = _sealed(row)
    if sealed is None or public_key is None:
        return None
    try:
        private = json.loads(unseal(sealed, secrets))
        private_key = Ed25519PrivateKey.from_private_bytes(
            base64url.decode(private["d"].encode("ascii"))
        )
    except (CannotUnseal, *_UNREADABLE):
        return None
    # A private key without its published half would sign what nobody can verify.
    if public_key.key != private_key.public_key():
        return None
    return SigningKey(row.id, private_key)


def resealed(row: KeyRow, secrets: Secrets) -> str | None:
    """Return the column `privateKey` sealed with the current secret; None where it may stay."""
    sealed = _sealed(row)
    if sealed is None or not is_outdated(sealed, secrets):
        return None
    try:
        return json.dumps(seal(unseal(sealed, secrets), secrets))
    except CannotUnseal:
        return None


def published(key: VerificationKey) -> Mapping[str, str]:
    """Return a public key as Better Auth shows it: `{alg, crv, x, kty, kid}`."""
    if not isinstance(key.key, Ed25519PublicKey):
        raise TypeError("only Ed25519 keys are published")
    return {
        "alg": OUR_ALGORITHM,
        "crv": "Ed25519",
        "x": base64url.encode(key.key.public_bytes_raw()),
        "kty": "OKP",
        "kid": key.key_id,
    }


def _sealed(row: KeyRow) -> str | None:
    try:
        sealed = json.loads(row.private_key)
    except _UNREADABLE:
        return None
    return sealed if isinstance(sealed, str) else None

"""Signing keys, and what each algorithm of JWS does with one (RFC 7518, section 3; RFC 8037).

By hand over `cryptography`, for a library refuses what an attacker does.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from gatepost.attacks.encoding import base64url, unbase64url

PrivateKey: TypeAlias = (
    bytes
    | rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)
"""What signs; bytes are the secret of an HMAC."""

PublicKey: TypeAlias = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
)
"""What verifies, where that is not the key that signs."""

ASYMMETRIC = (
    rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey,
)  # fmt: skip
PUBLIC = (
    rsa.RSAPublicKey, ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey, ed448.Ed448PublicKey,
)  # fmt: skip

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512(),
}  # fmt: skip
_HMACS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1, "ES256K": ec.SECP256K1,
}  # fmt: skip
_CURVES_OF_JWK: Mapping[str, type[ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1, "secp256k1": ec.SECP256K1,
}  # fmt: skip
_BITS = 2048

ORDERS: Mapping[str, int] = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES256K": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}
"""The orders of the groups whose signatures have a second form that verifies (SEC 2)."""


class UnfitKeyError(ValueError):
    """A key that an algorithm cannot sign with."""


def hmac_of(secret: bytes, algorithm: str, signing_input: bytes) -> bytes:
    """Return the HMAC that an algorithm of JWS makes; of HS256 where it names another kind."""
    return hmac.digest(secret, signing_input, _HMACS.get(algorithm, hashlib.sha256))


def sign(key: PrivateKey, algorithm: str, signing_input: bytes) -> bytes:
    """Sign as an algorithm of JWS does.

    Raises:
        UnfitKeyError: the key is of another kind.
    """
    if isinstance(key, bytes):
        if algorithm not in _HMACS:
            raise UnfitKeyError(f"a secret does not sign {algorithm}")
        return hmac_of(key, algorithm, signing_input)
    if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        if not algorithm.lower().startswith("ed"):
            raise UnfitKeyError(f"an Edwards key does not sign {algorithm}")
        return key.sign(signing_input)
    if isinstance(key, rsa.RSAPrivateKey):
        scheme, digest = _rsa_scheme(algorithm)
        return key.sign(signing_input, scheme, digest)
    if not algorithm.startswith("ES"):
        raise UnfitKeyError(f"an elliptic key does not sign {algorithm}")
    r, s = decode_dss_signature(key.sign(signing_input, ec.ECDSA(_hash_of(algorithm))))
    size = (key.curve.key_size + 7) // 8
    return r.to_bytes(size) + s.to_bytes(size)


def verifies(
    key: PrivateKey | PublicKey, algorithm: str, signing_input: bytes, signature: bytes
) -> bool:
    """Whether a signature is one of this key's; a private key stands for its public half."""
    if isinstance(key, bytes):
        made = hmac_of(key, algorithm, signing_input) if algorithm in _HMACS else b""
        return bool(made) and hmac.compare_digest(made, signature)
    public = public_of(key)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            scheme, digest = _rsa_scheme(algorithm)
            public.verify(signature, signing_input, scheme, digest)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            pair = (int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
            public.verify(encode_dss_signature(*pair), signing_input, ec.ECDSA(_hash_of(algorithm)))
        else:
            public.verify(signature, signing_input)
    except (InvalidSignature, UnfitKeyError):
        return False
    return True


def public_of(key: PrivateKey | PublicKey) -> PublicKey:
    """Return the public half of a key.

    Raises:
        UnfitKeyError: it is a secret, which has none.
    """
    if isinstance(key, bytes):
        raise UnfitKeyError("a secret has no public half")
    return key.public_key() if isinstance(key, ASYMMETRIC) else key


def strangers_key(algorithm: str) -> PrivateKey:
    """Return a new key of the attacker's for an algorithm."""
    if algorithm in _HMACS:
        return secrets.token_bytes(64)
    if algorithm[:2] in {"RS", "PS"}:
        return _rsa_key()
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm]())
    if algorithm == "Ed448":
        return ed448.Ed448PrivateKey.generate()
    return ed25519.Ed25519PrivateKey.generate()


@cache
def _rsa_key() -> rsa.RSAPrivateKey:
    """Make one, once: it takes its time."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)


def jwk_of(key: PrivateKey | PublicKey) -> dict[str, str]:
    """Return the public JWK of a key, or that of a secret, which is the secret itself."""
    if isinstance(key, bytes):
        return {"kty": "oct", "k": base64url(key)}
    public = public_of(key)
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}
    if isinstance(public, ec.EllipticCurvePublicKey):
        size = (public.curve.key_size + 7) // 8
        named = {curve: name for name, curve in _CURVES_OF_JWK.items()}
        point = public.public_numbers()
        x, y = (base64url(each.to_bytes(size)) for each in (point.x, point.y))
        return {"kty": "EC", "crv": named[type(public.curve)], "x": x, "y": y}
    curve = "Ed25519" if isinstance(public, ed25519.Ed25519PublicKey) else "Ed448"
    return {"kty": "OKP", "crv": curve, "x": base64url(public.public_bytes_raw())}


def key_of_jwk(jwk: Mapping[str, object]) -> PublicKey:
    """Return the public key that a JWK is.

    Raises:
        UnfitKeyError: it is none of the four kinds, or its numbers are no key.
    """
    members = {name: value for name, value in jwk.items() if isinstance(value, str)}
    kind = members.get("kty")
    try:
        if kind == "RSA":
            n, e = (int.from_bytes(unbase64url(members[each])) for each in ("n", "e"))
            return rsa.RSAPublicNumbers(e, n).public_key()
        if kind == "EC":
            x, y = (int.from_bytes(unbase64url(members[each])) for each in ("x", "y"))
            curve = _CURVES_OF_JWK[members["crv"]]()
            return ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
        raw = unbase64url(members["x"])
        if members.get("crv") == "Ed448":
            return ed448.Ed448PublicKey.from_public_bytes(raw)
        return ed25519.Ed25519PublicKey.from_public_bytes(raw)
    except (KeyError, ValueError, UnsupportedAlgorithm) as error:
        raise UnfitKeyError(f"no key: {json.dumps(dict(jwk))[:200]}") from error


def private_key_of(text: bytes) -> PrivateKey:
    """Return the private key of a PEM without a passphrase.

    Raises:
        UnfitKeyError: it holds none that signs tokens.
    """
    try:
        found = load_pem_private_key(text, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnfitKeyError(f"no private key: {error}") from error
    if not isinstance(found, ASYMMETRIC):
        raise UnfitKeyError("a key of a kind that signs no tokens")
    return found


def public_key_of(text: bytes) -> PublicKey:
    """Return the public key of a PEM.

    Raises:
        UnfitKeyError: it holds none that verifies tokens.
    """
    try:
        found = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnfitKeyError(f"no public key: {error}") from error
    if not isinstance(found, PUBLIC):
        raise UnfitKeyError("a key of a kind that verifies no tokens")
    return found


def _integer(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))


def _hash_of(algorithm: str) -> hashes.HashAlgorithm:
    return _HASHES.get(algorithm[2:5], _HASHES["256"])


def _rsa_scheme(algorithm: str) -> tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]:
    digest = _hash_of(algorithm)
    if algorithm.startswith("RS"):
        return padding.PKCS1v15(), digest
    if algorithm.startswith("PS"):
        return padding.PSS(padding.MGF1(digest), digest.digest_size), digest
    raise UnfitKeyError(f"an RSA key does not sign {algorithm}")

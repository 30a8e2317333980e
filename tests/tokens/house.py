"""Keys of every algorithm, made and used by joserfc, which is no part of what is tested."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gatepost.errors import TokenError
from gatepost.principal import SessionId
from gatepost.tokens import (
    Revocation,
    RevocationMemory,
    Trust,
    UnverifiedToken,
    VerificationKey,
    VerifiedClaims,
    steady_now,
    verify,
)
from gatepost.tokens.algorithms import ALGORITHMS, ASYMMETRIC_ALGORITHMS

ISSUER, AUDIENCE = "https://issuer.test", "https://app.test"
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}

Key = OKPKey | ECKey | RSAKey


@cache
def signing_key(algorithm: str) -> Key:
    """Return the test's private key for an algorithm; RSA ones share one."""
    if algorithm == "EdDSA":
        return OKPKey.generate_key("Ed25519", private=True)
    if algorithm in _CURVES:
        return ECKey.generate_key(_CURVES[algorithm], private=True)
    return _rsa_key()


@cache
def _rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, private=True)


@cache
def verification_key(algorithm: str) -> VerificationKey:
    """Return the public half as Gatepost holds it; its id is the algorithm's name."""
    public = signing_key(algorithm).public_key
    assert isinstance(
        public, ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    )
    return VerificationKey(algorithm, ALGORITHMS[algorithm], public, None)


@dataclass
class Keys:
    """A key source with a key for every algorithm."""

    staleness_seconds: float = 0.0

    async def refresh(self) -> None:
        """Have nothing to look for."""

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that algorithm."""
        return verification_key(key_id) if key_id in ASYMMETRIC_ALGORITHMS else None


class Feed(RevocationMemory):
    """A memory whose news is fresh, with nobody behind it."""

    def __init__(self) -> None:
        super().__init__(
            token_lifetime_seconds=900,
            clock_skew_seconds=5,
            max_staleness_seconds=float("inf"),
            capacity=100_000,
        )
        self.caught_up(steady_now())

    async def catch_up(self) -> None:
        """Have nobody to ask."""

    def end(self, name: str) -> None:
        """End a session."""
        self.apply(Revocation(SessionId(name), None, None, time.time()))


@dataclass
class Terms:
    """The fields of a `Trust`, to be changed one at a time."""

    issuer: str = ISSUER
    audience: str = AUDIENCE
    algorithms: frozenset[str] = ASYMMETRIC_ALGORITHMS
    token_types: frozenset[str] = frozenset({"", "jwt", "at+jwt"})
    required_claims: frozenset[str] = frozenset({"sid"})
    clock_skew_seconds: int = 5
    max_lifetime_seconds: int = 900
    roles_claim: str = "roles"
    subjects_are_user_ids: bool = True
    keys: Keys = field(default_factory=Keys)
    revocations: Feed = field(default_factory=Feed)

    def trust(self) -> Trust:
        """Return the frozen value."""
        return Trust(**vars(self))


TRUST = Terms().trust()


def claims(**changes: object) -> dict[str, object]:
    """Return good claims with some changed; one that is `...` is left out."""
    now = int(time.time())
    good: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada",
        "sid": "session",
        "iat": now,
        "exp": now + 900,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not ...}


def header(**changes: object) -> dict[str, object]:
    """Return a good header with some members changed; one that is `...` is left out."""
    good: dict[str, object] = {"alg": "EdDSA", "kid": "EdDSA"}
    return {name: value for name, value in {**good, **changes}.items() if value is not ...}


def base64url(raw: bytes) -> bytes:
    """Encode without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def from_base64url(part: bytes) -> bytes:
    """Decode, padding or none."""
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def signed_raw(header_json: bytes, payload_json: bytes) -> bytes:
    """Sign any two byte strings with the Ed25519 key, as a compact JWS."""
    signing_input = base64url(header_json) + b"." + base64url(payload_json)
    private = signing_key("EdDSA").private_key
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    return signing_input + b"." + base64url(private.sign(signing_input))


def signed(head: Mapping[str, object], body: Mapping[str, object]) -> bytes:
    """Sign with the Ed25519 key, whatever the header says."""
    return signed_raw(json.dumps(head).encode(), json.dumps(body).encode())


def by_joserfc(algorithm: str, body: Mapping[str, object], **members: Any) -> bytes:
    """Make a token with joserfc."""
    protected = {"alg": algorithm, "kid": algorithm, **members}
    compact = jws.serialize_compact(
        protected, json.dumps(body), signing_key(algorithm), algorithms=[algorithm]
    )
    return compact.encode()


def outcome(token: bytes, trust: Trust = TRUST) -> VerifiedClaims | str:
    """Return the claims, or the private reason; any other exception is the test's failure."""
    try:
        return verify(UnverifiedToken(token), trust)
    except TokenError as refused:
        return str(refused.reason)


def session(name: str) -> SessionId:
    """Name a session."""
    return SessionId(name)

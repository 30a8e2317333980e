"""One issuer or two, a feed and keys that a test changes, and a verifier of their tokens."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gatepost.errors import TokenError
from gatepost.tokens import (
    RevocationMemory,
    TokenFault,
    Trust,
    UnverifiedToken,
    VerificationKey,
    VerifiedClaims,
    Verifier,
    steady_now,
)
from gatepost.tokens.algorithms import ALGORITHMS, Algorithm, Key
from tests.tokens.house import AUDIENCE, ISSUER, base64url, claims, header
from tests.tokens.model_world import Row


@dataclass
class Counting:
    """Ed25519, counting how often a signature is checked."""

    checks: int = 0

    def key(self, key_id: str, public: Ed25519PublicKey, until: float | None) -> VerificationKey:
        """Return a key that counts."""
        real = ALGORITHMS["EdDSA"]

        def check(key: Key, signature: bytes, message: bytes) -> None:
            self.checks += 1
            real.check(key, signature, message)

        counting = Algorithm(real.name, real.header_names, real.fits, check)
        return VerificationKey(key_id, counting, public, until)


@dataclass
class Keys:
    """A key source that a test changes."""

    known: dict[str, VerificationKey] = field(default_factory=dict)
    is_away: bool = False
    refreshed: int = 0
    staleness_seconds: float = 0.0
    at_refresh: Callable[[], None] = lambda: None

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id."""
        if self.is_away:
            raise TokenError(TokenFault.KEYS_UNAVAILABLE)
        return self.known.get(key_id)

    async def refresh(self) -> None:
        """Do what the test has prepared, when others have had their turn."""
        await asyncio.sleep(0)
        self.refreshed += 1
        self.at_refresh()


class Feed(RevocationMemory):
    """A memory whose news are as old as the test wants."""

    def __init__(self) -> None:
        super().__init__(
            token_lifetime_seconds=900,
            clock_skew_seconds=5,
            max_staleness_seconds=5,
            capacity=1000,
        )
        self.caught_up(steady_now())
        self.asked = 0
        self.at_catch_up: Callable[[], None] = lambda: None

    async def catch_up(self) -> None:
        """Do what the test has prepared, when others have had their turn."""
        await asyncio.sleep(0)
        self.asked += 1
        self.at_catch_up()


class Clock:
    """Both clocks, moved by the test."""

    def __init__(self) -> None:
        self.wall, self.steady = time.time(), time.monotonic()

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds


class Scene:
    """One issuer, or two, and a verifier of their tokens."""

    def __init__(self, *issuers: str) -> None:
        self.counting = Counting()
        self.pair = Row("k", 0)
        self.keys, self.feed = Keys(), Feed()
        self.set_key()
        names = issuers or (ISSUER,)
        self.verifier = Verifier([self.trust(name, alone=len(names) == 1) for name in names])

    def trust(self, issuer: str, *, alone: bool) -> Trust:
        """Return one issuer's terms."""
        return Trust(
            issuer=issuer,
            audience=AUDIENCE,
            algorithms=frozenset({"EdDSA"}),
            token_types=frozenset({""}),
            required_claims=frozenset(),
            clock_skew_seconds=5,
            max_lifetime_seconds=900,
            roles_claim="",
            subjects_are_user_ids=alone,
            keys=self.keys,
            revocations=self.feed,
        )

    def set_key(
        self, pair: Ed25519PrivateKey | None = None, until: float | None = None
    ) -> VerificationKey:
        """Put a key under the id `k`."""
        public = (pair or self.pair.pair).public_key()
        self.keys.known["k"] = self.counting.key("k", public, until)
        return self.keys.known["k"]

    def token(self, **changes: object) -> bytes:
        """Return a good token, or one with other claims."""
        body = claims(**changes)
        signing_input = b".".join(
            base64url(json.dumps(part).encode()) for part in (header(kid="k"), body)
        )
        return signing_input + b"." + base64url(self.pair.pair.sign(signing_input))

    def outcome(self, token: bytes) -> VerifiedClaims | str:
        """Verify fresh bytes."""
        try:
            return self.verifier.verify(UnverifiedToken(bytes(bytearray(token))))
        except TokenError as refused:
            return str(refused.reason)

    def later(self, token: bytes) -> VerifiedClaims | str:
        """Authenticate fresh bytes, in an event loop."""
        return asyncio.run(_outcome(self.verifier.authenticate(UnverifiedToken(token))))


async def _outcome(work: Awaitable[VerifiedClaims]) -> VerifiedClaims | str:
    try:
        return await work
    except TokenError as refused:
        return str(refused.reason)

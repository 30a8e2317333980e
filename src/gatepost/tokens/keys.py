"""Verification keys, and the port through which a token finds its own."""

from dataclasses import dataclass
from typing import Protocol

from gatepost.tokens.algorithms import ALGORITHMS, Algorithm, Key, SharedSecret


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key with the one algorithm that it is for (RFC 8725, section 3.1).

    Attributes:
        key_id: the `kid`.
        verifies_until: seconds since the epoch, after which what it has signed is refused; None
            while no end is set.
    """

    key_id: str
    algorithm: Algorithm
    key: Key
    verifies_until: float | None

    def __post_init__(self) -> None:
        """Refuse a key that is not one for its algorithm."""
        if not self.algorithm.fits(self.key):
            raise ValueError(f"key {self.key_id} is not a key for {self.algorithm.name}")


class SharedSecretKey:
    """The key source of an issuer that has one secret for all its tokens, and may name no key.

    Args:
        octets: at least 32 bytes.

    Raises:
        ValueError: fewer.
    """

    def __init__(self, octets: bytes) -> None:
        algorithm = ALGORITHMS["HS256"]
        self._key = VerificationKey("shared-secret", algorithm, SharedSecret(octets), None)

    def find(self, _key_id: str) -> VerificationKey:
        """Return the one key; which it is was decided when it was configured."""
        return self._key

    @property
    def staleness_seconds(self) -> float:
        """Nothing: the key does not come from anywhere."""
        return 0.0

    async def refresh(self) -> None:
        """Have nothing to look for."""


class KeySource(Protocol):
    """Where verification keys come from. The URL or place is configured, never in a token."""

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id from memory, without a round trip.

        It is the same object for as long as the key is the same: what was verified under one is
        believed until another stands in its place, or none.

        Raises:
            TokenError: `KEYS_UNAVAILABLE`, where no key is known that is recent enough to trust.
        """

    @property
    def staleness_seconds(self) -> float:
        """How old the knowledge of the keys is; infinite before the first."""

    async def refresh(self) -> None:
        """Look for new keys, at most once in a cool-down; errors leave the set as it was."""

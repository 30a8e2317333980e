"""Verification keys, and the port through which a token finds its own."""

from dataclasses import dataclass
from typing import Protocol

from gatepost.tokens.algorithms import Algorithm, PublicKey


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key with the one algorithm that it is for (RFC 8725, section 3.1)."""

    key_id: str
    algorithm: Algorithm
    public_key: PublicKey

    def __post_init__(self) -> None:
        """Refuse a key that is not one for its algorithm."""
        if not self.algorithm.fits(self.public_key):
            raise ValueError(f"key {self.key_id} is not a key for {self.algorithm.name}")


class KeySource(Protocol):
    """Where verification keys come from. The URL or place is configured, never in a token."""

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id from memory, without a round trip."""

    async def refresh(self) -> None:
        """Look for new keys, at most once in a cool-down; errors leave the set as it was."""

"""Verification keys, and the port through which a token finds its own."""

from dataclasses import dataclass
from typing import Protocol

from gatepost.tokens.algorithms import Algorithm, Key


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


class KeySource(Protocol):
    """Where verification keys come from. The URL or place is configured, never in a token."""

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the key of that id from memory, without a round trip.

        It is the same object for as long as the key is the same: what was verified under one is
        believed until another stands in its place, or none.

        Raises:
            TokenError: `KEYS_UNAVAILABLE`, where no key is known that is recent enough to trust.
        """

    async def refresh(self) -> None:
        """Look for new keys, at most once in a cool-down; errors leave the set as it was."""

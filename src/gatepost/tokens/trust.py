"""What a token must satisfy, in one frozen value without optional parts."""

from dataclasses import dataclass

from gatepost.tokens.algorithms import ALGORITHMS
from gatepost.tokens.keys import KeySource
from gatepost.tokens.revocations import RevocationFeed

# Ceilings: an access token that lives longer than a day is a password.
_MAX_SKEW_SECONDS = 5 * 60
_MAX_LIFETIME_SECONDS = 24 * 60 * 60
_ALWAYS_REQUIRED = frozenset({"iss", "sub", "aud", "exp", "iat"})


@dataclass(frozen=True, slots=True)
class Trust:
    """The terms on which one issuer's access tokens are believed.

    Attributes:
        issuer: the exact `iss`.
        audience: the one `aud`.
        algorithms: canonical names, for instance `{"EdDSA"}`; never empty.
        required_claims: names besides iss, sub, aud, exp and iat, which are always required.
        clock_skew_seconds: how far two clocks may be apart.
        max_lifetime_seconds: the longest `exp - iat`.
        keys: where the issuer's public keys are.
        revocations: which sessions have ended.

    Raises:
        ValueError: a field that would trust everything or nothing.
    """

    issuer: str
    audience: str
    algorithms: frozenset[str]
    required_claims: frozenset[str]
    clock_skew_seconds: int
    max_lifetime_seconds: int
    keys: KeySource
    revocations: RevocationFeed

    def __post_init__(self) -> None:
        """Refuse a field that would trust everything or nothing."""
        if not self.issuer or not self.audience:
            raise ValueError("issuer and audience must be named")
        if not self.algorithms or not self.algorithms <= ALGORITHMS.keys():
            raise ValueError(f"algorithms must be some of {', '.join(ALGORITHMS)}")
        if not 0 <= self.clock_skew_seconds <= _MAX_SKEW_SECONDS:
            raise ValueError(f"clock skew is 0 to {_MAX_SKEW_SECONDS} s")
        if not 0 < self.max_lifetime_seconds <= _MAX_LIFETIME_SECONDS:
            raise ValueError(f"the maximum lifetime is 1 to {_MAX_LIFETIME_SECONDS} s")

    @property
    def every_required_claim(self) -> frozenset[str]:
        """The claims without which a token is refused."""
        return self.required_claims | _ALWAYS_REQUIRED

"""What a token must satisfy, in one frozen value without optional parts."""

from dataclasses import dataclass, field

from gatepost.tokens.algorithms import ALGORITHMS, SHARED_SECRET_ALGORITHMS
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
        algorithms: canonical names, for instance `{"EdDSA"}`; never empty. HS256, where whoever
            checks can also mint, is alone or not there at all.
        token_types: what `typ` may be, in lower case and without `application/`; "" is a token
            that has none.
        required_claims: names besides iss, sub, aud, exp and iat, which are always required.
        clock_skew_seconds: how far two clocks may be apart.
        max_lifetime_seconds: the longest `exp - iat`.
        roles_claim: the claim in which the issuer names a person's roles; "" where it names none.
        subjects_are_user_ids: whether `sub` alone says whose rows they are, which may be so of
            one issuer of an app; of every other the id is derived from `iss` and `sub`.
        keys: where the issuer's keys are.
        revocations: what has been taken back.

    Raises:
        ValueError: a field that would trust everything or nothing.
    """

    issuer: str
    audience: str
    algorithms: frozenset[str]
    token_types: frozenset[str]
    required_claims: frozenset[str]
    clock_skew_seconds: int
    max_lifetime_seconds: int
    roles_claim: str
    subjects_are_user_ids: bool
    keys: KeySource
    revocations: RevocationFeed
    every_required_claim: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a field that would trust everything or nothing."""
        if not self.issuer or not self.audience:
            raise ValueError("issuer and audience must be named")
        if not self.algorithms or not self.algorithms <= ALGORITHMS.keys():
            raise ValueError(f"algorithms must be some of {', '.join(ALGORITHMS)}")
        # RFC 8725, section 3.1: where both kinds are allowed, a public key can pass for a secret.
        if self.algorithms & SHARED_SECRET_ALGORITHMS and len(self.algorithms) > 1:
            raise ValueError("HS256 cannot stand beside another algorithm")
        if not self.token_types:
            raise ValueError("token_types must name what `typ` may be")
        if not 0 <= self.clock_skew_seconds <= _MAX_SKEW_SECONDS:
            raise ValueError(f"clock skew is 0 to {_MAX_SKEW_SECONDS} s")
        if not 0 < self.max_lifetime_seconds <= _MAX_LIFETIME_SECONDS:
            raise ValueError(f"the maximum lifetime is 1 to {_MAX_LIFETIME_SECONDS} s")
        object.__setattr__(self, "every_required_claim", self.required_claims | _ALWAYS_REQUIRED)

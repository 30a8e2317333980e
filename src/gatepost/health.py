"""How fresh is what an app decides by."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """What a probe should know; nothing about anyone.

    Attributes:
        sign_outs_age_seconds: how old the last news of sign-outs is; None where none are heard of.
        sign_outs_bound_seconds: past this age no token is accepted, and requests get a 503.
        keys_age_seconds: by issuer elsewhere, how old its key set is; infinite before the first.
        keys_bound_seconds: past this age no token of that issuer is accepted.
    """

    sign_outs_age_seconds: float | None
    sign_outs_bound_seconds: float
    keys_age_seconds: Mapping[str, float]
    keys_bound_seconds: float

    @property
    def can_verify(self) -> bool:
        """Whether every token could be judged at this moment."""
        heard = self.sign_outs_age_seconds
        return (heard is None or heard <= self.sign_outs_bound_seconds) and all(
            age <= self.keys_bound_seconds for age in self.keys_age_seconds.values()
        )

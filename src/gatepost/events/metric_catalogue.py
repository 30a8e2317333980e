"""The catalogue of metrics: what is counted and measured, and what its values are told apart by."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeAlias


class Kind(StrEnum):
    """What may become of a metric."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Metric(StrEnum):
    """Every metric.

    Attributes:
        kind: what may become of it.
        unit: of its values, in the words of Prometheus, or nothing.
        labels: what its values are told apart by.
        meaning: what it says.
    """

    kind: Kind
    unit: str
    labels: tuple[str, ...]
    meaning: str

    def __new__(cls, value: str, kind: Kind, unit: str, labels: str, meaning: str) -> Self:
        """Make a member, which is its name; the rest comes with it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.kind = kind
        member.unit = unit
        member.labels = tuple(labels.split())
        member.meaning = meaning
        return member

    REQUESTS = (
        "gatepost_requests",
        Kind.COUNTER,
        "",
        "outcome reason",
        "Requests, by what the gate decided: let in as `signed_in` or `public`, or `refused`",
    )
    VERIFICATION = (
        "gatepost_verification_duration",
        Kind.HISTOGRAM,
        "seconds",
        "",
        "How long it took to believe or refuse an access token",
    )
    TOKEN_CACHE = (
        "gatepost_token_cache_lookups",
        Kind.COUNTER,
        "",
        "result",
        "Tokens: a `hit` had been believed before, of a `miss` the signature was checked",
    )
    KEY_CACHE = (
        "gatepost_key_cache_lookups",
        Kind.COUNTER,
        "",
        "result",
        "Keys of tokens: a `hit` was at hand, for a `miss` the issuer's keys were asked for again",
    )
    KEYS_AGE = (
        "gatepost_keys_age",
        Kind.GAUGE,
        "seconds",
        "issuer",
        "How old is what is known of an issuer's keys; infinite before the first answer",
    )
    SIGNING_KEY_AGE = (
        "gatepost_signing_key_age",
        Kind.GAUGE,
        "seconds",
        "",
        "For how long the key that signs has been signing",
    )
    REVOCATIONS_AGE = (
        "gatepost_revocations_age",
        Kind.GAUGE,
        "seconds",
        "",
        "How old the last news of sign-outs is; infinite before the first",
    )
    SIGN_INS = (
        "gatepost_sign_ins",
        Kind.COUNTER,
        "",
        "outcome reason",
        "Sign-ins by password or link: `success`, maybe by a `new_device`; or `failure` and why",
    )
    LOCKOUTS = (
        "gatepost_lockouts",
        Kind.COUNTER,
        "",
        "reason",
        "Sign-ins at which no password was looked at, because too many had been wrong",
    )
    EVENTS = (
        "gatepost_events",
        Kind.COUNTER,
        "",
        "event",
        "Security events, by their name",
    )
    EVENTS_DROPPED = (
        "gatepost_events_dropped",
        Kind.COUNTER,
        "",
        "sink",
        "Security events that a sink has missed: it was too slow, or failed",
    )


Labels: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of a histogram.

    Attributes:
        counts: how many were at most each of `BOUNDS`, and how many there were at all.
        total: their sum.
    """

    counts: tuple[int, ...]
    total: float


Measured: TypeAlias = Mapping[Metric, Mapping[Labels, float | Distribution]]
"""What was read at one moment: of each metric, its values by their labels."""

BOUNDS = (1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 0.01, 0.05, 0.25, 1.0)
"""Upper bounds of the buckets, in seconds: a token that is known takes some microseconds."""

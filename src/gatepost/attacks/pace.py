"""How fast an attack goes, and how long."""

from dataclasses import dataclass

DEFAULT_RATE = 500.0
"""Requests in a second at most, to an app on this machine."""

DEFAULT_TIME_LIMIT = 900.0
"""Seconds after which what has not been tried is left."""

POLITE_RATE = 20.0
"""Requests in a second, to an app on another machine."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast and how long.

    Attributes:
        per_second: requests in a second at most.
        seconds: after which nothing new is tried.
        seed: what makes bodies the same in every run, and the order of what is sampled.
    """

    per_second: float = DEFAULT_RATE
    seconds: float = DEFAULT_TIME_LIMIT
    seed: int = 0

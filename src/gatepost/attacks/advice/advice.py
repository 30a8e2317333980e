"""What is said of an attack that got in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """Why attacks matter, and what to do about them.

    Attributes:
        numbers: of the catalogue.
        why: what somebody gains by it.
        fix: what to write in a FastAPI app.
    """

    numbers: tuple[int, ...]
    why: str
    fix: str


def to(first: int, last: int) -> tuple[int, ...]:
    """Return the numbers from one to another, both included."""
    return tuple(range(first, last + 1))


CRASHED = Advice(
    (),
    "The app fails where it should refuse: what it did until then stays done, the error may say "
    "what is inside, and sent often enough it keeps the app from serving others.",
    "Let a model with bounds check what comes in (max_length, ge, le, a pattern), catch what the "
    "libraries raise for it, and answer 4xx.",
)
"""For an answer of 500 and above to hostile input, whichever attack it was."""

"""Canaries: texts that are in one person's data and nowhere else."""

import secrets
from random import Random

from gatepost.attacks.answers import Answered

_HEX = 32  # 128 bits
_SHORTEST = 12


class Canaries:
    """The canaries of one person; a text of theirs in somebody else's answer is a leak.

    Args:
        owner: whose they are.
        seed: what makes them the same in every run; left out, they are new each time.
    """

    def __init__(self, owner: str, seed: int | None = None) -> None:
        self.owner = owner
        self._random = Random(f"{owner}-{seed}") if seed is not None else secrets.SystemRandom()  # noqa: S311 - repeatable on purpose
        self._made: set[bytes] = set()

    def new(self, longest: int | None = None) -> str:
        """Return a text that nobody else has, of at most so many characters.

        One of fewer than twelve characters is too short to be told from chance, and is no canary.
        """
        text = f"c{self._random.getrandbits(4 * _HEX):0{_HEX}x}"
        if longest is not None:
            text = text[: max(longest, 1)]
        if len(text) >= _SHORTEST:
            self._made.add(text.encode())
        return text

    def found_in(self, body: bytes) -> list[str]:
        """Return those that are in an answer."""
        return [each.decode() for each in self._made if each in body]


def leaks_in(answered: Answered, canaries: Canaries) -> list[str]:
    """Return the canaries that are in an answer's body or headers."""
    headers = "\n".join(f"{name}: {value}" for name, value in answered.headers)
    return canaries.found_in(answered.body + b"\n" + headers.encode(errors="replace"))

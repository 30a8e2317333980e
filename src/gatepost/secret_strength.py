"""How hard a secret is to guess: an upper bound of its entropy, from what it looks like.

No measure can see that a value is random. This one sees what is not: what stands in it a second
time, characters in a row (`abcd`, `4321`, `aaaa`, `qwerty`), words that people build secrets from.
Each of those costs a guesser little and counts for little; every other character counts for as many
bits as the characters of the value are mixed (Shannon's entropy of one character). A random value
of 32 hexadecimal digits has some 110 bits by it.
"""

import math
from collections import Counter
from enum import StrEnum
from typing import Final

from gatepost.known_secrets import is_placeholder, is_published

MINIMUM_SECRET_LENGTH: Final = 32
MINIMUM_BITS: Final = 60.0
"""Below what a random value of the least length has, be it of digits alone."""

_BITS_OF_A_WORD = 8.0
_SHORTEST_REPEATED = 3
_FEWEST_CHARACTERS = 6  # of which a random value of 32 digits has nine or ten
_COMMON_PAIRS_OF_A_WORD = 0.42
# Of the bigrams of English text these are more than half; of random letters, a twelfth, so that one
# value of 32 small letters in 40,000 is taken for a word.
_PAIRS = (
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve "
    "co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ec et cr pa ss wo rd el la"
)
_COMMON_PAIRS: Final = frozenset(_PAIRS.split())
_ROWS: Final = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
# The longer before those that they begin with.
_TAKEN = (
    "production development password passphrase security testing welcome default session "
    "private example gatepost fastapi better refresh signing dragon monkey letmein master admin "
    "tests local secret token login hello world super staging django flask "
    "access cookie server tasks auth test user root demo prod this that long enough very your "
    "jwt key app api dev the and for not foo bar"
)
_WORDS: Final = tuple(_TAKEN.split())


class Weakness(StrEnum):
    """Why a secret is refused."""

    PUBLISHED = "is a value that documentation shows, and that everybody knows"
    PLACEHOLDER = "is a placeholder, which says itself that another is to take its place"
    SHORT = "is too short"
    GUESSABLE = (
        "is too easy to guess: it repeats itself, counts up, or is made of few characters or of "
        "words that everybody takes"
    )
    WORD = "is a word, and words are in dictionaries"


def weakness_of(value: str) -> Weakness | None:
    """Return why a value is no secret; None where nothing speaks against it."""
    written = value.strip()
    if is_published(written):
        return Weakness.PUBLISHED
    if is_placeholder(written):
        return Weakness.PLACEHOLDER
    if len(written) < MINIMUM_SECRET_LENGTH:
        return Weakness.SHORT
    if len(set(written)) < _FEWEST_CHARACTERS or bits_of(written) < MINIMUM_BITS:
        return Weakness.GUESSABLE
    return Weakness.WORD if _is_a_word(written) else None


def bits_of(value: str) -> float:
    """Return an upper bound of the entropy of a value, in bits, as the module says it."""
    plain = value.casefold()
    each = _bits_of_a_character(value)
    bits, at = 0.0, 0
    while at < len(plain):
        length, cost = _guessed(plain, at)
        bits += cost if length else each
        at += length or 1
    return bits


def _bits_of_a_character(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _guessed(plain: str, at: int) -> tuple[int, float]:
    """Return how many characters from here on a guesser gets for how many bits; 0 for none."""
    repeated = _repeated_length(plain, at)
    row = _row_length(plain, at)
    word = next((len(each) for each in _WORDS if plain.startswith(each, at)), 0)
    if max(repeated, row, word) < _SHORTEST_REPEATED:
        return 0, 0.0
    # Of a repetition: from where, and how much; of a row: which, and how long.
    bits = _BITS_OF_A_WORD if word > max(repeated, row) else 2 * math.log2(len(plain))
    return max(repeated, row, word), bits


def _repeated_length(plain: str, at: int) -> int:
    """Return how much from here on has stood before, which may reach into itself."""
    length = 0
    while at + length < len(plain) and plain.find(plain[at : at + length + 1], 0, at + length) >= 0:
        length += 1
    # Three hexadecimal digits stand twice in many random values; six do not.
    return length if length > _SHORTEST_REPEATED else 0


def _row_length(plain: str, at: int) -> int:
    """Return how many characters from here on are one row: equal, counting, or side by side."""
    length = 1
    step: int | None = None
    while at + length < len(plain):
        here, before = plain[at + length], plain[at + length - 1]
        found = _step(before, here)
        if found is None or step not in (None, found):
            break
        step, length = found, length + 1
    return length


def _step(before: str, here: str) -> int | None:
    apart = ord(here) - ord(before)
    if abs(apart) <= 1:
        return apart
    for row in _ROWS:
        if before in row and here in row and abs(row.index(here) - row.index(before)) == 1:
            return row.index(here) - row.index(before)
    return None


def _is_a_word(value: str) -> bool:
    """Whether it is one word, or several without a gap, perhaps with digits around it."""
    letters = value.strip("0123456789!?.,;:-_*#$%&+= ").casefold()
    if not (letters.isascii() and letters.isalpha()):
        return False
    pairs = [letters[at : at + 2] for at in range(len(letters) - 1)]
    common = sum(pair in _COMMON_PAIRS for pair in pairs)
    return common >= _COMMON_PAIRS_OF_A_WORD * len(pairs)

"""What is refused as a secret, and that nothing random is."""

import base64
import random
import string
import uuid
from collections.abc import Callable

import pytest

from gatepost.secret_strength import MINIMUM_BITS, Weakness, bits_of, weakness_of

_REFUSED = {
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7": Weakness.PUBLISHED,
    "better-auth-secret-123456789": Weakness.PUBLISHED,
    "Better_Auth_Secret_12345678901234567890": Weakness.PUBLISHED,
    "your-256-bit-secret": Weakness.PUBLISHED,
    "'a-string-secret-at-least-256-bits-long'\n": Weakness.PUBLISHED,
    "django-insecure-x1$k2@9f!a7^q3w8e#r5t&y6u*i0o(p)z": Weakness.PLACEHOLDER,
    "change-me": Weakness.PLACEHOLDER,
    "please CHANGE_ME before you deploy this anywhere": Weakness.PLACEHOLDER,
    "your-super-secret-key-change-in-production": Weakness.PLACEHOLDER,
    "replace-with-a-long-random-secret-of-yours": Weakness.PLACEHOLDER,
    "dev-secret-Zk2vXw9TtR4mJ8dLbN5cHs": Weakness.PLACEHOLDER,
    "": Weakness.SHORT,
    "Zk2vXw9TtR4mJ8dLbN5cHsQ1aP6eU3y": Weakness.SHORT,
    "a" * 64: Weakness.GUESSABLE,
    "ab" * 32: Weakness.GUESSABLE,
    "0123456789" * 4: Weakness.GUESSABLE,
    "0123456789abcdef0123456789abcdef": Weakness.GUESSABLE,
    "abcdefghijklmnopqrstuvwxyz123456": Weakness.GUESSABLE,
    "zyxwvutsrqponmlkjihgfedcba987654": Weakness.GUESSABLE,
    "qwertyuiopasdfghjklzxcvbnm123456": Weakness.GUESSABLE,
    "11111111112222222222333333333344": Weakness.GUESSABLE,
    "s3cr3t" * 6: Weakness.GUESSABLE,
    "password-password-password-password": Weakness.GUESSABLE,
    "jwtsecretkeyjwtsecretkeyjwtsecretkey": Weakness.GUESSABLE,
    "111101011010101010111110100000111101": Weakness.GUESSABLE,
    "supercalifragilisticexpialidocious": Weakness.WORD,
    "Antidisestablishmentarianism2024!!": Weakness.WORD,
    "correcthorsebatterystapleandotherthings": Weakness.WORD,
}

_dice = random.Random(9)  # noqa: S311 - the same values in every run
_RANDOM: dict[str, Callable[[], str]] = {
    "hexadecimal": lambda: f"{_dice.getrandbits(128):032x}",
    "base 64": lambda: base64.b64encode(_dice.randbytes(32)).decode(),
    "base 64 for URLs": lambda: base64.urlsafe_b64encode(_dice.randbytes(24)).decode(),
    "base 32": lambda: base64.b32encode(_dice.randbytes(20)).decode(),
    "digits": lambda: "".join(_dice.choices(string.digits, k=40)),
    "small letters": lambda: "".join(_dice.choices(string.ascii_lowercase, k=32)),
    "a UUID": lambda: str(uuid.UUID(int=_dice.getrandbits(128), version=4)),
}


@pytest.mark.parametrize(("value", "why"), _REFUSED.items(), ids=lambda case: str(case)[:40])
def test_what_can_be_guessed_is_refused(value: str, why: Weakness) -> None:
    """For the reason that helps: known, a placeholder, short, easy to guess, a word."""
    assert weakness_of(value) is why


@pytest.mark.parametrize("kind", _RANDOM)
def test_nothing_random_is_refused(kind: str) -> None:
    """Of two thousand of each kind that people make, none, and none is near the bound."""
    made = [_RANDOM[kind]() for _ in range(2000)]
    assert [weakness_of(value) for value in made] == [None] * len(made)
    assert min(map(bits_of, made)) > MINIMUM_BITS


def test_what_is_added_to_a_secret_makes_it_no_weaker() -> None:
    """The measure is a sum: more characters are never fewer bits, but for how they are mixed."""
    assert bits_of("Zk2vXw9TtR4mJ8dLbN5cHsQ1") < bits_of("Zk2vXw9TtR4mJ8dLbN5cHsQ1aP6eU3yW")

"""Texts that match a regular expression and the lengths beside it."""

import re
import tempfile
from functools import lru_cache

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.schemas import length_of
from gatepost.attacks.targets.operation import Schema

_LONGEST = 34
_EXAMPLES = 60
_WORDS = (
    "2030-01-01", "2030-01", "12:00", "12:00:00", "#aabbcc", "+14155550100", "abc-def", "EUR",
    "a.b", "en", "en-US", "UTC", "1.0.0", "192.0.2.1", "10.00", "DE89370400440532013000",
    "application/json",
)  # fmt: skip


def fits(text: str, schema: Schema) -> bool:
    """Whether a text is what a schema's pattern and lengths allow."""
    least, most = length_of(schema, "minLength"), length_of(schema, "maxLength")
    if (least is not None and len(text) < least) or (most is not None and len(text) > most):
        return False
    pattern = schema.get("pattern")
    return not isinstance(pattern, str) or _found(pattern, text)


def matching(schema: Schema, canary: str, turn: int) -> str:
    """Return a text for a schema that has a pattern, as much of a canary in it as can be.

    Args:
        schema: of a string.
        canary: a letter and hexadecimal digits.
        turn: a number that grows: where there are several texts, each turn has another.

    Raises:
        Inconclusive: none was found.
    """
    for text in _like(canary, length_of(schema, "minLength") or 0):
        if fits(text, schema):
            return text
    pattern = str(schema.get("pattern"))
    why = f"no text for the pattern {pattern!r} was found: write the body below [bodies]"
    examples: tuple[str, ...] = ()
    try:
        examples = _examples(pattern)
    except Inconclusive as error:
        why = str(error)
    made = [text for text in (*examples, *_WORDS) if fits(text, schema)]
    if not made:
        raise Inconclusive(why)
    return made[turn % len(made)]


def _like(canary: str, least: int) -> list[str]:
    """Return texts that hold a canary, then shorter and shorter ones that are made of it."""
    longer = [text * (least // len(text) + 1) for text in (canary, canary.upper())]
    number = str(int(canary[1:] or "0", 16)).rjust(_LONGEST, "7")
    letters = "".join(chr(ord("a") + int(each, 16)) for each in canary[1:])
    whole = [canary, canary.upper(), f"{canary}@example.com", f"https://example.com/{canary}"]
    spelled = [f"Aa1!{canary}", f"{canary[1:9]}-{canary[9:13]}-4{canary[14:17]}-8{canary[18:21]}"]
    parts = [
        text[:length]
        for length in range(_LONGEST, 0, -1)
        for text in (canary, canary[1:], canary.upper(), letters, letters.upper(), number)
    ]
    phones = [f"+1415{number[:7]}", f"+49{number[:9]}", f"{letters[:3].upper()}-{number[:4]}"]
    return [*whole, *spelled, *longer, *phones, *parts]


def _found(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True  # it is of another dialect; the app will say


@lru_cache(maxsize=256)
def _examples(pattern: str) -> tuple[str, ...]:
    """Return texts that Hypothesis finds for a pattern, the same in every run.

    Raises:
        Inconclusive: Hypothesis is not installed.
    """
    try:
        import hypothesis  # noqa: PLC0415 - an extra, and slow to import
        from hypothesis import configuration, strategies  # noqa: PLC0415 - the same
    except ImportError:
        raise Inconclusive(
            f"no text for the pattern {pattern!r} was found: install gatepost[attacks], or write "
            "the body below [bodies]"
        ) from None
    plain = strategies.characters(min_codepoint=32, max_codepoint=126)
    found: list[str] = []

    @hypothesis.settings(
        derandomize=True, database=None, deadline=None, max_examples=_EXAMPLES,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(strategies.from_regex(pattern, alphabet=plain))
    def keep(text: str) -> None:
        found.append(text)

    with tempfile.TemporaryDirectory() as directory:
        # It keeps tables of characters in the working directory otherwise, where nobody asked.
        configuration.set_hypothesis_home_dir(directory)
        try:
            keep()
        except Exception as error:
            raise Inconclusive(f"the pattern {pattern!r} cannot be read: {error}") from error
        finally:
            configuration.set_hypothesis_home_dir(None)
    return tuple(dict.fromkeys(text for text in found if "\n" not in text))

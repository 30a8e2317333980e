"""What a policy asks for, in words that people review and programs compare."""

import re

from gatepost.gate.policy import SignedIn

_SIGNED_IN = "signed in"
_FRESH = re.compile(r"within (\d+) s", re.ASCII)


def words_of(policy: SignedIn) -> str:
    """Write `signed in, role admin, scope tasks:write, within 300 s`."""
    words = [
        _SIGNED_IN,
        *(f"role {role}" for role in sorted(policy.roles)),
        *(f"scope {scope}" for scope in sorted(policy.scopes)),
    ]
    if policy.max_age_seconds is not None:
        words.append(f"within {policy.max_age_seconds} s")
    return ", ".join(words)


def asks_less(before: str, after: str) -> bool:
    """Whether one policy, written like this, lets somebody in whom another kept out.

    A word that is not known counts as a demand: that it is gone is worth a look.
    """
    was, now = _Demands.of(before), _Demands.of(after)
    return bool(was.words - now.words) or now.seconds > was.seconds


class _Demands:
    """Words that all must hold, and how many seconds ago somebody may have signed in."""

    def __init__(self, words: frozenset[str], seconds: float) -> None:
        self.words = words
        self.seconds = seconds

    @classmethod
    def of(cls, written: str) -> "_Demands":
        """Read what `words_of` wrote; `public` asks for nothing."""
        words = frozenset(written.split(", ")) - {"public"}
        ages = {word: int(match[1]) for word in words if (match := _FRESH.fullmatch(word))}
        return cls(words - ages.keys(), min(ages.values(), default=float("inf")))

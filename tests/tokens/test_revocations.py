"""What has been taken back is refused for as long as its tokens could live, and no longer."""

import time

import pytest

from gatepost.principal import SessionId, UserId
from gatepost.tokens import Revocation, RevocationMemory, TokenFault, VerifiedClaims

_SKEW = 5
_LIFETIME = 10
_REMEMBERED = _LIFETIME + 3 * _SKEW + 5


class Clock:
    """Both clocks of a process, moved by the test."""

    def __init__(self) -> None:
        self.wall = 1_000_000.0
        self.steady = 50.0

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that the test moves."""
    moved = Clock()
    monkeypatch.setattr(time, "time", lambda: moved.wall)
    monkeypatch.setattr(time, "clock_gettime", lambda _which: moved.steady)
    return moved


def memory(
    *, staleness: float = 5.0, capacity: int = 100_000, heard: bool = True
) -> RevocationMemory:
    """Return a memory that has just heard the news, or nothing yet."""
    made = RevocationMemory(
        token_lifetime_seconds=_LIFETIME,
        clock_skew_seconds=_SKEW,
        max_staleness_seconds=staleness,
        capacity=capacity,
    )
    if heard:
        made.caught_up(50.0)
    return made


def ended(
    session: str | None = None,
    subject: str | None = None,
    key: str | None = None,
    *,
    at: float = 1_000_000.0,
) -> Revocation:
    """Write a revocation."""
    return Revocation(SessionId(session) if session else None, subject, key, at)


def claims(
    session: str | None = "a", subject: str = "ada", key: str = "k", issued: int = 1_000_000
) -> VerifiedClaims:
    """Write claims."""
    return VerifiedClaims(
        issuer="https://issuer.test",
        subject=subject,
        user_id=UserId(subject),
        audience="https://app.test",
        issued_at=issued,
        expires_at=issued + _LIFETIME,
        session_id=SessionId(session) if session else None,
        key_id=key,
    )


NOW = 1_000_000
REACH: dict[str, tuple[Revocation, VerifiedClaims, bool]] = {
    "the session": (ended("a", "ada"), claims(), True),
    "the session, whenever issued": (ended("a", "ada"), claims(issued=NOW + 60), True),
    "another session of the person": (ended("a", "ada"), claims("b"), False),
    "another person's": (ended("a", "ada"), claims("b", "bob"), False),
    "no session named": (ended("a", "ada"), claims(None), True),
    "no session named, within the skew": (ended("a", "ada"), claims(None, issued=NOW + 5), True),
    "no session named, later": (ended("a", "ada"), claims(None, issued=NOW + 6), False),
    "no session named, another's": (ended("a", "ada"), claims(None, "bob"), False),
    "the person": (ended(None, "ada"), claims(), True),
    "the person, no session named": (ended(None, "ada"), claims(None), True),
    "the person, within the skew": (ended(None, "ada"), claims(issued=NOW + 5), True),
    "the person, later": (ended(None, "ada"), claims(issued=NOW + 6), False),
    "not the person": (ended(None, "ada"), claims(subject="bob"), False),
    "the key": (ended(key="k"), claims(), True),
    "the key, whenever issued": (ended(key="k"), claims(issued=NOW + 60), True),
    "another key": (ended(key="other"), claims(), False),
    "everybody": (ended(), claims(), True),
    "everybody, within the skew": (ended(), claims(issued=NOW + 5), True),
    "everybody, later": (ended(), claims(issued=NOW + 6), False),
}


@pytest.mark.parametrize("name", REACH)
def test_revocation_reaches_what_it_names(name: str, clock: Clock) -> None:
    """Exactly what a revocation names is refused, and told twice it says the same."""
    revocation, whose, refused = REACH[name]
    known = memory()
    assert known.fault(whose) is None
    for _ in range(2):
        known.apply(revocation)
        assert known.fault(whose) == (TokenFault.REVOKED if refused else None)
    clock.passes(1)
    assert known.fault(whose) == (TokenFault.REVOKED if refused else None)


def test_earlier_word_does_not_shorten_a_later_one(clock: Clock) -> None:
    """News in the wrong order takes nothing back of what was taken back."""
    known = memory()
    known.apply(ended(None, "ada", at=NOW + 100))
    known.apply(ended(None, "ada", at=NOW))
    assert known.fault(claims(issued=NOW + 105)) == TokenFault.REVOKED
    assert clock.steady == 50.0


def test_ended_session_is_remembered_for_as_long_as_its_tokens_live(clock: Clock) -> None:
    """To the last second, and after it not at all, so that memory does not grow."""
    known = memory(staleness=float("inf"))
    known.apply(ended("a"))
    clock.passes(_REMEMBERED - 0.001)
    known.apply(ended("b"))
    assert known.fault(claims("a")) == TokenFault.REVOKED
    clock.passes(0.002)
    known.apply(ended("c"))
    afterwards = NOW + _REMEMBERED
    assert known.fault(claims("a", issued=afterwards)) is None
    assert known.fault(claims("b", issued=afterwards)) == TokenFault.REVOKED
    clock.wall -= _REMEMBERED
    assert known.fault(claims("a")) == TokenFault.REVOKED


def test_clock_ahead_of_ours_shuts_nobody_out(clock: Clock) -> None:
    """A writer whose clock is a day ahead ends one session, and no other when it is forgotten."""
    known = memory(staleness=float("inf"))
    known.apply(ended("a", at=NOW + 86_400))
    clock.passes(_REMEMBERED + 1)
    known.apply(ended("b"))
    assert known.fault(claims("c", issued=NOW + _REMEMBERED - _LIFETIME)) is None


def test_what_ended_long_ago_is_left_out(clock: Clock) -> None:
    """A day of old news costs no memory, but a key that was taken back stays so."""
    known = memory(heard=False)
    long_ago = clock.wall - _REMEMBERED - 3601
    known.apply(ended("a", at=long_ago))
    known.apply(ended("b", at=long_ago + 2))
    known.caught_up(50.0)
    assert known.fault(claims("a")) is None
    assert known.fault(claims("b")) == TokenFault.REVOKED
    known.apply(ended("a", at=long_ago))
    assert known.fault(claims("a")) == TokenFault.REVOKED
    known.apply(ended(key="k", at=0))
    assert known.fault(claims("c")) == TokenFault.REVOKED


def test_forgetting_shortens_nothing(clock: Clock) -> None:
    """What a writer whose clock is ahead has taken back stays so when memory runs out."""
    known = memory(capacity=10)
    known.apply(ended(None, "ada", at=NOW + 60))
    for number in range(11):
        known.apply(ended(str(number)))
    assert known.fault(claims("x", issued=NOW + 65)) == TokenFault.REVOKED
    assert known.fault(claims("x", issued=NOW + 66)) is None
    assert clock.wall == NOW


def test_wall_clock_brings_nothing_back_to_life(clock: Clock) -> None:
    """Somebody sets the clock a year ahead and back: what has ended stays ended."""
    known = memory(staleness=float("inf"))
    known.apply(ended("a"))
    clock.wall += 365 * 86_400
    known.apply(ended("b"))
    clock.wall -= 365 * 86_400
    assert known.fault(claims("a")) == TokenFault.REVOKED


def test_memory_is_bounded(clock: Clock) -> None:
    """Past its capacity it remembers less and refuses more: whatever was issued so far."""
    known = memory(capacity=100)
    for number in range(101):
        known.apply(ended(str(number), f"person {number}"))
    assert known.fault(claims("0")) == TokenFault.REVOKED
    assert known.fault(claims("somebody else's", "grace")) == TokenFault.REVOKED
    clock.passes(1)
    assert known.fault(claims("somebody else's", "grace", issued=NOW + 6)) is None


def test_old_news_is_no_news(clock: Clock) -> None:
    """Past the bound nothing is accepted, what has ended is still called so, and news heals."""
    known = memory(staleness=5)
    known.apply(ended("a"))
    clock.passes(5)
    assert known.fault(claims("b")) is None
    clock.passes(0.001)
    assert known.fault(claims("b")) == TokenFault.REVOCATIONS_UNAVAILABLE
    assert known.fault(claims("a")) == TokenFault.REVOKED
    known.caught_up(clock.steady)
    assert known.fault(claims("b")) is None
    known.caught_up(clock.steady - 100)
    assert known.fault(claims("b")) is None


def test_nothing_is_accepted_before_the_first_news(clock: Clock) -> None:
    """A memory that has never heard from its feed cannot judge."""
    known = RevocationMemory(
        token_lifetime_seconds=_LIFETIME,
        clock_skew_seconds=_SKEW,
        max_staleness_seconds=5,
        capacity=10,
    )
    assert known.fault(claims()) == TokenFault.REVOCATIONS_UNAVAILABLE
    known.caught_up(clock.steady)
    assert known.fault(claims()) is None

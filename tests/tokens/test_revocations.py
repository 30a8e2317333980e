"""The set of ended sessions remembers for as long as a token could live, and no longer."""

import time

import pytest

from gatepost.tokens import EndedSessions
from tests.tokens.house import session


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test moves; its one element is the time."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_ended_session_is_refused_for_the_lifetime(clock: list[float]) -> None:
    """Up to the last second of its tokens an ended session is refused."""
    ended = EndedSessions(10)
    ended.session_ended(session("a"))
    assert not ended.is_revoked(session("b"))
    clock[0] += 9.999
    ended.session_ended(session("b"))
    assert ended.is_revoked(session("a"))


def test_memory_does_not_grow(clock: list[float]) -> None:
    """What no token can name any more is forgotten."""
    ended = EndedSessions(10)
    for number in range(10_000):
        ended.session_ended(session(str(number)))
        clock[0] += 0.01
    kept = sum(ended.is_revoked(session(str(number))) for number in range(10_000))
    assert kept <= 1001


def test_ended_twice_is_kept_from_the_second_time(clock: list[float]) -> None:
    """An end that is told again does not shorten the memory of it, or of others."""
    ended = EndedSessions(10)
    ended.session_ended(session("a"))
    clock[0] += 5
    ended.session_ended(session("b"))
    ended.session_ended(session("a"))
    clock[0] += 9
    ended.session_ended(session("c"))
    assert ended.is_revoked(session("a"))
    assert ended.is_revoked(session("b"))
    clock[0] += 2
    ended.session_ended(session("c"))
    assert not ended.is_revoked(session("a"))
    assert not ended.is_revoked(session("b"))

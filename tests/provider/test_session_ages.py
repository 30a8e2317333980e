"""Ages of sessions: whatever a deployment chooses, the two kinds of session stay apart."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gatepost.principal import UserId
from gatepost.provider.records import Session
from gatepost.provider.sessions import is_fresh, is_remembered, new_session, should_slide
from gatepost.session_ages import SessionAges

_DAY = timedelta(days=1)


def _aged(ages: SessionAges, by: timedelta, *, remember: bool) -> Session:
    session = new_session(UserId("u"), ages, remember=remember, address="", user_agent="")
    return replace(
        session,
        expires_at=session.expires_at - by,
        updated_at=session.updated_at - by,
        created_at=session.created_at - by,
    )


@pytest.mark.parametrize("days", [1 / 1440, 1 / 24, 1, 7, 400])
def test_only_a_remembered_session_slides(days: float) -> None:
    """One that is not remembered never slides, and lives no longer than one that is, or a day."""
    ages = SessionAges(days * _DAY, days * _DAY / 2, days * _DAY / 4 if days < 7 else _DAY)
    for remember in (True, False):
        young = _aged(ages, ages.update_age - timedelta(seconds=5), remember=remember)
        older = _aged(ages, ages.update_age + timedelta(seconds=5), remember=remember)
        assert is_remembered(young, ages) is remember
        assert not should_slide(young, ages)
        assert should_slide(older, ages) is remember
        assert not is_fresh(older, ages)
    brief = _aged(ages, timedelta(), remember=False)
    assert brief.expires_at - brief.updated_at < ages.expires_in
    assert brief.expires_at - brief.updated_at <= _DAY
    assert is_fresh(brief, ages)

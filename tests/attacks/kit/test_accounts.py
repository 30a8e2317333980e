"""The doors by which people sign in and up: each that opens to a stranger is told."""

import pytest

from gatepost.attacks.answers import Answered
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.sending import Exchange
from gatepost.attacks.trials.accounts import accounts
from gatepost.attacks.trials.telling import Guesses
from gatepost.attacks.wire import RawRequest
from tests.attacks.kit.lab import attacked
from tests.attacks.kit.token_app import PEOPLE, token_app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("unknown", {"103.1", "103.2"}),
        ("slow", {"103.4"}),
        ("case", {"144.4"}),
        ("empty", {"144.3"}),
        ("sign up over", {"147.1"}),
        ("told", {"148.1"}),
    ],
)
def test_a_door_that_opens_to_a_stranger_is_told(hole: str, found: set[str]) -> None:
    """Each way into an account, and each way to learn of one, is told by its own attack."""
    came = attacked(token_app(hole), accounts, file={"people": PEOPLE})
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
    remarks = {number for number, _ in came.of(Outcome.REMARK)}
    assert remarks == {"103.3", "146.1"} - ({"103.3"} if hole == "sign up over" else set())


@pytest.mark.parametrize(
    ("known", "unknown", "tells"),
    [
        ([4, 4, 4, 5, 5, 8, 16, 11, 31], [1, 2, 1, 4, 2, 28, 1, 2, 11], True),
        ([1, 2, 1, 4, 2, 28, 1, 2, 11], [4, 4, 4, 5, 5, 8, 16, 11, 31], True),
        ([5, 5, 5, 5, 5, 5, 5, 5, 5], [5, 5, 5, 5, 5, 5, 5, 5, 40], False),
        ([90, 9, 80, 70, 9, 60, 90, 80, 70], [5, 9, 5, 9, 9, 60, 9, 80, 9], False),
        ([2, 2, 2, 2, 2, 2, 2, 2, 2], [1, 1, 1, 1, 1, 1, 1, 1, 1], False),
        ([60, 61, 60, 62, 60, 61, 60, 60, 60], [50, 51, 50, 50, 50, 52, 50, 50, 50], False),
    ],
)
def test_times_tell_only_where_they_do_not_overlap(
    known: list[int],
    unknown: list[int],
    tells: bool,  # noqa: FBT001 - a column
) -> None:
    """A cheap hash that is left out tells, and neither a busy machine nor a small difference."""
    guesses = Guesses(tuple(map(_taking, known)), tuple(map(_taking, unknown)))
    assert guesses.tells == tells


def _taking(milliseconds: int) -> Exchange:
    answered = Answered(401, (), b"")
    return Exchange(RawRequest("POST", "/login"), answered, "", milliseconds / 1_000)

"""The doors by which people sign in and up: each that opens to a stranger is told."""

import pytest

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.accounts import accounts
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

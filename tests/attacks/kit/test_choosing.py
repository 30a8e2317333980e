"""Choosing some of the attacks and some of the routes."""

import pytest

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.catalogue import find
from gatepost.attacks.choosing import choice_of
from gatepost.attacks.errors import AttackError
from gatepost.attacks.outcomes import REFUSED
from gatepost.attacks.targets import Operation, Surface
from gatepost.attacks.trial import Trial

_READ, _DELETE = Operation("GET", "/notes/{note_id}"), Operation("DELETE", "/notes/{note_id}")
_SURFACE = Surface((_READ, _DELETE), AttackFile())
_TRIALS = [
    Trial(find(attack), operation, lambda _: REFUSED)
    for attack, operation in (
        ("1.1", _READ), ("105", _READ), ("107", _DELETE), ("12.1", _READ), ("12.2", _READ),
        ("135", None),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("only", "routes", "chosen"),
    [
        ("", (), ["1.1", "105", "107", "12.1", "12.2", "135"]),
        ("105", (), ["105"]),
        ("105-107, 135", (), ["105", "107", "135"]),
        ("12", (), ["12.1", "12.2"]),
        ("12.2", (), ["12.2"]),
        ("", ("GET /notes/*",), ["1.1", "105", "12.1", "12.2"]),
        ("105-107", ("* /notes/*",), ["105", "107"]),
        ("", ("DELETE /notes/{note_id}",), ["107"]),
    ],
)
def test_what_is_chosen_is_tried(only: str, routes: tuple[str, ...], chosen: list[str]) -> None:
    """By number, by range, by variant, and by route."""
    choice = choice_of(only, routes)
    assert [each.attack.id for each in choice.of(_SURFACE, _TRIALS)] == chosen
    assert choice.is_everything == (not only and not routes)


@pytest.mark.parametrize("only", ["0", "99999", "abc", "105-", "-5", "107-105"])
def test_what_is_none_is_refused(only: str) -> None:
    """A slip in a number must not try nothing and pass."""
    with pytest.raises(AttackError, match="names no attack"):
        choice_of(only, ())


def test_a_route_that_is_none_is_refused() -> None:
    """The same for a route."""
    with pytest.raises(AttackError, match="about no route"):
        choice_of("", ("GET /nothing",)).of(_SURFACE, _TRIALS)

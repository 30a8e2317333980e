"""What one person reads of another's in apps of other habits: each hole is found, and only it."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trial import Family
from gatepost.attacks.trials.another import another
from gatepost.attacks.trials.counts import counts
from gatepost.attacks.trials.named_elsewhere import named_elsewhere
from gatepost.attacks.trials.nested import nested
from gatepost.attacks.trials.others_changed import others_changed
from gatepost.attacks.trials.others_rows import others_rows
from tests.attacks.kit.crowd import crowd, numbers, shelves
from tests.attacks.kit.lab import attacked
from tests.attacks.kit.reading import READING

_OPEN: dict[str, object] = {"public": {"GET /products": "a catalogue"}}
_USER, _FILE = "/users/{user_id}", "/files/{name}"
Makes = Callable[[str], FastAPI]
HOLES: tuple[tuple[Makes, str, Family, str, str], ...] = (
    (crowd, "change", others_changed, "106", f"PUT {_USER}"),
    (crowd, "delete", others_changed, "107", f"DELETE {_USER}"),
    (crowd, "create", others_changed, "106", f"POST {_USER}/notes"),
    (crowd, "listing", others_rows, "105", f"GET {_USER}/notes"),
    (crowd, "nested", nested, "114", f"GET {_USER}/notes/{{note_id}}"),
    (crowd, "query", another, "151", "GET /notes"),
    (numbers, "read", others_rows, "105", "GET /measures/{measure_id}"),
    (numbers, "listing", counts, "109", "GET /measures"),
    (shelves, "read", others_rows, "105", f"GET {_FILE}"),
    (shelves, "over", others_changed, "106", f"PUT {_FILE}"),
    (shelves, "todo", others_rows, "105", "GET /todos/{todo_id}"),
    (shelves, "by product", named_elsewhere, "105.3", "GET /orders"),
)


@pytest.mark.parametrize(("makes", "hole", "family", "attack_id", "operation"), HOLES)
def test_a_hole_is_found(
    makes: Makes, hole: str, family: Family, attack_id: str, operation: str
) -> None:
    """An app with one hole has the finding that names it."""
    came = attacked(makes(hole), family, file=_OPEN)
    assert (attack_id, operation) in came.findings, came.said(*Outcome)


@pytest.mark.parametrize("makes", [crowd, numbers, shelves])
def test_nothing_is_said_of_a_sound_app(makes: Makes) -> None:
    """Of a sound app nothing is found, and what the holes are tried by is tried."""
    came = attacked(makes(""), *READING, file=_OPEN)
    assert came.findings == set(), came.said(Outcome.FINDING)
    assert came.of(Outcome.INCONCLUSIVE) == set(), came.said(Outcome.INCONCLUSIVE)
    tried = {(found, name) for each, _, _, found, name in HOLES if each is makes}
    assert tried <= came.of(Outcome.REFUSED, Outcome.REMARK)

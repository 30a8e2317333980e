"""The baseline: what is known does not fail, what is new does, and what has gone is told."""

import json
from pathlib import Path

import pytest

from gatepost.attacks.baseline import (
    Baseline,
    Fingerprint,
    fingerprint,
    read_baseline,
    write_baseline,
)
from gatepost.attacks.catalogue import find
from gatepost.attacks.errors import AttackError
from gatepost.attacks.outcomes import REFUSED, Verdict
from gatepost.attacks.targets import Operation
from gatepost.attacks.trial import Trial

_READ = Fingerprint("/notes/{note_id}", "GET", "105")
_CHANGE = Fingerprint("/notes/{note_id}", "PUT", "106")
_WHOLE = Fingerprint("", "", "135")


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    """With its reasons, in an order that does not depend on the attack's."""
    known = Baseline({_WHOLE: "", _READ: "until the next release"})
    file = tmp_path / "known.json"
    file.write_text(write_baseline(known))
    assert read_baseline(file) == known
    assert write_baseline(Baseline(dict(reversed(known.reasons.items())))) == file.read_text()
    assert json.loads(write_baseline(Baseline({}))) == {"version": 1, "known": []}


def test_what_has_gone_was_tried() -> None:
    """What was not tried this time may still be there, and is kept."""
    known = Baseline({_READ: "", _CHANGE: "why", _WHOLE: ""})
    assert known.gone({_READ, _CHANGE}, {_CHANGE}) == (_READ,)
    assert known.updated({_READ, _CHANGE}, {_CHANGE}) == Baseline({_CHANGE: "why", _WHOLE: ""})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "There is no baseline"),
        ("[]", "is no baseline"),
        ('{"version": 2, "known": []}', "is no baseline"),
        ('{"known": [{"attack": "105"}]}', "is no baseline"),
    ],
)
def test_what_is_none_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    """A baseline that cannot be read is no empty one."""
    file = tmp_path / "known.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(AttackError, match=said):
        read_baseline(file)


def test_a_baseline_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A folder is no baseline."""
    with pytest.raises(AttackError, match="cannot be read: Is a directory"):
        read_baseline(tmp_path)


def test_a_trial_of_the_app_as_a_whole_has_no_route() -> None:
    """It is known by its attack alone, and one of a route by the route as well."""
    attack = find("135")
    whole, of_route = (Trial(attack, each, _refused) for each in (None, Operation("GET", "/x")))
    assert fingerprint(whole) == _WHOLE
    assert fingerprint(of_route) == Fingerprint("/x", "GET", "135")


def _refused(_stage: object) -> Verdict:
    return REFUSED

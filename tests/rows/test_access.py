"""Rules that no wall could hold stop the start, with what is wrong and where."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gatepost.rows import shared_with, through
from gatepost.rows.access import Operation, Rule, covers, owner, person
from tests.rows.shared_models import Folder, FolderShare

SAID = {
    "writes what it does not read": "can_write has a rule that can_read has not",
    "deletes by a wider right": "can_delete has a rule that can_read has not",
    "no such attribute": "Row has no column 'nobody'",
    "no such attribute there": "Share has no column 'nothing'",
    "no such attribute here": "Row has no column 'nothing'",
    "a person of no id's type": "an owner column holds text, integers or UUIDs",
    "a flag that is none": "everyone(where='count') wants a boolean column",
    "a right that nothing may be": "names a value that nothing may have",
    "through what refers to nothing": "'text' refers to no owned row by a foreign key",
    "round in a circle": "goes round in a circle: Row → Row",
    "belongs with nothing": "'text' refers to no owned row by a foreign key",
    "named where nobody sees it": "can_read wants person('person_id'), by which Row is shared",
    "named by anybody": "Write a ForeignKeyConstraint of (owner_id, row_id)",
    "nothing wrong": "",
}


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What the start says of each model, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.rows.faulty_access"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("case", SAID)
def test_rules_that_cannot_be_held(case: str, said: dict[str, str]) -> None:
    """The message names the model and what is wrong with its rules."""
    assert said.keys() == SAID.keys()
    assert SAID[case] in said[case]
    assert bool(said[case]) == bool(SAID[case])


def _shared(where: dict[str, tuple[str, ...]] | None = None, here: str = "id") -> Rule:
    return shared_with(FolderShare, row="folder_id", person="person_id", here=here, where=where)


@pytest.mark.parametrize(
    ("wider", "narrower", "covered"),
    [
        (owner, owner, True),
        (owner, person("x"), False),
        (_shared(), _shared({"right": ("edit",)}), True),
        (_shared({"right": ("edit",)}), _shared(), False),
        (_shared({"right": ("read", "edit")}), _shared({"right": ("edit",)}), True),
        (_shared({"right": ("read",)}), _shared({"right": ("edit",)}), False),
        (_shared(), _shared(here="name"), False),
        (_shared(), shared_with(Folder, row="folder_id", person="person_id"), False),
        (through("folder_id"), through("folder_id", may=Operation.WRITE), True),
        (through("folder_id", may=Operation.WRITE), through("folder_id"), False),
        (through("folder_id"), through("other_id"), False),
        (_shared(), through("folder_id"), False),
    ],
)
def test_who_is_let_in_further_is_let_in(wider: Rule, narrower: Rule, *, covered: bool) -> None:
    """A rule covers another where nobody passes that and not this."""
    assert covers(wider, narrower) is covered

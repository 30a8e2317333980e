"""The mutants as data: each fits its file, and is Python that could run."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gatepost.attacks.errors import AttackError
from gatepost.attacks.sabotage import MUTANTS, Mutant
from gatepost.attacks.sabotage.mutant import weakened

_AT_LEAST = 90


def test_there_are_enough_of_them_and_no_two_alike() -> None:
    """There are at least ninety, each with a name and a weakness of its own."""
    assert len(MUTANTS) >= _AT_LEAST
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fits_its_file(mutant: Mutant) -> None:
    """What it replaces stands there once, and what comes of it is another text that compiles."""
    text = weakened(mutant)
    compile(text, mutant.file, "exec")
    assert mutant.new != mutant.old
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mutant.name)
    assert mutant.says.endswith(".")
    assert mutant.aims
    assert not mutant.file.startswith("gatepost/attacks/"), "the proof is not to be weakened"


def test_no_mutant_names_what_is_not_there(tmp_path: Path) -> None:
    """None of them dies of a name that it does not have, which would prove nothing."""
    for mutant in MUTANTS:
        (tmp_path / f"{mutant.name.replace('-', '_')}.py").write_text(weakened(mutant), "utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,F823"]
    found = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_a_mutant_that_does_not_fit_is_an_error() -> None:
    """Where its text has changed, a mutant is an error and not a survivor."""
    mutant = Mutant("x", "X.", "gatepost/errors.py", "no such text", "", ("1",))
    with pytest.raises(AttackError, match="stands 0 times"):
        weakened(mutant)
    with pytest.raises(AttackError, match=r"gatepost/none\.py cannot be read"):
        weakened(replace(mutant, file="gatepost/none.py"))
    with pytest.raises(AttackError, match="The package no_such_package is not here"):
        weakened(replace(mutant, file="no_such_package/app.py"))

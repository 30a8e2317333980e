"""The catalogue itself: whole, unambiguous, and with a source for everything."""

import ast
import re
from pathlib import Path

import gatepost.attacks
from gatepost.attacks import CATALOGUE, LEFT_OUT, Attack

_NUMBERS = range(1, 139)
# Its errors are shown by the command line as all errors of the house are.
_OWN = ("gatepost.attacks", "gatepost.errors", "gatepost.rates")
_EVERY: list[Attack] = [attack for attacks in CATALOGUE.values() for attack in attacks]


def test_no_number_is_silently_left_out() -> None:
    """Each of the 138 numbers is attacked, or left out with a reason; never both."""
    attacked = {attack.number for attack in _EVERY if attack.number in _NUMBERS}
    left_out = {entry.number for entry in LEFT_OUT}
    assert sorted(attacked | left_out) == list(_NUMBERS)
    assert attacked & left_out == set()
    assert all(" " in entry.why for entry in LEFT_OUT)


def test_every_attack_can_be_named() -> None:
    """No two attacks share an id, and each has a name, a source and a weakness."""
    ids = [attack.id for attack in _EVERY]
    assert len(ids) == len(set(ids))
    for attack in _EVERY:
        assert attack.name
        assert attack.source
        assert attack.cwe > 0 or attack.expected.name == "OK"
        assert re.fullmatch(r"(\d+\.\d+\.\d+)?", attack.asvs), attack.asvs


def test_the_kit_imports_nothing_that_decides() -> None:
    """The kit imports of the house only itself: an oracle must not share the verifier's bugs."""
    for file in Path(gatepost.attacks.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert not name.startswith("gatepost") or name.startswith(_OWN)

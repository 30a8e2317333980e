"""docs/security.md names only files that exist and tests that are there."""

import ast
import re
from pathlib import Path

from tests.docs.snippets import ROOT

_ROW = re.compile(
    r"^\| (?P<measure>[^|]+) \| (?P<threat>[^|]+) \| (?P<file>[^|]+) \| (?P<test>[^|]+) \|$"
)


def _rows() -> list[dict[str, str]]:
    lines = (ROOT / "docs" / "security.md").read_text().splitlines()
    matches = [match for line in lines if (match := _ROW.match(line))]
    rows = [match.groupdict() for match in matches if match["measure"] != "measure"]
    return [row for row in rows if not set(row["measure"]) <= set("- ")]


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_measure_has_its_file_and_its_test() -> None:
    """Every measure names at least one existing file and one existing test."""
    rows = _rows()
    assert len(rows) >= 30
    for row in rows:
        files = re.findall(r"`([^`]+)`", row["file"])
        assert files, row
        for name in files:
            places = [ROOT / "src" / "gatepost" / name, ROOT / name, ROOT / "web" / name]
            assert any(place.exists() for place in places), f"{row['measure']}: no {name}"
        tests = re.findall(r"`([^`]+)`", row["test"])
        assert tests, row
        for test in tests:
            path, _, function = test.partition("::")
            assert function in _tests_of(ROOT / "tests" / path), f"{row['measure']}: no {test}"

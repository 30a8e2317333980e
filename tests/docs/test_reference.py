"""The reference pages have every name, each once."""

import re

import pytest

import gatepost
from gatepost.settings import _NAMES, Settings
from tests.docs.snippets import ROOT

_REFERENCE = ROOT / "docs" / "reference"


def test_every_public_name_is_documented_once() -> None:
    """The first column of the first table is `gatepost.__all__`, with no name twice."""
    page = (_REFERENCE / "python.md").read_text()
    table = page[page.index("## `gatepost`\n") : page.index("## `gatepost.tokens`")]
    firsts = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    names = [name for first in firsts for name in re.findall(r"`(\w+)[^`]*`", first)]
    assert sorted(names) == sorted(gatepost.__all__)


def _settings_rows() -> dict[tuple[str, ...], list[str]]:
    """Return the other cells of each row of the table of settings, by the names in its first."""
    page = (_REFERENCE / "settings.md").read_text()
    lines = [
        line for line in page.splitlines() if line.startswith("| `") and "_" in line.split()[1]
    ]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {tuple(re.findall(r"`([A-Z_]+)`", first)): rest for first, *rest in cells}


def test_every_setting_is_documented() -> None:
    """Each variable that is read from the environment has its row: meaning, default, example."""
    rows = _settings_rows()
    assert sorted(rows) == sorted(_NAMES.values())
    assert all(len(cells) == 3 and all(cells) for cells in rows.values())


@pytest.mark.parametrize("names", _settings_rows(), ids=lambda names: str(names[0]))
def test_the_example_of_a_setting_can_be_set(names: tuple[str, ...]) -> None:
    """By each of its names, in a deployment that is otherwise complete."""
    example = _settings_rows()[names][-1]
    if "gatepost secret" in example:
        return  # a secret that documentation shows would be none
    complete = {
        "GATEPOST_SECRET": "of-a-deployment-that-is-never-started",
        "GATEPOST_URL": "https://tasks.example.com",
    }
    for name in names:
        assert Settings.from_environment({**complete, name: example.strip("`")}).production

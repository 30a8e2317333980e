"""The reference pages have every name, each once."""

import re

import gatepost
from gatepost.settings import _NAMES
from tests.docs.snippets import ROOT

_REFERENCE = ROOT / "docs" / "reference"


def test_every_public_name_is_documented_once() -> None:
    """The first column of the first table is `gatepost.__all__`, with no name twice."""
    page = (_REFERENCE / "python.md").read_text()
    table = page[page.index("## `gatepost`\n") : page.index("## `gatepost.tokens`")]
    firsts = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    names = [name for first in firsts for name in re.findall(r"`(\w+)[^`]*`", first)]
    assert sorted(names) == sorted(gatepost.__all__)


def test_every_setting_is_documented() -> None:
    """Each variable that is read from the environment stands in the first column."""
    page = (_REFERENCE / "settings.md").read_text()
    firsts = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")]
    documented = {name for first in firsts for name in re.findall(r"`([A-Z_]+)`", first)}
    assert documented == {name for names in _NAMES.values() for name in names}

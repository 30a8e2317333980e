"""The app of docs/how-to/attack-your-app.md has the hole that the page says, and then has not."""

import re
from pathlib import Path

import pytest

from tests.cli.running import gatepost
from tests.docs.snippets import ROOT, write_snippets

_PAGE = "docs/how-to/attack-your-app.md"
_TEXT = (ROOT / _PAGE).read_text("utf-8")
_HANDLER = re.compile(
    r'@app\.get\("/notes/\{note_id\}"\).*?raise HTTPException\(404\)\n', re.DOTALL
)
_NONE, _GOT_IN = 0, 1


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with what the page shows."""
    write_snippets(_PAGE, tmp_path)
    return tmp_path


def test_the_hole_is_found_and_mended(here: Path) -> None:
    """The output is the one that the page shows, and with the mended handler nothing gets in."""
    ended = gatepost(here, "attack", "main:app", TMPDIR=str(here))
    assert ended.code == _GOT_IN
    shown = _TEXT.split("```text\n", 1)[1].split("```", 1)[0].strip()
    for line in shown.splitlines():
        said = re.sub(r"c[0-9a-f]{32}|/notes/\d+", "", line)
        assert said in re.sub(r"c[0-9a-f]{32}|/notes/\d+", "", ended.out)

    app = (here / "main.py").read_text()
    mended, count = _HANDLER.subn(lambda _: (here / "mended.py").read_text(), app)
    assert count == 1
    (here / "main.py").write_text(mended)
    ended = gatepost(here, "attack", "main:app", TMPDIR=str(here))
    assert ended.code == _NONE, ended.out
    assert "\nNothing got in.\n" in ended.out
    assert "a stranger's body is read" in ended.out


def test_every_option_of_the_page_is_one(here: Path) -> None:
    """What the page writes after `gatepost attack` is what the command takes."""
    told = gatepost(here, "attack", "--help", COLUMNS="200").out
    named = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", _TEXT))
    assert len(named) >= 10
    assert [option for option in sorted(named) if option not in told] == []


def test_every_option_is_on_the_page_or_speaks_for_itself(here: Path) -> None:
    """Nobody has to look for an option in the code."""
    told = gatepost(here, "attack", "--help", COLUMNS="200").out
    options = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", told)) - {"--help"}
    spoken = {"--file", "--factory", "--markdown", "--rate", "--no-input"}
    assert sorted(option for option in options - spoken if option not in _TEXT) == []

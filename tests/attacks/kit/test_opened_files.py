"""What is seen of the files of this machine: those that an app opens, and the kit's own."""

import os
from pathlib import Path

import pytest

from gatepost.attacks.decoys import decoy
from gatepost.attacks.opened_files import OpenedFiles, watching


def test_what_is_opened_is_seen_where_it_really_is(tmp_path: Path) -> None:
    """A path that leaves its folder is seen where it leads to, and other files are not."""
    (tmp_path / "uploads").mkdir()
    with watching("marked") as seen:
        (tmp_path / "uploads" / ".." / "marked.txt").write_text("a")
        (tmp_path / "other.txt").write_text("b")
    (tmp_path / "marked-later.txt").write_text("c")
    assert seen.paths == [tmp_path.resolve() / "marked.txt"]
    assert seen.folders == {tmp_path.resolve()}


@pytest.mark.parametrize(
    ("event", "argument", "is_seen"),
    [
        ("open", "/nowhere/x/../marked", True),
        ("open", os.fsencode("/nowhere/marked-ü"), True),
        ("open", b"/nowhere/marked-\xff", True),
        ("open", "/nowhere/other", False),
        ("open", 7, False),
        ("os.listdir", "/nowhere/marked", False),
    ],
)
def test_only_files_that_are_opened_count(event: str, argument: object, *, is_seen: bool) -> None:
    """A path may be of bytes; a descriptor is none, and neither is another event."""
    seen = OpenedFiles("marked")
    seen.see(event, (argument, "r", 0))
    assert [path.parent for path in seen.paths] == [Path("/nowhere").resolve()] * is_seen


def test_a_decoy_that_was_taken_away_is_not_as_it_was() -> None:
    """A file that an app has written over or deleted is told from one that it left alone."""
    with decoy(".py") as made:
        assert made.is_untouched
        assert Path("/", made.target) == made.path
        made.path.write_bytes(made.secret + b"x")
        assert not made.is_untouched
        made.path.unlink()
        assert not made.is_untouched

"""docs/endpoints.md is the table of the app's routes, not somebody's memory of it."""

from pathlib import Path

from tests.cli.running import gatepost
from tests.docs.snippets import ROOT

_PAGE = ROOT / "docs" / "endpoints.md"
_SNAPSHOT = "examples/tasks/routes.json"
_TASKS = ("routes", "--factory", "gatepost_tasks.app:create_app")


def test_the_page_lists_every_route() -> None:
    """The page's table is the command's own; on a change, paste what the command prints."""
    ended = gatepost(ROOT, *_TASKS, "--markdown")
    assert ended.code == 0, ended.err
    assert f"\n\n{ended.out}\n" in _PAGE.read_text("utf-8"), f"{_PAGE} wants:\n{ended.out}"


def test_the_exposure_of_tasks_is_as_it_was_reviewed() -> None:
    """The routes of Tasks are those of the committed snapshot, with the same policies."""
    ended = gatepost(ROOT, *_TASKS, "--check", _SNAPSHOT)
    assert ended.code == 0, ended.out + ended.err


def test_the_snapshot_is_as_the_command_writes_it(tmp_path: Path) -> None:
    """Writing the snapshot again changes no byte of it, so that a review shows changes only."""
    written = tmp_path / "routes.json"
    ended = gatepost(ROOT, *_TASKS, "--write", str(written))
    assert ended.code == 0, ended.err
    assert written.read_bytes() == (ROOT / _SNAPSHOT).read_bytes()

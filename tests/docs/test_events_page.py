"""docs/reference/events.md is what the command prints, and every event in it can be sent."""

import ast
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gatepost
from gatepost.cli import _app
from gatepost.events import EventName
from gatepost.events.listing import catalogue_as_markdown
from tests.docs.snippets import ROOT

_PAGE = ROOT / "docs" / "reference" / "events.md"
_SOURCE = Path(gatepost.__file__).parent


def test_the_page_is_current() -> None:
    """On a change: `gatepost events --markdown > docs/reference/events.md`."""
    assert _PAGE.read_text("utf-8") == catalogue_as_markdown()


@pytest.mark.parametrize("option", ["--markdown", "--json", None])
def test_the_command_lists_every_event(option: str | None) -> None:
    """As a page, for programs, and in a terminal."""
    ran = CliRunner().invoke(_app, ["events"] + ([option] if option else []))
    assert ran.exit_code == 0
    if option == "--json":
        assert {row["event"] for row in json.loads(ran.stdout)} == {*EventName}
    assert all(name.value in ran.stdout for name in EventName)


def test_two_forms_at_once_are_refused() -> None:
    """Nothing is printed that is neither of the two."""
    assert CliRunner().invoke(_app, ["events", "--json", "--markdown"]).exit_code == 2


def _named(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "EventName"
    }


def test_every_event_is_sent_somewhere() -> None:
    """The catalogue promises nothing that no line of the library sends."""
    told_only = {_SOURCE / "events" / "personal.py"}
    sent: set[str] = set()
    for file in _SOURCE.rglob("*.py"):
        if file not in told_only and "attacks" not in file.parts:
            sent |= _named(ast.parse(file.read_text("utf-8")))
    # Sent by the queue in front of each sink.
    assert sent | {"EVENTS_LOST"} == {name.name for name in EventName}

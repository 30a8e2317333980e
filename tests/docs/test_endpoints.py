"""docs/endpoints.md is the table of the app's routes, not somebody's memory of it."""

from pathlib import Path

from gatepost.gate import Public, RouteTable
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.docs.snippets import ROOT
from tests.serving import free_port

_PAGE = ROOT / "docs" / "endpoints.md"


def _table(data_dir: Path) -> str:
    app = create_app(settings_for(free_port(), data_dir))
    lines = ["| methods | path | who may call it |", "|---|---|---|"]
    assets = 0
    for route in RouteTable(app):
        if isinstance(route.policy, Public) and "built asset" in route.policy.reason:
            assets += 1  # their names carry hashes, and their number is the build's business
            continue
        who = "anyone: " + route.policy.reason if isinstance(route.policy, Public) else "signed in"
        path = f"{route.template}/…" if route.is_mount else route.template
        lines.append(f"| {' '.join(route.methods) or 'any'} | `{path}` | {who} |")
    assert assets > 0
    return "\n".join(lines)


def test_the_page_lists_every_route(tmp_path: Path) -> None:
    """Each route of Tasks stands in the page with its policy; on a change, paste the new table."""
    assert _table(tmp_path) in _PAGE.read_text(), f"{_PAGE} wants:\n{_table(tmp_path)}"

"""docs/how-to/watch-your-app.md does what it says, and names only what there is."""

import re
from pathlib import Path

import httpx

from gatepost.events import EventName
from gatepost.events.listing import catalogue_as_markdown
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets

_PAGE = "docs/how-to/watch-your-app.md"
_TOKEN = "the-token-of-the-prometheus-of-this-page"


def test_the_app_of_the_page_is_watched(tmp_path: Path) -> None:
    """With three sinks, and a door for Prometheus."""
    write_snippets(_PAGE, tmp_path)
    with uvicorn("watched:app", tmp_path, GATEPOST_METRICS_TOKEN=_TOKEN) as url:
        assert httpx.get(f"{url}/metrics").status_code == 401
        headers = {"Authorization": f"Bearer {_TOKEN}"}
        text = httpx.get(f"{url}/metrics", headers=headers).text
    for sink in ("JsonLines", "OpenTelemetry", "Pager"):
        assert f'gatepost_events_dropped_total{{sink="{sink}"}} 0.0' in text


def test_the_page_names_what_there_is() -> None:
    """Every name in it is in the list of all."""
    page, listed = (ROOT / _PAGE).read_text("utf-8"), catalogue_as_markdown()
    names = set(re.findall(r"`(gatepost_\w+)", page))
    assert len(names) >= 4
    assert all(f"`{name}`" in listed for name in names)
    events = set(re.findall(r"`((?:authn|sys)_\w+)`", page))
    assert events
    assert events <= {*EventName}

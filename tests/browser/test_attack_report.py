"""The report of an attack in a real browser, on a phone."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.docs.snippets import ROOT

_PHONE = ViewportSize(width=390, height=780)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_matrix_is_read_on_a_phone(browser: Browser, scheme: str) -> None:
    """The page is as wide as the phone; a wide table scrolls by itself and its routes stay."""
    context = browser.new_context(viewport=_PHONE)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto((ROOT / "docs" / "attack-report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == _PHONE["width"]
    route = page.locator(".wide tbody th").first
    before = route.bounding_box()
    assert before is not None
    assert before["width"] < _PHONE["width"] / 2
    page.locator(".wide").first.evaluate("table => { table.scrollLeft = 200; }")
    assert page.locator(".wide").first.evaluate("table => table.scrollLeft") > 0
    after = route.bounding_box()
    assert after is not None
    assert abs(after["x"] - before["x"]) <= 1
    paper, ink = (
        page.evaluate(f"getComputedStyle(document.body).{name}")
        for name in ("backgroundColor", "color")
    )
    assert route.evaluate("cell => getComputedStyle(cell).backgroundColor") == paper != ink
    context.close()

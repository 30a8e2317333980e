"""Who has signed out is on no screen any more: not in another tab, nor on the way back."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.deployment import Deployment
from tests.browser.people import Visitor, visitor

_NAME, _SECRET, _LIST = "Ada Lovelace", "For Ada's eyes", "Ada's list"
_OF_ADA = (_NAME, _SECRET, _LIST)


@pytest.fixture
def ada(browser: Browser, tasks: Deployment) -> Visitor:
    """Somebody with a task in a list of theirs."""
    ada = visitor(browser, tasks.url)
    ada.arrive(_NAME)
    ada.page.get_by_role("button", name="New list").click()
    ada.page.get_by_label("Name of the new list").fill(_LIST)
    ada.page.get_by_role("button", name="Create list").click()
    expect(ada.page.get_by_role("heading", name=_LIST)).to_be_visible()
    ada.add(_SECRET)
    return ada


def _shows(page: Page) -> list[str]:
    """Return what of Ada's is in a page: its title, address, elements, attributes and values."""
    held: str = page.evaluate(
        """() => [document.title, location.href, document.documentElement.outerHTML,
            ...[...document.querySelectorAll("input, textarea")].map(({ value }) => value),
            ...performance.getEntriesByType("mark").map(({ name }) => name)].join("\\n")"""
    )
    return [each for each in _OF_ADA if each in held]


def test_every_tab_forgets_who_signs_out_in_one(ada: Visitor) -> None:
    """Tabs with the editor, a dialog and a search open come down, and going back shows nothing."""
    editing, asking, searching = ada.tab(), ada.tab(), ada.tab()
    for tab in (editing, asking, searching):
        # The server would close it; here only the tab that signs out is to tell.
        tab.route_web_socket("**/api/live", lambda _socket: None)
        tab.goto(ada.page.url)
        expect(tab.get_by_text(_SECRET)).to_be_visible()
    editing.get_by_role("button", name=f'Edit "{_SECRET}"').click()
    editing.get_by_role("dialog").get_by_label("Notes").fill(f"{_SECRET}, too")
    asking.get_by_role("link", name=_LIST).hover()
    asking.get_by_role("button", name=f"What to do with “{_LIST}”").click()
    asking.get_by_role("button", name="Delete…").click()
    searching.get_by_label("Search").fill(_SECRET)
    ada.sign_out()
    for tab in (ada.page, editing, asking, searching):
        expect(tab.get_by_role("button", name="Sign in")).to_be_visible()
        assert _shows(tab) == []
    ada.page.go_back()
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert _shows(ada.page) == []


_HIDE = """() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))"""
_SHOW = """() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))"""
_AT_ONCE = """async () => {
    await new Promise(queueMicrotask);
    return document.title + document.documentElement.outerHTML;
}"""


def test_a_page_that_is_put_away_holds_nobody(ada: Visitor) -> None:
    """What the back-forward cache would keep shows nobody, and is asked about on the way back."""
    ada.page.evaluate(_HIDE)
    put_away = ada.page.evaluate(_AT_ONCE)
    assert [each for each in _OF_ADA if each in put_away] == []
    ada.page.evaluate(_SHOW)
    expect(ada.page.get_by_text(_SECRET)).to_be_visible()
    ada.page.evaluate(_HIDE)
    ada.context.clear_cookies()  # its session ends while it is away, and nobody tells it
    ada.page.evaluate(_SHOW)
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert _shows(ada.page) == []

"""Somebody else at the same machine sees nothing of whoever was there before."""

from playwright.sync_api import Browser, expect

from tests.browser.deployment import Deployment
from tests.browser.people import Visitor, visitor
from tests.browser.wiretap import reachable

_ERRAND, _SOUGHT = "For Ada's eyes", "sought by Ada"


def test_the_next_person_finds_nothing(browser: Browser, tasks: Deployment) -> None:
    """In the same profile: no screen, title, field, storage or cache holds anything of Ada's."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada Lovelace")
    ada.add(_ERRAND)
    ada.page.get_by_label("Search").fill(_SOUGHT)
    expect(ada.page.get_by_role("listitem")).to_have_count(0)
    ada.sign_out()
    bob = Visitor(ada.url, ada.context, ada.page)
    bob.sign_up("Bob")
    assert bob.page.get_by_label("Search").input_value() == ""
    bob.add("For Bob's eyes")
    tab = bob.tab()
    tab.goto(f"{bob.url}/")
    expect(tab.get_by_text("For Bob's eyes")).to_be_visible()
    for page in (bob.page, tab):
        held = reachable(page)
        assert [each for each in (_ERRAND, _SOUGHT, "Lovelace", ada.email) if each in held] == []


def test_nothing_of_a_person_is_in_the_http_cache(browser: Browser, tasks: Deployment) -> None:
    """With the network off, what was asked a moment ago cannot be had from the browser's cache."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada")
    ada.add(_ERRAND)
    again = """async (url) => {
        try { return (await fetch(url, { cache: "only-if-cached", mode: "same-origin" })).status; }
        catch { return "not cached"; }
    }"""
    paths = (
        "/api/tasks?status=all&sort=-created_at&limit=50",
        "/api/lists",
        "/api/auth/token",
        "/api/auth/get-session",
    )
    for path in paths:
        assert ada.page.evaluate(again, path) in {"not cached", 504}, path


def test_two_profiles_side_by_side_hear_only_their_own(browser: Browser, tasks: Deployment) -> None:
    """What Ada adds wakes her other tab, and asks nothing of Bob's page."""
    ada, bob = visitor(browser, tasks.url), visitor(browser, tasks.url)
    ada.arrive("Ada")
    bob.arrive("Bob")
    other = ada.tab()
    other.goto(f"{ada.url}/")
    expect(other.get_by_label("New task")).to_be_visible()
    asked: list[str] = []
    bob.page.on("request", lambda request: asked.append(request.url))
    ada.add(_ERRAND)
    expect(other.get_by_role("listitem").filter(has_text=_ERRAND)).to_be_visible()
    assert asked == []
    assert _ERRAND not in reachable(bob.page)

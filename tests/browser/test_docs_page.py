"""/docs of Tasks in a real browser: Authorize, and call an operation from the page."""

import json

import pytest
from playwright.sync_api import Browser, expect

from gatepost.testing import sign_up
from tests.browser.people import Visitor, visitor


@pytest.fixture
def reader(browser: Browser, tasks_url: str) -> Visitor:
    """Somebody at /docs who is about to try GET /api/me."""
    somebody = visitor(browser, tasks_url)
    somebody.page.goto(f"{tasks_url}/docs")
    somebody.page.locator(".opblock-summary", has_text="/api/me").click()
    somebody.page.get_by_role("button", name="Try it out").click()
    return somebody


def _execute(reader: Visitor) -> tuple[int, dict[str, str]]:
    """Press Execute; return the status of the answer, and the body that the page shows."""
    page = reader.page
    with page.expect_response(f"{reader.url}/api/me") as awaited:
        page.get_by_role("button", name="Execute").click()
    status = awaited.value.status
    shown = page.locator(".live-responses-table .response")
    expect(shown.locator(".response-col_status")).to_contain_text(str(status))
    body: dict[str, str] = json.loads(shown.locator(".highlight-code code").first.inner_text())
    return status, body


def _authorize(reader: Visitor, token: str) -> None:
    """Paste a token into the page's dialog."""
    page = reader.page
    page.locator(".auth-wrapper .authorize").first.click()
    dialog = page.locator(".dialog-ux")
    expect(dialog.get_by_text("/api/auth/token")).to_be_visible()
    dialog.get_by_label("auth-bearer-value").fill(token)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close").last.click()


def test_authorize_lets_one_call(reader: Visitor) -> None:
    """The same button says 401 to nobody and, once a token is pasted, who one is."""
    status, body = _execute(reader)
    assert (status, body["code"]) == (401, "UNAUTHORIZED")
    with sign_up(reader.url) as ada:
        _authorize(reader, ada.token)
        status, body = _execute(reader)
        assert (status, body["email"]) == (200, ada.email)
        kept = reader.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert ada.token not in kept
    # The browser itself says that something was refused; a breach of the page's policy is louder.
    assert [line for line in reader.logged if "status of 401" not in line] == []


def test_the_page_shows_what_is_asked_and_answered(reader: Visitor) -> None:
    """A closed operation has a lock and its 401; a public one has neither."""
    page = reader.page
    closed = page.locator(".opblock", has_text="/api/me")
    expect(closed.get_by_text("The token is not valid, or not any more").first).to_be_visible()
    expect(closed.locator("button.authorization__btn")).to_have_count(1)
    page.locator(".opblock-summary", has_text="/api/health").click()
    health = page.locator(".opblock", has_text="/api/health")
    expect(health.get_by_text("Successful Response")).to_be_visible()
    expect(health.locator("button.authorization__btn")).to_have_count(0)
    expect(health.locator('tr[data-code="401"]')).to_have_count(0)

"""What has happened to everybody, as administrators see it on the page, while it happens."""

import re
from collections.abc import Iterator
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from gatepost.rates import Rate
from tests.browser.axe import assert_accessible
from tests.browser.deployment import Deployment, deployed
from tests.browser.people import Visitor, visitor

_PATIENCE_MS = 60_000
_COUNTS = "**/api/admin/activity/counts*"


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Tasks, where three wrong passwords are as many as there may be."""
    directory = tmp_path_factory.mktemp("tasks")
    with deployed(directory, failures=Rate(3, 900)) as deployment:
        yield deployment


def _arrive(browser: Browser, tasks: Deployment, name: str) -> Visitor:
    somebody = visitor(browser, tasks.url)
    somebody.arrive(name)
    return somebody


def _administrator(
    browser: Browser,
    tasks: Deployment,
    scheme: Literal["light", "dark"] = "light",
    size: tuple[int, int] = (1280, 800),
) -> Visitor:
    root = visitor(browser, tasks.url, scheme=scheme, size=size)
    root.arrive("Root")
    tasks.operate("users", "set-role", root.email, "admin")
    return root


def _enter(root: Visitor) -> Page:
    """Go there by the menu, as soon as the role is heard."""
    page = root.page
    link = page.get_by_role("link", name="Security")
    for _ in range(40):
        page.get_by_role("button", name="Account").click()
        page.wait_for_timeout(500)
        if link.count():
            break
        page.get_by_role("button", name="Account").click()
    link.click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=_PATIENCE_MS)
    return page


def _figure(page: Page, label: str) -> Locator:
    return page.locator(".total").filter(has_text=label).locator("dd")


def _number(figure: Locator) -> int:
    return int(figure.inner_text().replace(",", ""))


def _guess(tasks: Deployment, email: str, times: int) -> list[int]:
    account = {"email": email, "password": "not the password"}
    headers = {"Origin": tasks.url}
    url = f"{tasks.url}/api/auth/sign-in/email"
    return [httpx.post(url, json=account, headers=headers).status_code for _ in range(times)]


def test_it_is_shown_to_nobody_else(browser: Browser, tasks: Deployment) -> None:
    """Others are not offered it, and who goes there by its address is told nothing."""
    ada = _arrive(browser, tasks, "Ada")
    with ada.page.expect_response("**/api/me") as told:
        ada.page.get_by_role("button", name="Account").click()
    assert told.value.json()["roles"] == []
    expect(ada.page.get_by_role("link", name="Activity")).to_be_visible()
    expect(ada.page.get_by_role("link", name="Security")).to_have_count(0)
    ada.page.goto(f"{tasks.url}/security")
    expect(ada.page.get_by_text("This is for administrators")).to_be_visible()
    expect(ada.page.locator(".total, .chart, .activity-row")).to_have_count(0)


def test_a_refusal_and_a_lockout_appear_by_themselves(browser: Browser, tasks: Deployment) -> None:
    """Without a reload: in the figures, and in the list with whose account it is."""
    ada, root = _arrive(browser, tasks, "Ada"), _administrator(browser, tasks)
    page = _enter(root)
    rows = page.get_by_role("listitem").filter(has_text=ada.email)
    refusals, lockouts = (_number(_figure(page, name)) for name in ("Refusals", "Lockouts"))
    page.evaluate("window.stayed = true")
    assert _guess(tasks, ada.email, 1) == [401]
    expect(_figure(page, "Refusals")).to_have_text(str(refusals + 1), timeout=_PATIENCE_MS)
    failed = rows.filter(has_text="A sign-in failed: the password was wrong from 127.0.0.1")
    expect(failed).to_have_count(1, timeout=_PATIENCE_MS)
    assert _guess(tasks, ada.email, 3) == [401, 401, 429]
    expect(_figure(page, "Lockouts")).to_have_text(str(lockouts + 1), timeout=_PATIENCE_MS)
    stopped = rows.filter(has_text="Too many wrong passwords from one address")
    expect(stopped).to_have_count(1, timeout=_PATIENCE_MS)
    expect(page.get_by_text("Guesses at one account that were stopped")).to_be_visible()
    assert page.evaluate("window.stayed") is True
    page.get_by_role("group", name="Which events").get_by_role("button", name="Lockouts").click()
    expect(failed).to_have_count(0, timeout=_PATIENCE_MS)
    expect(stopped).to_have_count(1)
    ada.page.goto(f"{tasks.url}/activity")
    expect(ada.page.get_by_text("Too many wrong passwords from one address")).to_be_visible()
    expect(ada.page.get_by_text("In the last 30 days: no sign-ins, 4 refusals.")).to_be_visible()
    assert root.logged == []


def test_the_picture_is_told_to_keys_and_stands_in_a_table(
    browser: Browser, tasks: Deployment
) -> None:
    """The arrow keys walk through it, whatever a moment was is said, and the table has the same."""
    root = _administrator(browser, tasks)
    _guess(tasks, "nobody.has.this@example.com", 2)
    page = _enter(root)
    expect(_figure(page, "Refusals")).not_to_have_text("0", timeout=_PATIENCE_MS)
    moment = page.get_by_role("slider", name="Moment of the picture")
    moment.focus()
    expect(moment).to_have_attribute("aria-valuetext", re.compile(r"\d refusal"))
    caption = page.locator("figcaption")
    expect(caption).to_contain_text(" to ")
    moment.press("Home")
    expect(moment).to_have_attribute("aria-valuetext", re.compile("no sign-ins, no refusals"))
    page.get_by_text("Show the numbers").press("Enter")
    expect(caption).to_contain_text("In the last 24 hours")
    expect(page.get_by_role("row").nth(1)).to_contain_text(re.compile(r"\d"))
    page.get_by_role("button", name="Month").click()
    expect(caption).to_contain_text("In the last thirty days")


def test_nobody_is_asked_while_nobody_looks(browser: Browser, tasks: Deployment) -> None:
    """One question every four seconds at most, none from a page that is hidden."""
    root = _administrator(browser, tasks)
    page = _enter(root)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/admin/activity" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.wait_for_timeout(9_000)
    assert 1 <= sum("/counts" in url for url in asked) <= 3
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(1_000)
    asked.clear()
    page.wait_for_timeout(9_000)
    assert asked == []
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(3_000)
    assert any("/counts" in url for url in asked)


def test_a_server_that_is_away_is_said_and_asked_again(browser: Browser, tasks: Deployment) -> None:
    """What was there stays, and says that it is old; then it is live again."""
    root = _administrator(browser, tasks)
    page = _enter(root)
    page.route(_COUNTS, lambda route: route.abort())
    expect(page.get_by_text("Out of date; trying again")).to_be_visible(timeout=_PATIENCE_MS)
    expect(_figure(page, "Sign-ins")).to_be_visible()
    page.unroute(_COUNTS)
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=_PATIENCE_MS)
    page.route(_COUNTS, lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    page.unroute(_COUNTS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=_PATIENCE_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_axe_finds_nothing(
    browser: Browser,
    tasks: Deployment,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
) -> None:
    """With everything on the screen: figures, picture, table, list; and nothing is cut off."""
    root = _administrator(browser, tasks, scheme, size)
    _guess(tasks, root.email, 4)
    page = _enter(root)
    expect(page.get_by_role("listitem").filter(has_text=root.email).first).to_be_visible(
        timeout=_PATIENCE_MS
    )
    expect(_figure(page, "Lockouts")).not_to_have_text("0", timeout=_PATIENCE_MS)
    page.get_by_text("Show the numbers").click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]

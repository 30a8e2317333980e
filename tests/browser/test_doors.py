"""The doors where an address has to be confirmed first, and where the server is in trouble."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.account_page import sign_in
from tests.browser.deployment import Deployment, deployed
from tests.browser.people import PASSWORD, visitor
from tests.mailed_links import last_link


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Tasks, where nobody comes in before their address is confirmed."""
    directory = tmp_path_factory.mktemp("tasks")
    with deployed(directory, require_email_verification=True) as deployment:
        yield deployment


def test_nobody_comes_in_before_their_address_is_confirmed(
    browser: Browser, closed: Deployment
) -> None:
    """Where it is required, each door leads to the mail, and says the same of every address."""
    url, ada = closed.url, visitor(browser, closed.url)
    page = ada.page
    for _ in range(2):  # the second time, the address has an account
        page.goto(f"{url}/sign-up")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Email").fill(ada.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_text("If this address is new here")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, ada.email, PASSWORD)
    expect(page.get_by_role("alert").filter(has_text="Confirm your email")).to_be_visible()
    page.get_by_role("link", name="Send the link again").click()
    page.get_by_label("Email").fill(ada.email)
    page.get_by_role("button", name="Send the link again").click()
    expect(page.get_by_text("If there is an address to confirm")).to_be_visible()
    page.goto(last_link(closed.links, ada.email, 3))
    expect(page.get_by_text("Your email address is confirmed.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    ada.sign_in()


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (429, {"X-Retry-After": "7"}, "Try again in 7 seconds."),
        (503, {}, "The server had a problem."),
        (None, {}, "The server cannot be reached."),
    ],
    ids=["too many", "in trouble", "out of reach"],
)
def test_what_goes_wrong_is_said(
    browser: Browser, closed: Deployment, status: int | None, headers: dict[str, str], said: str
) -> None:
    """What stands between the page and the server is said in words, and what was typed stays."""
    ada = visitor(browser, closed.url)
    ada.page.goto(f"{ada.url}/sign-in")
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    ada.page.route(
        "**/api/auth/sign-in/email",
        lambda route: (
            route.abort() if status is None else route.fulfill(status=status, headers=headers)
        ),
    )
    sign_in(ada.page, ada.email, PASSWORD)
    expect(ada.page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    expect(ada.page.get_by_label("Email")).to_have_value(ada.email)
    expect(ada.page.get_by_role("button", name="Sign in")).to_have_attribute(
        "aria-disabled", "false"
    )

"""axe finds nothing on any screen: on a desk and on a phone, by day and by night."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible, violations
from tests.browser.deployment import Deployment
from tests.browser.people import visitor


@contextmanager
def _open(page: Page, button: str) -> Iterator[None]:
    page.get_by_role("button", name=button).first.click()
    yield
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_no_screen_has_a_violation(
    browser: Browser,
    tasks: Deployment,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
) -> None:
    """Sign-in with an error, sign-up, no tasks, some, the editor, the menus, the dialogs."""
    ada = visitor(browser, tasks.url, scheme=scheme, size=size)
    page = ada.page
    page.goto(f"{tasks.url}/sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Enter your password.")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{tasks.url}/sign-up")
    expect(page.get_by_label("Name")).to_be_visible()
    assert_accessible(page)
    ada.arrive("Ada Lovelace")
    assert_accessible(page)
    ada.add("Water the plants")
    page.get_by_label('Complete "Water the plants"').click()
    ada.add("Read about Jacquard looms")
    assert_accessible(page)
    for button, within in (
        ("Account", ".disclosure"),
        ("Export", ".disclosure"),
        ('Edit "Water the plants"', "html"),
    ):
        with _open(page, button):
            assert_accessible(page, within)
    page.locator("body").press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)


def test_axe_would_find_something(browser: Browser, tasks: Deployment) -> None:
    """The page's policy does not keep axe from seeing an image without a text."""
    ada = visitor(browser, tasks.url)
    ada.page.goto(f"{tasks.url}/sign-in")
    expect(ada.page.get_by_label("Email")).to_be_visible()
    ada.page.evaluate("document.querySelector('main').append(new Image())")
    assert [found.rule for found in violations(ada.page)] == ["image-alt"]

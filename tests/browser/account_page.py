"""The doors and the account screen, as tests go through them, and the mail that leads there."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Visitor


def form(page: Page, name: str) -> Locator:
    """Find a section's form."""
    return page.get_by_role("form", name=name)


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill the sign-in form in and send it, whatever comes of it."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def account_of(person: Visitor) -> Page:
    """Go to somebody's account, and wait until all of it is there."""
    person.page.goto(f"{person.url}/account")
    expect(person.page.get_by_text("This device")).to_be_visible()
    return person.page

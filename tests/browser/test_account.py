"""What people do with their account, on the page, with each kind of provider behind it."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.account_page import account_of, form, sign_in
from tests.browser.people import PASSWORD, Visitor, visitor
from tests.mailed_links import ServedTasks, last_link

Open = Callable[[], Visitor]

_OTHER_PASSWORD = "staple battery horse"
_REACHABLE = """async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, location.href, history.state,
    document.documentElement.outerHTML, await indexedDB.databases(),
])"""


@pytest.fixture
def visit(browser: Browser, served_tasks: ServedTasks) -> Open:
    """Open browser profiles on Tasks."""
    return lambda: visitor(browser, served_tasks.url)


def test_a_forgotten_password_is_replaced(visit: Open, served_tasks: ServedTasks) -> None:
    """A mailed link leads to a new password, which ends all sessions; nobody learns who is here."""
    ada, stranger = visit(), visit()
    ada.sign_up("Ada")
    page, nobody = stranger.page, f"{secrets.token_hex(6)}@example.com"
    page.goto(f"{ada.url}/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    answers = []
    for email in (nobody, ada.email):
        page.get_by_label("Email").fill(email)
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
        answers.append(page.get_by_role("main").inner_text())
    assert answers[0] == answers[1]
    link = last_link(served_tasks.links, ada.email, 2)  # the first confirms the address
    assert served_tasks.links(nobody) == []

    page.goto(link)
    field = page.get_by_label("New password")
    field.fill("short")
    page.get_by_role("button", name="Set the new password").click()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "Use at least 8 characters. At least 8 characters."
    )
    assert page.url == f"{ada.url}/new-password"
    token = link.split("/reset-password/")[1].split("?")[0]
    assert token not in page.evaluate(_REACHABLE)
    field.fill(_OTHER_PASSWORD)
    page.get_by_role("button", name="Set the new password").click()
    expect(page.get_by_text("Your new password is set")).to_be_focused()
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, ada.email, PASSWORD)
    expect(page.get_by_role("alert").filter(has_text="do not match")).to_be_visible()
    sign_in(page, ada.email, _OTHER_PASSWORD)
    expect(page.get_by_label("New task")).to_be_visible()
    ada.page.reload()
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()

    page.goto(link)
    expect(page.get_by_role("alert").filter(has_text="used up")).to_be_visible()
    expect(page.get_by_role("link", name="Ask for another link")).to_be_visible()
    assert all(line.startswith("Failed to load resource") for line in stranger.logged)


def test_an_address_is_confirmed(visit: Open, served_tasks: ServedTasks) -> None:
    """A notice asks for it until the link is followed; another is sent, once a minute."""
    ada = visit()
    ada.sign_up("Ada")
    page = ada.page
    expect(page.get_by_text(f"follow the link in the mail to {ada.email}")).to_be_visible()
    page.get_by_role("button", name="Send the link again").click()
    again = page.get_by_role("button", name="Send the link again (in")
    expect(again).to_have_attribute("aria-disabled", "true")
    link = last_link(served_tasks.links, ada.email, 2)
    page.goto(f"{ada.url}/verify-email?about=address&error=TOKEN_EXPIRED")
    expect(page.get_by_role("alert").filter(has_text="expired")).to_be_visible()
    page.goto(f"{ada.url}/verify-email?about=address")
    expect(page.get_by_text("Your email address is confirmed.")).to_have_count(0)
    page.goto(link)
    expect(page.get_by_text("Your email address is confirmed.")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("New task")).to_be_visible()
    expect(page.get_by_text("confirm your address")).to_have_count(0)


def test_a_name_and_a_password_are_changed(visit: Open) -> None:
    """A new name is there at once; a new password wants the old, and signs out other devices."""
    ada, elsewhere = visit(), visit()
    ada.sign_up("Ada")
    elsewhere.page.goto(f"{ada.url}/sign-in")
    sign_in(elsewhere.page, ada.email, PASSWORD)
    expect(elsewhere.page.get_by_label("New task")).to_be_visible()
    page = account_of(ada)
    form(page, "Name").get_by_label("Name").fill("Augusta Ada King")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your name is saved.")).to_be_visible()
    page.get_by_role("button", name="Account, ").click()
    expect(page.get_by_text("Augusta Ada King", exact=True)).to_be_visible()

    change = form(page, "Password")
    current, new = change.get_by_label("Current password"), change.get_by_label("New password")
    for password, said in (("wrong password", "That is not your password."), (PASSWORD, None)):
        current.fill(password)
        new.fill(_OTHER_PASSWORD)
        change.get_by_role("button", name="Change password").click()
        if said is not None:
            expect(current).to_be_focused()
            expect(current).to_have_accessible_description(said)
    expect(change.get_by_text("Your password is changed.")).to_be_visible()
    assert (current.input_value(), new.input_value()) == ("", "")
    expect(page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    elsewhere.page.reload()
    sign_in(elsewhere.page, ada.email, _OTHER_PASSWORD)
    expect(elsewhere.page.get_by_label("New task")).to_be_visible()


def test_an_address_is_changed(visit: Open, served_tasks: ServedTasks) -> None:
    """The new address has to be shown, and one that is confirmed is asked before it is left."""
    ada = visit()
    ada.sign_up("Ada")
    second, third = (f"{secrets.token_hex(6)}@example.com" for _ in range(2))
    page = account_of(ada)
    change = form(page, "Email address")
    for email, said in ((ada.email, "already"), ("nowhere", "does not look like")):
        change.get_by_label("New email address").fill(email)
        change.get_by_role("button", name="Change address").click()
        expect(change.get_by_role("alert").filter(has_text=said)).to_be_visible()
    change.get_by_label("New email address").fill(second)
    change.get_by_role("button", name="Change address").click()
    expect(change.get_by_text("If the address can be used")).to_be_visible()
    page.goto(last_link(served_tasks.links, second, 1))
    expect(page.get_by_text(f"Your account’s address is {second}.")).to_be_visible()
    page.get_by_role("button", name="Send the link again").click()
    page.goto(last_link(served_tasks.links, second, 2))
    expect(page.get_by_text("Your email address is confirmed.")).to_be_visible()

    account_of(ada)
    expect(page.get_by_text("not confirmed yet")).to_have_count(0)
    change.get_by_label("New email address").fill(third)
    change.get_by_role("button", name="Change address").click()
    expect(change.get_by_text("your present address")).to_be_visible()
    assert served_tasks.links(third) == []
    page.goto(last_link(served_tasks.links, second, 3))
    expect(page.get_by_text(f"Your account’s address is {second}.")).to_be_visible()
    page.goto(last_link(served_tasks.links, third, 1))
    expect(page.get_by_text(f"Your account’s address is {third}.")).to_be_visible()


def test_an_account_is_deleted(visit: Open, served_tasks: ServedTasks) -> None:
    """It takes the password, the address typed out and a mailed link; then nobody can sign in."""
    ada = visit()
    ada.sign_up("Ada")
    page = account_of(ada)
    page.goto(f"{ada.url}/account-deleted")
    expect(page.get_by_text("Your account is still here.")).to_be_visible()
    account_of(ada)
    page.get_by_role("button", name="Delete my account").click()
    deletion = form(page, "Delete account")
    expect(deletion.get_by_label("Password")).to_be_focused()
    confirmation = deletion.get_by_label("To confirm, type")
    for password, typed, said in (
        (PASSWORD, "yes", "That is not the address of this account."),
        ("wrong password", ada.email, "That is not your password."),
    ):
        deletion.get_by_label("Password").fill(password)
        confirmation.fill(typed)
        deletion.get_by_role("button", name="Delete my account").click()
        expect(deletion.get_by_role("alert").filter(has_text=said)).to_be_visible()
    deletion.get_by_label("Password").fill(PASSWORD)
    deletion.get_by_role("button", name="Delete my account").click()
    expect(deletion.get_by_text("A mail is on its way to you.")).to_be_visible()
    page.goto(last_link(served_tasks.links, ada.email, 2))
    expect(page.get_by_text("Your account has been deleted.")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    sign_in(page, ada.email, PASSWORD)
    expect(page.get_by_role("alert").filter(has_text="do not match")).to_be_visible()


def test_devices_are_shown_and_signed_out(visit: Open) -> None:
    """Each is named; one, or all but this, is signed out; no page holds a session's token."""
    ada = visit()
    ada.sign_up("Ada")
    others = [visit(), visit()]
    for other in others:
        other.page.goto(f"{ada.url}/sign-in")
        sign_in(other.page, ada.email, PASSWORD)
        expect(other.page.get_by_label("New task")).to_be_visible()
    page = account_of(ada)
    devices = page.get_by_role("region", name="Devices")
    expect(devices.get_by_role("listitem")).to_have_count(3)
    expect(devices.get_by_role("listitem").first).to_contain_text("Chrome on Linux This device")
    reachable = page.evaluate(_REACHABLE)
    for person in (ada, *others):
        for cookie in person.context.cookies():
            assert cookie["value"].split(".")[0] not in reachable, cookie["name"]
    devices.get_by_role("button", name="Sign out: Chrome on Linux").first.click()
    expect(devices.get_by_role("listitem")).to_have_count(2)
    expect(devices.get_by_text("Chrome on Linux has been signed out.")).to_be_visible()
    expect(devices.get_by_role("heading", name="Devices")).to_be_focused()
    devices.get_by_role("button", name="Sign out all other devices").click()
    expect(devices.get_by_text("You are signed in nowhere else.")).to_be_visible()
    for other in others:
        other.page.reload()
        expect(other.page.get_by_role("button", name="Sign in")).to_be_visible()
    page.reload()
    expect(devices.get_by_role("listitem")).to_have_count(1)


def test_signing_in_leads_back_to_the_account(visit: Open) -> None:
    """Who is not signed in comes back to the screen that they wanted, and not to a door."""
    ada = visit()
    ada.sign_up("Ada")
    for wanted, reached in (("/account", "/account"), ("/sign-in?next=/sign-up", "/")):
        ada.context.clear_cookies()
        ada.page.goto(f"{ada.url}{wanted}")
        sign_in(ada.page, ada.email, PASSWORD)
        ada.page.wait_for_url(f"{ada.url}{reached}")


def test_an_account_needs_no_mouse(visit: Open) -> None:
    """Signing up, the menu and a new name are done by keys alone, each thing named as it is met."""
    ada = visit()
    page = ada.page
    page.goto(f"{ada.url}/sign-up")
    expect(page.get_by_role("heading", name="Create your account")).to_be_focused()
    for label, typed in (("Name", "Ada"), ("Email", ada.email), ("Password", PASSWORD)):
        page.keyboard.press("Tab")
        expect(page.get_by_label(label)).to_be_focused()
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_label("New task")).to_be_visible()
    page.get_by_role("button", name="Account, ").focus()
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("link", name="Account settings"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_focused()
    name = form(page, "Name").get_by_label("Name")
    _tab_to(page, name)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Augusta")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your name is saved.")).to_be_visible()
    expect(name).to_be_focused()


def _tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(10):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()

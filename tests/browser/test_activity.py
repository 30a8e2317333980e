"""The activity of one's account, as the page shows it."""

import httpx
from playwright.sync_api import Browser, expect

from tests.browser.deployment import Deployment
from tests.browser.people import Visitor, visitor


def _open(person: Visitor, *, until: str) -> None:
    """Go there by the account menu, and look again until something is written down."""
    person.page.get_by_role("button", name="Account").click()
    person.page.get_by_role("link", name="Activity").click()
    expect(person.page.get_by_role("heading", name="Activity")).to_be_visible()
    for _ in range(20):
        if person.page.get_by_text(until).count():
            return
        person.page.wait_for_timeout(250)
        person.page.reload()
        expect(person.page.get_by_role("heading", name="Activity")).to_be_visible()
        expect(person.page.get_by_text("Loading your activity")).to_be_hidden()


def test_one_sees_who_tried_and_nobody_else_does(browser: Browser, tasks: Deployment) -> None:
    """A stranger's failed sign-in stands in Ada's list, picture and numbers, and in no other's."""
    ada, bob = visitor(browser, tasks.url), visitor(browser, tasks.url)
    ada.sign_up("Ada")
    bob.sign_up("Bob")
    guess = {"email": ada.email, "password": "not the password"}
    httpx.post(f"{tasks.url}/api/auth/sign-in/email", json=guess, headers={"Origin": tasks.url})
    ada.sign_out()
    ada.sign_in()
    _open(bob, until="Your account was created")
    _open(ada, until="Signed in from")
    rows = ada.page.get_by_role("listitem")
    expect(rows).to_have_count(6)  # an account and its mail, a guess, out, in, and after a guess
    came_in = rows.filter(has_text="Signed in from 127.0.0.1")  # at one moment with the next
    expect(came_in).to_contain_text("This session")
    after = rows.filter(has_text="That sign-in came after wrong passwords from the same address")
    expect(after).to_have_count(1)
    expect(rows.nth(3)).to_contain_text("A sign-in failed: the password was wrong from 127.0.0.1")
    expect(ada.page.get_by_text("In the last 30 days: 1 sign-in, 1 refusal.")).to_be_visible()
    ada.page.get_by_text("Show the numbers").press("Enter")
    expect(ada.page.get_by_role("row", name="Today 1 1")).to_be_visible()
    expect(bob.page.get_by_role("listitem")).to_have_count(2)
    expect(bob.page.get_by_text("no sign-ins, no refusals")).to_be_visible()
    assert ada.logged == bob.logged == []
    ada.page.get_by_role("link", name="Back to the tasks").click()
    expect(ada.page.get_by_label("New task")).to_be_visible()


def test_nobody_sees_it_who_is_not_signed_in(browser: Browser, tasks: Deployment) -> None:
    """Without a session the page asks to sign in, and leads back to the activity."""
    ada = visitor(browser, tasks.url)
    ada.sign_up("Ada")
    ada.context.clear_cookies()
    ada.page.goto(f"{tasks.url}/activity")
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert ada.page.url == f"{tasks.url}/sign-in?next=%2Factivity"


def test_a_list_that_cannot_be_had_is_asked_for_again(browser: Browser, tasks: Deployment) -> None:
    """A server that fails is said in a sentence, with a button that tries again."""
    ada = visitor(browser, tasks.url)
    ada.sign_up("Ada")
    ada.context.route("**/api/activity", lambda route: route.abort())
    ada.page.goto(f"{tasks.url}/activity")
    expect(ada.page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    ada.context.unroute("**/api/activity")
    ada.page.get_by_role("button", name="Try again").click()
    expect(ada.page.get_by_role("listitem").first).to_be_visible()

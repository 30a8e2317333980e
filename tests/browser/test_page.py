"""The page: two people, each with only their own."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Visitor, visitor

Open = Callable[[], Visitor]


@pytest.fixture
def visit(browser: Browser, tasks_url: str) -> Open:
    """Open browser profiles on Tasks."""
    return lambda: visitor(browser, tasks_url)


def task_titles(page: Page) -> list[str]:
    return [text.strip() for text in page.get_by_role("listitem").all_inner_texts()]


def test_two_people_see_only_their_own(visit: Open) -> None:
    """Two people sign up and add tasks; neither page ever holds a word of the other's."""
    ada, bob = visit(), visit()
    ada.sign_up("Ada")
    bob.sign_up("Bob")
    ada.add("Ada's secret errand")
    bob.add("Bob's secret errand")
    for person, own, other in ((ada, "Ada's", "Bob's"), (bob, "Bob's", "Ada's")):
        person.page.reload()
        expect(person.page.get_by_text(f"{own} secret errand")).to_be_visible()
        assert f"{other} secret" not in person.page.content()
        person.page.get_by_label("Search").fill("secret")
        expect(person.page.get_by_text(f"{own} secret errand")).to_be_visible()
        assert f"{other} secret" not in person.page.content()
        assert person.logged == []


def test_a_task_is_edited_completed_and_deleted(visit: Open) -> None:
    """What one does to a task is there after a reload."""
    ada = visit()
    ada.sign_up("Ada")
    ada.add("Water the plants")
    page = ada.page
    page.get_by_role("button", name='Edit "Water the plants"').first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Water the ferns")
    dialog.get_by_label("Notes").fill("the big one, too")
    dialog.get_by_role("button", name="Tomorrow").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    page.get_by_label('Complete "Water the ferns"').click()
    page.reload()
    expect(page.get_by_label('Complete "Water the ferns"')).to_be_checked()
    expect(page.get_by_role("listitem")).to_contain_text("Tomorrow")
    page.get_by_role("listitem").hover()
    page.get_by_role("button", name='Delete "Water the ferns"').click()
    expect(page.get_by_role("listitem")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("New task")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(0)


def test_everything_can_be_done_without_a_mouse(visit: Open) -> None:
    """`n` starts a task, Enter adds it, Tab reaches it, Space completes it, `/` searches."""
    ada = visit()
    ada.sign_up("Ada")
    page = ada.page
    page.locator("body").press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    expect(page.get_by_label("New task")).to_be_focused()
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    checkbox = page.get_by_label('Complete "By hand"')
    expect(checkbox).to_be_visible()
    for _ in range(30):
        if checkbox.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(checkbox).to_be_focused()
    page.keyboard.press("Space")
    expect(checkbox).to_be_checked()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()


def test_another_tab_sees_a_change_at_once(visit: Open) -> None:
    """A task added in one tab appears in the other without a reload."""
    ada = visit()
    ada.sign_up("Ada")
    other = ada.tab()
    other.goto(f"{ada.url}/")
    expect(other.get_by_label("New task")).to_be_visible()
    other.wait_for_timeout(500)  # its websocket has been opened
    ada.add("Seen at once")
    expect(other.get_by_role("listitem").filter(has_text="Seen at once")).to_be_visible()


def test_signing_out_leaves_nothing_behind(visit: Open) -> None:
    """After sign-out no tab holds a task, and the next person in this browser sees only theirs."""
    ada = visit()
    ada.sign_up("Ada")
    ada.add("For Ada's eyes")
    other = ada.tab()
    other.goto(f"{ada.url}/")
    expect(other.get_by_text("For Ada's eyes")).to_be_visible()
    ada.sign_out()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    for page in (ada.page, other):
        assert "Ada's eyes" not in page.content()
    ada.page.go_back()
    assert "Ada's eyes" not in ada.page.content()
    bob = Visitor(ada.url, ada.context, ada.page)
    bob.sign_up("Bob")
    expect(bob.page.get_by_label("New task")).to_be_visible()
    assert "Ada's eyes" not in bob.page.content()


def test_a_session_that_is_gone_leads_to_sign_in_and_back(visit: Open) -> None:
    """Without its cookie the page asks to sign in, keeps where one was, and goes back there."""
    ada = visit()
    ada.sign_up("Ada")
    ada.add("Still here")
    ada.context.clear_cookies()
    ada.page.goto(f"{ada.url}/?status=open")
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "/sign-in?next=" in ada.page.url
    ada.sign_in()
    expect(ada.page.get_by_text("Still here")).to_be_visible()
    assert ada.page.url == f"{ada.url}/?status=open"


def test_a_refusal_is_a_sentence(visit: Open) -> None:
    """A wrong password and a taken address are said in words, where one is looking."""
    ada = visit()
    ada.sign_up("Ada")
    ada.sign_out()
    ada.page.get_by_label("Email").fill(ada.email)
    ada.page.get_by_label("Password").fill("not the password")
    ada.page.get_by_role("button", name="Sign in").click()
    expect(ada.page.get_by_role("alert").filter(has_text="password")).to_be_visible()
    ada.page.goto(f"{ada.url}/sign-up")
    ada.page.get_by_label("Name").fill("Ada again")
    ada.page.get_by_label("Email").fill(ada.email)
    ada.page.get_by_label("Password").fill("correct horse battery")
    ada.page.get_by_role("button", name="Create account").click()
    expect(ada.page.get_by_role("alert").filter(has_text="already")).to_be_visible()


def test_localhost_and_its_number_both_work(browser: Browser, tasks_url: str) -> None:
    """Whoever types localhost instead of 127.0.0.1 gets the same app, with a session of its own."""
    ada = visitor(browser, tasks_url.replace("127.0.0.1", "localhost"))
    ada.sign_up("Ada")
    ada.add("By name")
    ada.page.reload()
    expect(ada.page.get_by_text("By name")).to_be_visible()
    assert ada.logged == []


def test_the_documentation_works_without_the_internet(visit: Open) -> None:
    """/docs shows the operations from files of our own, under the page's own policy."""
    reader = visit()
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.page.goto(f"{reader.url}/docs")
    expect(reader.page.get_by_text("/api/tasks/bulk")).to_be_visible()
    expect(reader.page.get_by_role("button", name="Authorize")).to_be_visible()
    ours = (reader.url, "data:")
    assert [address for address in asked if not address.startswith(ours)] == []
    assert reader.logged == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_it_fits_the_screen(
    browser: Browser, tasks_url: str, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    """On a desk and on a phone, by day and by night, nothing is wider than the screen."""
    ada = visitor(browser, tasks_url, scheme=scheme, size=size)
    ada.sign_up("Ada Lovelace")
    for title in ("Read about Jacquard looms", "Send the invoice to Charles", "W" * 200):
        ada.add(title)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert ada.page.evaluate(width) <= 0
    background = "getComputedStyle(document.documentElement).backgroundColor"
    red, green, blue = re.findall(r"\d+", ada.page.evaluate(background))[:3]
    assert (int(red) + int(green) + int(blue) < 3 * 128) == (scheme == "dark")

"""Lists that are shared, on the pages of two people."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from gatepost.testing import Somebody
from tests.browser.deployment import Deployment
from tests.browser.people import enter, visitor
from tests.mailed_links import confirmed, mailed_link
from tests.tasks.test_lists import add_list
from tests.tasks.test_sharing import share
from tests.tasks.test_tasks import add


@pytest.fixture(scope="module")
def tasks_url(tasks: Deployment) -> str:
    """Its origin: the screen is the same whoever signs people in."""
    return tasks.url


@pytest.fixture
def bob(tasks: Deployment) -> Iterator[Somebody]:
    """Somebody else, who has shown that their address is theirs."""
    with confirmed(tasks.url, tasks.links, "bob") as somebody:
        yield somebody


def test_a_list_is_shared_changed_and_taken_back(
    browser: Browser, ada: Somebody, bob: Somebody
) -> None:
    """Ada lets Bob in to read, then to edit, then no more; his page follows, and offers no more."""
    house = add_list(ada, "House").json()["id"]
    add(ada, title="paint the door", list_id=house, notes="green")
    hers, his = enter(browser, ada, f"/?list={house}").page, enter(browser, bob).page
    expect(his.get_by_text("A quiet field")).to_be_visible()
    hers.get_by_role("button", name="Share", exact=True).click()
    dialog = hers.get_by_role("dialog")
    expect(dialog.get_by_text("Nobody else sees this list yet.")).to_be_visible()
    dialog.get_by_label("Let somebody in").fill(bob.email)
    dialog.get_by_role("button", name="Let in", exact=True).click()
    expect(dialog.get_by_role("listitem")).to_contain_text(bob.email)

    expect(his.get_by_role("heading", name="Shared with me")).to_be_visible()
    his.get_by_role("link", name="House").click()
    expect(his.get_by_text("Shared with you · Can only read")).to_be_visible()
    his.get_by_role("button", name='Read "paint the door"').click()
    expect(his.get_by_role("dialog")).to_contain_text("green")
    his.keyboard.press("Escape")
    for offered in (his.get_by_role("checkbox"), his.get_by_label("New task")):
        expect(offered).to_have_count(0)
    for name in ("Delete", "Share"):
        expect(his.get_by_role("button", name=name)).to_have_count(0)
    expect(his.get_by_role("button", name="Select", exact=True)).to_be_disabled()

    dialog.get_by_label(f"What {bob.email} may do").select_option(label="Can edit")
    his.get_by_label('Complete "paint the door"').click()
    expect(hers.get_by_label('Complete "paint the door"', exact=True)).to_be_checked()
    his.get_by_role("button", name='Edit "paint the door"').click()
    expect(his.get_by_role("dialog").get_by_label("List")).to_be_disabled()
    his.keyboard.press("Escape")

    dialog.get_by_role("button", name=f"Let {bob.email} in no more").click()
    expect(dialog.get_by_text("Nobody else sees this list yet.")).to_be_visible()
    expect(his.get_by_role("heading", name="All tasks")).to_be_visible()
    expect(his.get_by_text("House")).to_have_count(0)


def test_a_refusal_is_said_beside_the_address(
    browser: Browser, ada: Somebody, bob: Somebody
) -> None:
    """What is no address, one's own, and one that is let in already are said at the field."""
    house = add_list(ada, "House").json()["id"]
    share(ada, house, bob.email)
    page = enter(browser, ada, f"/?list={house}").page
    page.get_by_role("button", name="Share", exact=True).click()
    field = page.get_by_label("Let somebody in")
    for address, sentence in (
        ("bob", "Write the whole address"),
        (ada.email, "That is your own address."),
        (bob.email, "The list is shared with them already."),
    ):
        field.fill(address)
        field.press("Enter")
        expect(page.get_by_text(sentence)).to_be_visible()
        expect(field).to_be_focused()
        expect(field).to_have_accessible_description(page.locator(".field-problem").inner_text())
    page.route("**/shares/*", lambda route: route.abort())
    right = page.get_by_label(f"What {bob.email} may do")
    right.select_option(label="Can edit")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("cannot be reached")
    expect(right).to_have_value("read")


def test_a_guest_leaves(browser: Browser, ada: Somebody, bob: Somebody) -> None:
    """Whoever was let in leaves by the list's menu, and sees it no more."""
    house = add_list(ada, "House").json()["id"]
    share(ada, house, bob.email, "edit")
    page = enter(browser, bob).page
    page.get_by_role("button", name="What to do with “House”").click()
    page.get_by_role("button", name="Leave…").click()
    page.get_by_role("button", name="Leave the list").click()
    expect(page.get_by_text("You have left “House”.")).to_be_visible()
    expect(page.get_by_role("link", name="House")).to_have_count(0)
    assert bob.http.get("/api/lists").json()["items"] == []


def test_what_waited_for_an_address_is_there_once_it_is_confirmed(
    browser: Browser, ada: Somebody, tasks: Deployment
) -> None:
    """Signing up shows nothing of it; the mailed link does, in the tab that was open as well."""
    url, later = tasks.url, visitor(browser, tasks.url)
    house = add_list(ada, "House").json()["id"]
    share(ada, house, later.email)
    later.sign_up("Later")
    expect(later.page.get_by_text("A quiet field")).to_be_visible()
    wanted = {"email": later.email, "callbackURL": "/?confirmed"}
    ask = f"{url}/api/auth/send-verification-email"
    later.context.request.post(ask, data=wanted, headers={"Origin": url})
    link = mailed_link(tasks.links, later.email, "/?confirmed")
    expect(later.page.get_by_role("link", name="House")).to_have_count(0)

    other = later.tab()
    other.goto(link)
    for page in (other, later.page):
        expect(page.get_by_role("link", name="House")).to_be_visible()
    assert later.logged == []

"""The screen of tasks: undone, taken back when refused, by keyboard, offline."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from gatepost.testing import Somebody
from tests.browser.deployment import Deployment
from tests.browser.people import answer_once, enter, signed_in
from tests.tasks.test_lists import add_list
from tests.tasks.test_tasks import add


@pytest.fixture(scope="module")
def tasks_url(tasks: Deployment) -> str:
    """Its origin: the screen is the same whoever signs people in."""
    return tasks.url


def row(page: Page, title: str) -> Locator:
    return page.locator(".task-row").filter(has_text=title)


def refuse(route: Route) -> None:
    """Answer as the server does when it fails."""
    route.fulfill(status=500, json={"message": "no", "code": "INTERNAL_SERVER_ERROR"})


def hold_changes(page: Page) -> list[Route]:
    """Hold every change on its way to the server, and return those that are held."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/tasks/**", hold)
    page.route("**/api/lists/**", hold)
    return held


def next_of(held: list[Route], page: Page) -> Route:
    """Wait for the next change, and take it."""
    while not held:
        page.wait_for_timeout(20)
    return held.pop(0)


def shown(page: Page, *expected: str) -> None:
    """Wait until these tasks are on the screen, in this order."""
    expect(page.locator(".task-open")).to_have_text(list(expected))


def select(page: Page, *wanted: str) -> None:
    page.get_by_role("button", name="Select", exact=True).click()
    for title in wanted:
        page.get_by_label(f'Select "{title}"').check()


def test_what_is_deleted_comes_back_to_its_place(browser: Browser, ada: Somebody) -> None:
    """Undo, by button and by key, restores one task and many as they were and where they were."""
    home = add_list(ada, "Home").json()["id"]
    add(ada, title="first", done=True)
    add(ada, title="second", list_id=home, notes="kept", priority="high")
    add(ada, title="third", due_date="2026-12-01")
    page = enter(browser, ada).page
    shown(page, "third", "second", "first")
    row(page, "second").hover()
    page.get_by_role("button", name='Delete "second"').click()
    shown(page, "third", "first")
    page.get_by_role("button", name="Undo").click()
    shown(page, "third", "second", "first")
    select(page, "first", "second")
    page.get_by_role("button", name="Delete", exact=True).click()
    shown(page, "third")
    expect(page.get_by_text("Deleted 2 tasks.")).to_be_visible()
    page.keyboard.press("u")
    shown(page, "third", "second", "first")
    expect(page.get_by_label('Complete "first"')).to_be_checked()
    expect(row(page, "second")).to_contain_text("Home")
    [second] = ada.http.get("/api/tasks", params={"q": "second"}).json()["items"]
    assert (second["notes"], second["priority"], second["list_id"]) == ("kept", "high", home)


def test_what_is_done_or_moved_together_is_undone_together(browser: Browser, ada: Somebody) -> None:
    """Undo of many changes back what the action changed, and nothing else."""
    home = add_list(ada, "Home").json()["id"]
    add(ada, title="open")
    add(ada, title="done", done=True)
    add(ada, title="at home", list_id=home)
    page = enter(browser, ada).page
    shown(page, "at home", "done", "open")
    select(page, "at home", "done", "open")
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(page.get_by_label('Complete "done"')).to_be_checked()
    select(page, "at home", "open")
    page.get_by_label("Move to").select_option(label="Home")
    expect(row(page, "open")).to_contain_text("Home")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "open")).not_to_contain_text("Home")
    expect(row(page, "at home")).to_contain_text("Home")


def _complete(page: Page) -> None:
    page.get_by_label('Complete "fragile"').click()


def _edit(page: Page) -> None:
    page.get_by_role("button", name='Edit "fragile"').click()
    page.get_by_label("Title").fill("typed")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def _move(page: Page) -> None:
    select(page, "fragile")
    page.get_by_label("Move to").select_option(label="No list")


def _delete(page: Page) -> None:
    row(page, "fragile").hover()
    page.get_by_role("button", name='Delete "fragile"').click()


def _rename(page: Page) -> None:
    page.get_by_role("button", name="What to do with “Home”").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Abroad")
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_refused_is_taken_back_and_said(browser: Browser, ada: Somebody) -> None:
    """Each change shows at once; when refused, all is as it was and a sentence says so."""
    home = add_list(ada, "Home").json()["id"]
    add(ada, title="fragile", list_id=home)
    page = enter(browser, ada).page
    held = hold_changes(page)
    sidebar = page.get_by_role("navigation")
    cases: dict[Callable[[Page], None], Callable[[], None]] = {
        _complete: lambda: expect(page.get_by_label('Complete "fragile"')).to_be_checked(),
        _edit: lambda: shown(page, "typed"),
        _move: lambda: expect(row(page, "fragile")).not_to_contain_text("Home"),
        _delete: lambda: shown(page),
        _rename: lambda: expect(sidebar.get_by_role("link", name="Abroad")).to_be_visible(),
    }
    for change, shows in cases.items():
        change(page)
        shows()
        refuse(next_of(held, page))
        problem = page.get_by_role("status", name="Messages")
        expect(problem).to_contain_text("Not saved: “")
        expect(problem).to_contain_text("The server had a problem.")
        shown(page, "fragile")
        expect(row(page, "fragile")).to_contain_text("Home")
        expect(page.get_by_label('Complete "fragile"')).not_to_be_checked()
        expect(sidebar.get_by_role("link", name="Home")).to_be_visible()
        page.get_by_role("button", name="Dismiss").click()


def test_what_was_typed_and_refused_can_be_reopened(browser: Browser, ada: Somebody) -> None:
    """The offer beside a refusal opens the editor, or the new name, with what was typed."""
    add_list(ada, "Home")
    add_list(ada, "Abroad")
    add(ada, title="fragile")
    page = enter(browser, ada).page
    answer_once(page, "**/api/tasks/*", refuse)
    _edit(page)
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_label("Title")).to_have_value("typed")
    page.get_by_role("button", name="Save").click()
    shown(page, "typed")
    _rename(page)
    expect(page.get_by_text("You already have a list with that name.")).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("Abroad")
    page.get_by_role("dialog").get_by_label("Name").fill("Elsewhere")
    page.get_by_role("button", name="Rename", exact=True).click()
    expect(page.get_by_role("navigation").get_by_role("link", name="Elsewhere")).to_be_visible()


def test_a_refusal_leaves_what_came_after_it(browser: Browser, ada: Somebody) -> None:
    """A title is refused after the task was completed: the title is taken back, the tick stays."""
    task = add(ada, title="fragile")
    page = enter(browser, ada).page
    held = hold_changes(page)
    _edit(page)
    page.get_by_label('Complete "typed"').click()
    expect(page.get_by_label('Complete "typed"')).to_be_checked()
    refuse(next_of(held, page))
    next_of(held, page).continue_()
    expect(page.get_by_text("Completed “typed”.")).to_be_visible()
    expect(page.get_by_label('Complete "fragile"')).to_be_checked()
    kept = ada.http.get(f"/api/tasks/{task['id']}").json()
    assert (kept["title"], kept["done"]) == ("fragile", True)


def test_single_keys_do_what_the_help_says(browser: Browser, ada: Somebody) -> None:
    """Keys go from task to task and act on the one that has the focus, until turned off."""
    for title in ("last", "middle", "top"):
        add(ada, title=title)
    page = enter(browser, ada).page
    shown(page, "top", "middle", "last")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_label('Complete "middle"')).to_be_checked()
    page.keyboard.press("k")
    expect(page.get_by_role("button", name='Edit "top"')).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_label("Title")).to_have_value("top")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name='Edit "top"')).to_be_focused()
    page.keyboard.press("#")
    shown(page, "middle", "last")
    expect(page.get_by_role("button", name='Edit "middle"')).to_be_focused()
    expect(page.get_by_text("Deleted “top”.")).to_be_visible()
    page.keyboard.press("u")
    shown(page, "top", "middle", "last")
    page.goto(f"{page.url}?status=open")
    shown(page, "top", "last")
    page.keyboard.press("j")
    page.keyboard.press("x")
    shown(page, "last")
    expect(page.get_by_role("button", name='Edit "last"')).to_be_focused()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    for key in ("n", "/", "j", "k", "x", "e", "#", "Delete", "u", "?"):
        expect(dialog.get_by_text(key, exact=True)).to_be_visible()
    dialog.get_by_label("Single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_label("New task")).not_to_be_focused()


def test_offline_is_said_and_nothing_is_lost(browser: Browser, ada: Somebody) -> None:
    """Offline a change is taken back and what was typed stays; back online the page catches up."""
    add(ada, title="before")
    visitor = enter(browser, ada)
    page = visitor.page
    shown(page, "before")
    visitor.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.get_by_label('Complete "before"').click()
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    expect(page.get_by_label('Complete "before"')).not_to_be_checked()
    page.get_by_label("New task").fill("written offline")
    page.get_by_label("New task").press("Enter")
    expect(page.get_by_label("New task")).to_have_value("written offline")
    add(ada, title="meanwhile")
    visitor.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    shown(page, "meanwhile", "before")


def test_what_does_not_load_is_said_and_asked_for_again(browser: Browser, ada: Somebody) -> None:
    """When tasks and lists cannot be read, each place says so and offers to try again."""
    add_list(ada, "Home")
    add(ada, title="there")
    visitor = signed_in(browser, ada)
    page = visitor.page
    page.route("**/api/tasks?*", refuse)
    page.route("**/api/lists", refuse)
    page.goto(f"{visitor.url}/")
    expect(page.get_by_role("alert").filter(has_text="The server had a problem.")).to_have_count(2)
    page.unroute("**/api/tasks?*")
    page.unroute("**/api/lists")
    page.get_by_role("button", name="Try again").click()
    shown(page, "there")
    page.get_by_role("button", name="Load the lists again").click()
    expect(page.get_by_role("link", name="Home")).to_be_visible()


def test_an_export_is_handed_over_from_memory(browser: Browser, ada: Somebody) -> None:
    """The file has the tasks, and no address on the way carries a token."""
    add(ada, title="taken along")
    visitor = enter(browser, ada)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    shown(visitor.page, "taken along")
    visitor.page.get_by_role("button", name="Export").click()
    with visitor.page.expect_download() as downloading:
        visitor.page.get_by_role("button", name="JSON").click()
    download = downloading.value
    assert download.url.startswith(f"blob:{visitor.url}/")
    assert [task["title"] for task in json.loads(download.path().read_text())] == ["taken along"]
    assert f"{visitor.url}/api/tasks/export?format=json" in asked
    assert not any("eyJ" in address for address in [*asked, download.url])

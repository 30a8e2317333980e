"""Takes the pictures of the documentation: `make screenshots`."""

import asyncio
import math
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect

from gatepost.activity.counts import CountsTable
from gatepost.events import EventName
from gatepost.events.counted import Counted
from gatepost.store import open_engine
from tests.browser.deployment import Deployment, deployed
from tests.browser.people import PASSWORD, Visitor, visitor
from tests.docs.snippets import ROOT
from tests.mailed_links import last_link
from tests.services.chromium import chromium

_IMAGES = ROOT / "docs" / "images"


class _Window(NamedTuple):
    suffix: str
    scheme: Literal["light", "dark"]
    size: ViewportSize


_DESK, _PHONE = ViewportSize(width=1280, height=760), ViewportSize(width=390, height=780)
_WINDOWS = (
    _Window("", "light", _DESK),
    _Window("-dark", "dark", _DESK),
    _Window("-phone", "light", _PHONE),
    _Window("-phone-dark", "dark", _PHONE),
)
_TASKS = (
    ("Read about Jacquard looms", "none", "Someday"),
    ("Book the train to Turin", "medium", None),
    ("Send the invoice to Charles", "high", None),
    ("Write the notes on the engine", "low", "Analytical Engine"),
    ("Proofread note G", "high", "Analytical Engine"),
    ("Water the plants", "none", None),
)
_FILL = """async (tasks) => {
    const { token } = await (await fetch("/api/auth/token")).json();
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const post = async (path, body) => {
        const init = { method: "POST", headers, body: JSON.stringify(body) };
        return (await fetch(path, init)).json();
    };
    const day = (ahead) => new Date(Date.now() + ahead * 864e5).toISOString().slice(0, 10);
    const lists = {};
    for (const [index, [title, priority, list]] of tasks.entries()) {
        if (list) lists[list] ??= (await post("/api/lists", { name: list })).id;
        await post("/api/tasks", {
            title, priority, list_id: lists[list] ?? null, done: index === 1,
            due_date: index % 2 ? day(index - 2) : null,
        });
    }
    for (const [address, right] of [["charles@example.com", "edit"], ["mary@example.com", "read"]])
        await post(`/api/lists/${lists["Analytical Engine"]}/shares`, { address, right });
}"""


def _door(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)
        expect(page.get_by_label("Email")).to_be_visible()

    return go


def _tasks(page: Page) -> None:
    page.goto("/?sort=-priority")
    expect(page.get_by_role("listitem").filter(has_text="note G").first).to_be_visible()


def _editor(page: Page) -> None:
    _tasks(page)
    page.get_by_role("button", name='Edit "Proofread note G"').click()
    expect(page.get_by_role("dialog")).to_be_visible()


def _sharing(page: Page) -> None:
    _tasks(page)
    if page.get_by_role("button", name="Open the sidebar").is_visible():
        page.get_by_role("button", name="Open the sidebar").click()
    page.get_by_role("link", name="Analytical Engine").click()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("mary@example.com")).to_be_visible()


def _account(page: Page) -> None:
    page.goto("/account")
    expect(page.get_by_text("This device")).to_be_visible()


def _activity(page: Page) -> None:
    page.goto("/activity")
    expect(page.get_by_text("This session").first).to_be_visible()


def _security(page: Page) -> None:
    page.goto("/security")
    expect(page.get_by_text("ada@example.com").first).to_be_visible()


_OF_A_STRANGER: Mapping[str, Callable[[Page], None]] = {
    "sign-in": _door("/sign-in"),
    "sign-up": _door("/sign-up"),
    "forgotten-password": _door("/forgotten-password"),
}
_OF_ADA: Mapping[str, Callable[[Page], None]] = {
    "tasks": _tasks,
    "editor": _editor,
    "sharing": _sharing,
    "account": _account,
    "activity": _activity,
}
_OF_GRACE: Mapping[str, Callable[[Page], None]] = {"security": _security}


def take_pictures() -> None:
    """Serve Tasks, fill it, and save the pictures."""
    _IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data_dir, deployed(Path(data_dir)) as tasks:
        asyncio.run(_make_a_day(tasks))
        with chromium() as browser:
            hers = _ada(browser, tasks).context.storage_state()
            graces = _grace(browser, tasks).context.storage_state()
            for window in _WINDOWS:
                _take(browser, tasks.url, _OF_A_STRANGER, None, window)
                _take(browser, tasks.url, _OF_ADA, hers, window)
                _take(browser, tasks.url, _OF_GRACE, graces, window)


def _take(
    browser: Browser,
    url: str,
    screens: Mapping[str, Callable[[Page], None]],
    state: StorageState | None,
    window: _Window,
) -> None:
    context = browser.new_context(
        base_url=url,
        storage_state=state,
        color_scheme=window.scheme,
        reduced_motion="reduce",
        viewport=window.size,
    )
    with closing(context):
        for name, go in screens.items():
            page = context.new_page()
            go(page)
            page.wait_for_timeout(400)
            page.screenshot(path=_IMAGES / f"{name}{window.suffix}.png")
            page.close()


def _ada(browser: Browser, tasks: Deployment) -> Visitor:
    """Let Ada sign up, confirm her address, keep tasks, and be guessed at."""
    ada = replace(visitor(browser, tasks.url), email="ada@example.com")
    ada.sign_up("Ada Lovelace")
    ada.page.goto(last_link(tasks.links, ada.email, 1))
    ada.page.evaluate(_FILL, _TASKS)
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/605.1.15"
    with httpx.Client(base_url=tasks.url, headers={"Origin": tasks.url}) as elsewhere:
        for password, agent in (("a guess", "curl/8"), ("another", "curl/8"), (PASSWORD, phone)):
            elsewhere.post(
                "/api/auth/sign-in/email",
                json={"email": ada.email, "password": password},
                headers={"User-Agent": agent},
            )
    ada.page.goto(f"{tasks.url}/")
    ada.sign_out()
    ada.sign_in()
    return ada


def _grace(browser: Browser, tasks: Deployment) -> Visitor:
    """Let Grace sign up, and be made an administrator."""
    grace = replace(visitor(browser, tasks.url), email="grace@example.com")
    grace.sign_up("Grace Hopper")
    grace.page.goto(last_link(tasks.links, grace.email, 1))
    tasks.operate("users", "set-role", grace.email, "admin")
    return grace


async def _make_a_day(tasks: Deployment) -> None:
    """Count what a day of many people would have been: a morning, an evening, an attack at noon."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    counts: dict[Counted, int] = {}
    for ago in range(1, 24):
        start = now - timedelta(hours=ago)
        people = 9 + 8 * math.sin(ago / 3.6) + ago % 4
        counts[Counted(start, EventName.LOGIN_SUCCESS)] = max(1, round(people))
        counts[Counted(start, EventName.LOGIN_FAIL)] = 1 + ago * 7 % 4
        counts[Counted(start, EventName.ACCESS_REFUSED)] = ago * 5 % 3 + 1
    for ago, wrong, stopped in ((9, 14, 2), (8, 21, 7), (7, 16, 5), (6, 6, 0)):
        start = now - timedelta(hours=ago)
        counts[Counted(start, EventName.LOGIN_FAIL)] = wrong
        counts[Counted(start, EventName.RATE_LIMITED)] = wrong // 3
        counts[Counted(start, EventName.LOGIN_FAIL_MAX)] = stopped
        counts[Counted(start, EventName.LOGIN_LOCK)] = stopped // 3
    counts[Counted(now - timedelta(hours=8), EventName.TOKEN_REUSED)] = 1
    engine = open_engine(tasks.settings.database_url.reveal())
    await CountsTable(engine).add(counts)
    await engine.dispose()


if __name__ == "__main__":
    take_pictures()

"""Takes the pictures of the documentation: `make screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from gatepost_tasks.app import create_app
from tests.browser.people import Visitor, visitor
from tests.conftest import settings_for
from tests.docs.snippets import ROOT
from tests.ports import free_port
from tests.services.chromium import chromium
from tests.serving import serving

_IMAGES = ROOT / "docs" / "images"
_TASKS = (
    ("Read about Jacquard looms", "none", "Someday"),
    ("Book the train to Turin", "medium", None),
    ("Send the invoice to Charles", "high", None),
    ("Write the notes on the engine", "low", "Analytical Engine"),
    ("Proofread note G", "high", "Analytical Engine"),
    ("Water the plants", "none", None),
)


def take_pictures() -> None:
    """Serve Tasks, fill it, and save the pictures."""
    port = free_port()
    _IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data_dir,
        serving(create_app(settings_for(port, Path(data_dir))), port=port) as url,
        chromium() as browser,
    ):
        ada = visitor(browser, url, size=(1280, 760))
        ada.page.goto(f"{url}/sign-in")
        expect(ada.page.get_by_label("Password")).to_be_visible()
        ada.page.screenshot(path=_IMAGES / "sign-in.png")
        ada.sign_up("Ada Lovelace")
        _fill(ada)
        ada.page.goto(f"{url}/?sort=-priority")
        expect(ada.page.get_by_role("listitem").filter(has_text="note G")).to_be_visible()
        ada.page.wait_for_timeout(500)
        ada.page.screenshot(path=_IMAGES / "tasks.png")
        _phone(browser, ada)


def _fill(ada: Visitor) -> None:
    """Add lists and tasks through the API, as the page does."""
    ada.page.evaluate(
        """async (tasks) => {
            const { token } = await (await fetch("/api/auth/token")).json();
            const headers = {
                Authorization: `Bearer ${token}`, "Content-Type": "application/json",
            };
            const post = async (path, body) => {
                const init = { method: "POST", headers, body: JSON.stringify(body) };
                return (await fetch(path, init)).json();
            };
            const day = (ahead) =>
                new Date(Date.now() + ahead * 864e5).toISOString().slice(0, 10);
            const lists = {};
            for (const [index, [title, priority, list]] of tasks.entries()) {
                if (list) lists[list] ??= (await post("/api/lists", { name: list })).id;
                await post("/api/tasks", {
                    title, priority, list_id: lists[list] ?? null, done: index === 1,
                    due_date: index % 2 ? day(index - 2) : null,
                });
            }
        }""",
        _TASKS,
    )


def _phone(browser: Browser, ada: Visitor) -> None:
    context = browser.new_context(
        storage_state=ada.context.storage_state(),
        color_scheme="dark",
        viewport={"width": 390, "height": 760},
    )
    page = context.new_page()
    page.goto(f"{ada.url}/")
    expect(page.get_by_role("listitem").filter(has_text="note G")).to_be_visible()
    page.wait_for_timeout(500)
    page.screenshot(path=_IMAGES / "tasks-phone-dark.png")


if __name__ == "__main__":
    take_pictures()

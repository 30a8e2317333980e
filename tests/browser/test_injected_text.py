"""What one types stays text, in every field there is."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.deployment import Deployment
from tests.browser.people import visitor

_PAYLOADS = (
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "<svg/onload=window.hacked=1>",
    "\"><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "javascript:window.hacked=1",
    "{{constructor.constructor('window.hacked=1')()}}",
    "${window.hacked=1}",
    "</title><script>window.hacked=1</script>",
    "&lt;b&gt;&#x3c;script&#x3e;",
)
_ALL = " ".join(_PAYLOADS)
_FOREIGN = "#root :is(script, iframe, img, b, [onerror], [onload])"


def _is_text(page: Page) -> None:
    assert page.locator(_FOREIGN).count() == 0
    assert page.evaluate("window.hacked ?? null") is None


def test_no_field_takes_markup(browser: Browser, tasks: Deployment) -> None:
    """Name, list, title, notes and search: what was typed is shown as typed, and nothing runs."""
    ada = visitor(browser, tasks.url)
    ada.arrive(_ALL)
    page = ada.page
    for payload in _PAYLOADS:
        page.get_by_label("New task").fill(payload)
        page.get_by_label("New task").press("Enter")
        expect(
            page.get_by_role("button", name=f"Edit {_quoted(payload)}", exact=True)
        ).to_be_visible()
    page.get_by_role("button", name=f"Edit {_quoted(_PAYLOADS[0])}", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Notes").fill(_ALL)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="New list").click()
    page.get_by_label("Name of the new list").fill(_PAYLOADS[7])
    page.get_by_role("button", name="Create list").click()
    expect(page.get_by_role("heading", name=_PAYLOADS[7])).to_be_visible()
    assert page.title().startswith(_PAYLOADS[7])
    page.goto(f"{tasks.url}/")
    expect(page.get_by_role("listitem").filter(has_text=_PAYLOADS[0]).first).to_be_visible()
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_text(_ALL)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Search").fill(_PAYLOADS[1])
    expect(page.locator(".task-row")).to_have_count(3)  # two titles and a note have it
    _is_text(page)
    page.get_by_role("button", name=f"Edit {_quoted(_PAYLOADS[1])}", exact=True).click()
    expect(page.get_by_role("dialog").get_by_label("Title")).to_have_value(_PAYLOADS[1])
    _is_text(page)


def _quoted(title: str) -> str:
    return f'"{title}"'

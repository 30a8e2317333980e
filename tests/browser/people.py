"""People at a browser: each with a profile of their own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    ViewportSize,
    expect,
)

from gatepost.testing import Somebody

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a browser profile; what the page logged is kept."""

    url: str
    context: BrowserContext
    page: Page
    email: str = field(default_factory=lambda: f"{secrets.token_hex(6)}@example.com")
    logged: list[str] = field(default_factory=list)

    def sign_up(self, name: str) -> None:
        """Create an account, and wait for the tasks to be there."""
        self.page.goto(f"{self.url}/sign-up")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Create account").click()
        expect(self.page.get_by_label("New task")).to_be_visible()

    def arrive(self, name: str) -> None:
        """Create an account as `sign_up` does, without the form, and open the tasks."""
        account = {"name": name, "email": self.email, "password": PASSWORD}
        signing_up = f"{self.url}/api/auth/sign-up/email"
        answer = self.context.request.post(signing_up, data=account, headers={"Origin": self.url})
        assert answer.ok
        self.page.goto(f"{self.url}/")
        expect(self.page.get_by_label("New task")).to_be_visible()

    def sign_in(self) -> None:
        """Sign in from the sign-in page, wherever that leads."""
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_label("New task")).to_be_visible()

    def sign_out(self) -> None:
        """Sign out through the account menu."""
        self.page.get_by_role("button", name="Account").click()
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("button", name="Sign in")).to_be_visible()

    def add(self, title: str) -> None:
        """Add a task with the keyboard."""
        self.page.get_by_label("New task").fill(title)
        self.page.get_by_label("New task").press("Enter")
        expect(self.page.get_by_role("listitem").filter(has_text=title)).to_be_visible()

    def tab(self) -> Page:
        """Open another tab of the same profile."""
        return self.context.new_page()


def visitor(
    browser: Browser,
    url: str,
    *,
    scheme: Literal["light", "dark"] = "light",
    size: tuple[int, int] = (1280, 800),
) -> Visitor:
    """Open a browser profile with nothing in it, and a page that is listened to."""
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(color_scheme=scheme, viewport=viewport)
    page = context.new_page()
    somebody = Visitor(url, context, page)

    def hear(message: ConsoleMessage) -> None:
        # Chromium says itself which caches it has cleared at sign-out.
        if not message.text.startswith("Clear-Site-Data header on "):
            somebody.logged.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: somebody.logged.append(str(error)))
    return somebody


def signed_in(browser: Browser, somebody: Somebody) -> Visitor:
    """Open a browser profile that has somebody's session cookie, and no page yet."""
    url = str(somebody.http.base_url).rstrip("/")
    theirs = visitor(browser, url)
    for cookie in somebody.browser.cookies.jar:
        value = cookie.value or ""
        theirs.context.add_cookies([{"name": cookie.name, "value": value, "url": url}])
    return theirs


def enter(browser: Browser, somebody: Somebody, path: str = "/") -> Visitor:
    """Open a page as somebody who has signed in before."""
    theirs = signed_in(browser, somebody)
    theirs.page.goto(theirs.url + path)
    return theirs


def answer_once(page: Page, url: str, answer: Callable[[Route], None]) -> None:
    """Answer the first request to a URL in the server's place, and let it answer all others.

    The route stays. Playwright's `times=1` takes it away, and with the last route all interception,
    while other requests of the page are under way.
    """
    answers = iter([answer])

    def handle(route: Route) -> None:
        next(answers, Route.continue_)(route)

    page.route(url, handle)

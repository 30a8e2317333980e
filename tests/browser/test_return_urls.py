"""Wherever a link asks to be led after signing in or after a mail, one ends on this origin."""

import re
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.deployment import Deployment
from tests.browser.people import PASSWORD, Visitor, visitor

_EVIL = (
    "https://evil.test/",
    "HTTPS:evil.test",
    "https:/evil.test",
    "https:evil.test/",
    "//evil.test/",
    "///evil.test/",
    "////evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/\r\n/evil.test",
    "\t//evil.test",
    " //evil.test",
    "\x00//evil.test",
    "/\x0b/evil.test",
    "\u00a0//evil.test",
    "\ufeff//evil.test",
    "/.//evil.test",
    "/..//evil.test",
    "/x/..//evil.test",
    "/%2e//evil.test",
    "/%2e%2e/%2e//evil.test",
    "/%2f/evil.test",
    "/%5cevil.test",
    "%2f%2fevil.test",
    "/%09/evil.test",
    "\uff0f\uff0fevil.test",
    "/\u2215evil.test",
    "/\u3002\u3002/evil.test",
    "//evil.test@127.0.0.1/",
    "https://127.0.0.1@evil.test/",
    "/@evil.test",
    "//127.0.0.1.evil.test",
    "//evil.test:80#@127.0.0.1",
    "javascript:window.hacked=1",
    "JaVaScRiPt:window.hacked=1",
    "java\tscript:window.hacked=1",
    "\x01javascript:window.hacked=1",
    "data:text/html,<script>window.hacked=1</script>",
    "vbscript:x",
    "blob:http://evil.test/x",
    "view-source:http://evil.test",
    "/sign-in?next=//evil.test",
    "/sign-in?next=%2Fsign-in%3Fnext%3Dhttps%253A%252F%252Fevil.test",
    "/api/auth/sign-out",
    "/docs",
    "?next=//evil.test",
    "#//evil.test",
    "/" + "a" * 5_000,
    "/" * 5_000 + "evil.test",
    "/?" + "\u202e" * 50,
)
# As a link of the page itself is followed: without loading the page again.
_FOLLOW = """async ([door, targets]) => {
    const ends = [];
    for (const target of targets) {
        history.pushState(null, "", `${door}?${new URLSearchParams({ next: target })}`);
        dispatchEvent(new PopStateEvent("popstate"));
        for (let frame = 0; frame < 300 && location.pathname === door; frame++)
            await new Promise(requestAnimationFrame);
        ends.push(location.pathname);
        if (location.pathname !== "/") break;
    }
    return ends;
}"""
_LINKS = (
    "/verify-email?token=none&callbackURL={target}",
    "/reset-password/none?callbackURL={target}",
)


class Astray:
    """Notes each request to, and each page of, another origin."""

    def __init__(self, page: Page, url: str) -> None:
        """Listen to a page that has to stay at `url`."""
        self.gone: list[str] = []
        self._origin = url
        page.on("request", lambda request: self._note(request.url))
        page.on("framenavigated", lambda frame: self._note(frame.url))

    def _note(self, address: str) -> None:
        if not address.startswith((f"{self._origin}/", "about:blank", "chrome-error:")):
            self.gone.append(address)


def _arrived(ada: Visitor) -> tuple[str, object]:
    """Return the path that the page has come to, once the tasks are there, and what has run."""
    expect(ada.page.get_by_label("New task")).to_be_visible()
    return urlsplit(ada.page.url).path, ada.page.evaluate("window.hacked ?? null")


def test_signing_in_ends_at_home(browser: Browser, tasks: Deployment) -> None:
    """By the form and with a session at hand, no `next` leads off the origin, nor does one run."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada")
    astray = Astray(ada.page, ada.url)
    for door in ("/sign-in", "/sign-up"):
        ends = ada.page.evaluate(_FOLLOW, [door, list(_EVIL)])
        assert set(ends) == {"/"}
    assert _arrived(ada) == ("/", None)
    ada.sign_out()
    for target in ("//evil.test/", "javascript:window.hacked=1"):
        ada.page.goto(f"{ada.url}/sign-up?next={quote(target, safe='')}")
        ada.page.get_by_role("link", name="Sign in").click()
        ada.sign_in()
        assert _arrived(ada) == ("/", None), target
        ada.sign_out()
    assert astray.gone == []


@pytest.fixture
def ada(browser: Browser, tasks: Deployment) -> Visitor:
    """Somebody who has signed up."""
    somebody = visitor(browser, tasks.url)
    somebody.arrive("Ada")
    return somebody


def test_a_link_of_the_provider_stays_here(ada: Visitor, tasks: Deployment) -> None:
    """Links of mails, with a token that is good for nothing, go nowhere that another one wrote."""
    astray = Astray(ada.page, ada.url)
    for link in _LINKS:
        for target in _EVIL:
            if "evil.test" not in target or len(target) > 1_000:
                continue
            asked = link.format(target=quote(target, safe=""))
            ada.page.goto(f"{tasks.url}/api/auth{asked}", wait_until="commit")
    assert astray.gone == []


def test_a_mail_that_another_had_sent_leads_here(ada: Visitor, tasks: Deployment) -> None:
    """Whoever has a mail sent to Ada with a target of their own is refused, and none is sent."""
    credentials = {"email": ada.email, "password": PASSWORD}
    asked = (
        ("request-password-reset", {"email": ada.email}, "redirectTo"),
        ("send-verification-email", {"email": ada.email}, "callbackURL"),
        ("sign-up/email", {**credentials, "name": "Ada"}, "callbackURL"),
        ("sign-in/email", credentials, "callbackURL"),
    )
    already = len(tasks.outbox.posted)
    for path, body, member in asked:
        for target in ("https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"):
            answer = ada.context.request.post(
                f"{tasks.url}/api/auth/{path}",
                data={**body, member: target},
                headers={"Origin": tasks.url},
            )
            assert answer.status == 403, (path, target)
    mailed = [posted.mail.text for posted in tasks.outbox.posted[already:]]
    assert [text for text in mailed if re.search("evil|javascript", text)] == []

"""Neither a token nor a session value is anywhere that a script of the page could take it from."""

import json
import re
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.deployment import Deployment
from tests.browser.people import PASSWORD, Visitor, visitor
from tests.browser.wiretap import Wiretap, reachable


def _export(page: Page) -> str:
    """Save the tasks as JSON; return what was saved."""
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as awaited:
        page.get_by_role("button", name="JSON").click()
    return Path(awaited.value.path()).read_text()


def _answer(status: int, body: str, route: Route) -> None:
    route.fulfill(status=status, body=body)


def _fail(ada: Visitor) -> None:
    """Let requests be refused, broken off and answered with nonsense."""
    page = ada.page
    page.get_by_label("New task").fill("Will not be added")
    for status, body in ((500, "{}"), (201, "<nonsense>")):
        page.route("**/api/tasks", partial(_answer, status, body))
        with page.expect_response("**/api/tasks"):
            page.get_by_label("New task").press("Enter")
        expect(page.get_by_text(re.compile("had a problem|went wrong")).first).to_be_visible()
        page.unroute_all()
    ada.context.set_offline(offline=True)
    page.get_by_label("New task").press("Enter")
    expect(page.get_by_text("You are offline")).to_be_visible()
    ada.context.set_offline(offline=False)


def test_no_credential_is_where_a_script_could_take_it(browser: Browser, tasks: Deployment) -> None:
    """From sign-up to sign-out, through a renewal, an export and failures, none is within reach."""
    ada = visitor(browser, tasks.url)
    wiretap, reached = Wiretap(), []
    wiretap.on(ada.context)
    wiretap.on_page(ada.page)
    ada.page.clock.install()
    ada.sign_up("Ada")
    ada.add("Nothing to see")
    wiretap.take_cookies(ada.context)
    reached.append(reachable(ada.page))
    with ada.page.expect_response("**/api/auth/token") as renewal:
        ada.page.clock.fast_forward("15:00")
        ada.add("Later")
    renewed: str = renewal.value.json()["token"]
    reached.append(reachable(ada.page))
    saved = _export(ada.page)
    assert [task["title"] for task in json.loads(saved)] == ["Nothing to see", "Later"]
    _fail(ada)
    reached.append(reachable(ada.page))
    ada.sign_out()
    reached.append(reachable(ada.page))
    ada.sign_in()
    wiretap.take_cookies(ada.context)
    reached.append(reachable(ada.page))

    # By its answer, not by a new token: two made in one second are the same bytes.
    assert renewed in wiretap.credentials, "INCONCLUSIVE: no renewal was seen"
    assert any("blob:" in address for address in wiretap.addresses), "INCONCLUSIVE: no export"
    for text in (*reached, *wiretap.addresses, *wiretap.said, saved):
        assert wiretap.leaks(text) == []
        assert PASSWORD not in text


def test_no_cookie_is_for_scripts(browser: Browser, tasks_url: str) -> None:
    """All are HttpOnly, same-site and of this host: the session's and, of ours, the device's."""
    ada = visitor(browser, tasks_url)
    ada.sign_up("Ada")
    cookies = {cookie["name"]: cookie for cookie in ada.context.cookies()}
    assert "better-auth.session_token" in cookies
    assert cookies.keys() <= {"better-auth.session_token", "better-auth.known_device"}
    for cookie in cookies.values():
        assert cookie["httpOnly"]
        assert (cookie["sameSite"], cookie["path"]) == ("Lax", "/")
        assert cookie["domain"] == "127.0.0.1"  # no leading dot: no host below it gets the cookie
    seen = "async () => [document.cookie, (await cookieStore.getAll()).length]"
    assert ada.page.evaluate(seen) == ["", 0]

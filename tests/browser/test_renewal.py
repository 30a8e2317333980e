"""A token that has run out is renewed unnoticed and once; a session that has ended is said so."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Response, Route, expect

from gatepost.attacks.forge import FromNow, Material, signed
from gatepost.testing import sign_up
from gatepost.testing.people import sign_in
from gatepost.tokens.issue import SigningKey
from gatepost.trusting import CLOCK_SKEW_SECONDS
from gatepost_tasks.app import create_app
from tests.attacks.keys import signing_key_of
from tests.browser.deployment import Deployment
from tests.browser.people import PASSWORD, Visitor, answer_once, visitor
from tests.conftest import settings_for
from tests.ports import free_port
from tests.serving import serving

_TEN = 10
_LEFT_SECONDS = 15  # of the first token: long enough to load the page


@pytest.fixture(scope="module")
def signing_key(tasks: Deployment) -> SigningKey:
    """The key by which the server signs."""
    return signing_key_of(tasks.settings)


@dataclass
class Asked:
    """Which tokens the page has asked for, and how its changes were answered."""

    tokens: int = 0
    changes: tuple[int, ...] = ()

    def note_request(self, request: Request) -> None:
        """Count the tokens."""
        self.tokens += request.url.endswith("/api/auth/token")

    def note_answer(self, response: Response) -> None:
        """Keep the status."""
        if response.url.endswith("/api/tasks/bulk"):
            self.changes += (response.status,)


def _listening(ada: Visitor) -> Asked:
    asked = Asked()
    ada.page.on("request", asked.note_request)
    ada.page.on("response", asked.note_answer)
    return asked


def test_ten_requests_renew_once(
    browser: Browser, tasks: Deployment, signing_key: SigningKey
) -> None:
    """Ten changes are refused for their token's age: one renewal, ten repeats, nothing to see."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada")
    for number in range(_TEN):
        ada.add(f"Task {number}")

    def shorten(route: Route) -> None:
        answer = route.fetch()
        token = answer.json()["token"]
        material = Material(token, {}, signing_key.private_key, "", "", int(time.time()))
        # Refused CLOCK_SKEW_SECONDS after it has expired; by its claims it lives for ten minutes.
        ages = {"iat": FromNow(-600), "exp": FromNow(_LEFT_SECONDS - CLOCK_SKEW_SECONDS)}
        route.fulfill(json={"token": signed(ages)(material).decode()})

    # The server closes the live connection of an old token; here only requests are to find out.
    ada.page.route_web_socket("**/api/live", lambda _socket: None)
    answer_once(ada.page, "**/api/auth/token", shorten)
    began = time.monotonic()
    ada.page.reload()
    expect(ada.page.get_by_role("listitem")).to_have_count(_TEN)
    asked = _listening(ada)
    ada.page.wait_for_timeout(1_000 * max(0.0, began + _LEFT_SECONDS + 2 - time.monotonic()))
    assert asked.tokens == 0, "INCONCLUSIVE: it was renewed before"
    ada.page.evaluate(
        "document.querySelectorAll('li input[type=checkbox]').forEach((box) => box.click())"
    )
    expect(ada.page.locator("li[data-done]")).to_have_count(_TEN)
    for _ in range(200):
        if asked.changes.count(200) >= _TEN:
            break
        ada.page.wait_for_timeout(50)
    assert asked.tokens == 1
    assert sorted(asked.changes) == [200] * _TEN + [401] * _TEN
    expect(ada.page.locator("li[data-done]")).to_have_count(_TEN)
    expect(ada.page.get_by_role("alert")).to_have_count(0)


def test_a_refusal_and_a_lost_connection_renew_nothing(browser: Browser, tasks: Deployment) -> None:
    """Neither a 403 nor a request that does not arrive makes the page ask for another token."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada")
    ada.add("Water the plants")
    asked = _listening(ada)
    box = ada.page.get_by_label('Complete "Water the plants"')
    ada.page.route("**/api/tasks/*", lambda route: route.fulfill(status=403, json={"code": "NO"}))
    with ada.page.expect_response("**/api/tasks/*"):
        box.click()
    expect(box).not_to_be_checked()
    ada.page.unroute_all()
    ada.page.route("**/api/tasks/*", lambda route: route.abort())
    box.click()
    expect(ada.page.get_by_text("cannot be reached").first).to_be_visible()
    expect(box).not_to_be_checked()
    assert asked.tokens == 0


@pytest.mark.parametrize("by", ["themselves", "an operator"])
def test_a_session_ended_elsewhere_leads_to_sign_in_and_back(
    browser: Browser, tasks: Deployment, by: str
) -> None:
    """Revoked by another browser or an operator: sign in, and be where one was."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada")
    ada.add("Still here")
    ada.page.goto(f"{tasks.url}/?status=open")
    expect(ada.page.get_by_text("Still here")).to_be_visible()
    if by == "an operator":
        tasks.operate("users", "sign-out", ada.email)
    else:
        with sign_up(tasks.url, "elsewhere") as other:
            sign_in(other.browser, ada.email, PASSWORD)
            ended = other.browser.post("/api/auth/revoke-other-sessions", json={})
            ended.raise_for_status()
    # Nobody touches the page: its live connection is closed, and the token asked for is refused.
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "Still here" not in ada.page.content()
    ada.sign_in()
    expect(ada.page.get_by_text("Still here")).to_be_visible()
    assert ada.page.url == f"{tasks.url}/?status=open"


def test_a_server_that_is_away_signs_nobody_out(browser: Browser, tmp_path: Path) -> None:
    """While it is stopped a sentence says so; once it is back, all goes on as before."""
    port = free_port()
    settings = settings_for(port, tmp_path)
    with serving(create_app(settings), port=port) as url:
        ada = visitor(browser, url)
        ada.arrive("Ada")
        ada.add("Before")
    ada.page.get_by_label("New task").fill("Meanwhile")
    ada.page.get_by_label("New task").press("Enter")
    expect(ada.page.get_by_text("The server cannot be reached").first).to_be_visible()
    expect(ada.page.get_by_text("Before").first).to_be_visible()
    with serving(create_app(settings), port=port):
        ada.page.get_by_label("New task").fill("After")
        ada.page.get_by_label("New task").press("Enter")
        expect(ada.page.get_by_role("listitem").filter(has_text="After")).to_be_visible()
        ada.page.reload()
        expect(ada.page.get_by_role("listitem").filter(has_text="Before")).to_be_visible()
        ada.context.close()

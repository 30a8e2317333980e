"""Our client in cookie mode, in a real browser: one cookie for all tabs, and no token in any."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, Route

from gatepost import Gatepost, serve_page
from tests.browser.people import PASSWORD
from tests.gate.over_tls import (
    COOKIE,
    COOKIE_PATH,
    cookie_app,
    serving_over_tls,
    settings_over_tls,
)
from tests.ports import free_port
from tests.services.built_page import CLIENT, build_page

_TEN = "() => Promise.all(Array.from({length: 10}, () => gatepost.fetch('/me', {method: 'POST'})))"
_STATUSES = f"async () => (await ({_TEN})()).map(({{status}}) => status)"
_LIVE = """() => new Promise((resolve) => {
    const url = location.origin.replace("https", "wss") + "/live";
    new WebSocket(url, ["gatepost"]).onmessage = ({data}) => resolve(data);
})"""


@dataclass
class _Profile:
    """A browser profile of somebody who has signed up, and the requests of all its tabs."""

    url: str
    context: BrowserContext
    user_id: str
    asked: list[Request] = field(default_factory=list)
    refused: int = 0

    def tab(self) -> Page:
        page = self.context.new_page()
        page.goto(self.url)
        return page

    def note(self, request: Request) -> None:
        self.asked.append(request)

    def note_answer(self, response: Response) -> None:
        self.refused += response.status == 401

    def count(self, method: str, path: str) -> int:
        """Count the requests of one kind."""
        return sum(one.method == method and one.url == self.url + path for one in self.asked)

    def cookie(self) -> str | None:
        """Return what the access cookie holds, which no page can see."""
        return next((one["value"] for one in self.context.cookies() if one["name"] == COOKIE), None)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an app in cookie mode, and a page of it."""
    built, port = tmp_path_factory.mktemp("page"), free_port()
    build_page(CLIENT, built)
    app = cookie_app()
    serve_page(app, built, client_routes=("/",))
    settings = settings_over_tls(port, tmp_path_factory.mktemp("data"), host="app.test")
    Gatepost(settings, access_cookie=COOKIE_PATH).protect(app)
    with serving_over_tls(app, port, host="app.test") as served:
        yield served.url


@pytest.fixture
def ada(browser: Browser, site: str) -> Iterator[_Profile]:
    """Somebody who has just signed up."""
    # The certificate is of an authority that nobody knows.
    with browser.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        page.goto(site)
        signed_up = page.evaluate(
            "(account) => gatepost.auth.signUp.email(account)",
            {"name": "Ada", "email": f"{secrets.token_hex(6)}@example.com", "password": PASSWORD},
        )
        page.close()
        profile = _Profile(site, context, signed_up["data"]["user"]["id"])
        context.on("request", profile.note)
        context.on("response", profile.note_answer)
        yield profile


def test_one_renewal_serves_every_request_of_every_tab(ada: _Profile) -> None:
    """Three tabs with ten requests each set the cookie once, and once more when it is gone."""
    tabs = [ada.tab() for _ in range(3)]
    held: list[Route] = []
    ada.context.route("**/api/auth/token", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    for round_ in (1, 2):
        for tab in tabs:
            tab.evaluate(f"() => {{ globalThis.answers = ({_STATUSES})(); }}")
        # The renewal goes on when all have asked: who asks after it has ended begins another.
        for _ in range(1_500):
            if held and ada.refused >= 30 * (round_ - 1):
                break
            tabs[0].wait_for_timeout(20)
        while held:
            held.pop().continue_()
        for tab in tabs:
            assert tab.evaluate("() => answers") == [200] * 10
        assert ada.count("POST", COOKIE_PATH) == round_
        ada.context.clear_cookies(name=COOKIE)
    sent = [one.all_headers() for one in ada.asked if one.url == f"{ada.url}/me"]
    assert not any("authorization" in headers for headers in sent)


def test_no_script_holds_the_token(ada: _Profile) -> None:
    """The token is in the cookie alone, and fetches and websockets bring it."""
    tab = ada.tab()
    assert tab.evaluate(_STATUSES) == [200] * 10
    token = ada.cookie()
    assert token is not None
    assert tab.evaluate(_LIVE) == ada.user_id
    seen = tab.evaluate(
        "async () => JSON.stringify([document.cookie, await cookieStore.getAll(),"
        " {...localStorage}, {...sessionStorage}, gatepost, location.href])"
    )
    assert token not in seen
    assert COOKIE not in seen


def test_sign_out_takes_the_cookie_along(ada: _Profile) -> None:
    """After a sign-out in one tab the cookie is gone, and the other tabs have been told."""
    tab, other = ada.tab(), ada.tab()
    for page in (tab, other):
        assert page.evaluate(_STATUSES) == [200] * 10
    with tab.expect_response(lambda answer: answer.request.method == "DELETE") as cleared:
        tab.evaluate("() => gatepost.signOut()")
    assert cleared.value.status == 204
    assert ada.cookie() is None
    other.wait_for_function("() => heard.includes('signed-out')")
    assert other.evaluate(_STATUSES) == [401] * 10
    assert ada.count("DELETE", COOKIE_PATH) >= 1

"""The access cookie in a real browser, over HTTPS, with hostile pages and siblings beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gatepost import Gatepost, public
from gatepost.origins import TrustedOrigins
from tests.gate.guarded import Recorder
from tests.gate.over_tls import (
    COOKIE,
    COOKIE_PATH,
    cookie_app,
    serving_over_tls,
    settings_over_tls,
)
from tests.ports import free_port

_SIGN_UP = """async ([name, path]) => {
    const json = { "Content-Type": "application/json" };
    const account = { name, email: `${name}@example.com`, password: "correct horse battery" };
    const init = { method: "POST", headers: json, body: JSON.stringify(account) };
    const { user } = await (await fetch("/api/auth/sign-up/email", init)).json();
    const { token } = await (await fetch("/api/auth/token")).json();
    const headers = { Authorization: `Bearer ${token}` };
    const { status } = await fetch(path, { method: "POST", headers });
    return { id: user.id, token, status };
}"""
_FETCH = """async ([url, init]) => {
    try {
        const answer = await fetch(url, { credentials: "include", ...init });
        const challenge = answer.headers.get("WWW-Authenticate");
        return [answer.type, answer.status, await answer.text(), challenge];
    } catch (error) { return ["refused", 0, "", null]; }
}"""
_LISTEN = """(url) => new Promise((resolve) => {
    const live = new WebSocket(url);
    live.onmessage = (message) => resolve(message.data);
    live.onerror = () => resolve("refused");
})"""
_SUBMIT = """([url, enctype]) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: url, enctype });
    document.body.append(form);
    form.submit();
}"""
_IMAGE = """(url) => new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = (event) => resolve(event.type);
    image.src = url;
})"""


@dataclass(frozen=True, slots=True)
class Site:
    """An app in cookie mode at app.test, and another server for the pages of everybody else."""

    url: str
    others_port: int
    ran: list[str]

    def other(self, host: str) -> str:
        """Return the origin of somebody else's pages."""
        return f"https://{host}:{self.others_port}"


@public("a page")
async def _page(request: Request) -> Response:
    answer = HTMLResponse("<!doctype html><title>page</title><p>a page</p>")
    for planted in request.query_params.getlist("plant"):
        answer.raw_headers.append((b"set-cookie", planted.strip().encode()))
    return answer


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve both; pages.app.test is trusted, its siblings are not."""
    port, others_port = free_port(), free_port()
    settings = settings_over_tls(port, tmp_path_factory.mktemp("site"), host="app.test")
    trusted = TrustedOrigins.of(settings.url, (f"https://pages.app.test:{others_port}",))
    app = cookie_app()
    app.router.routes.append(Route("/", _page))
    gatepost = Gatepost(
        replace(settings, trusted_origins=trusted), events=Recorder(), access_cookie=COOKIE_PATH
    )
    gatepost.protect(app)
    others = FastAPI(routes=[Route("/", _page)])
    with (
        serving_over_tls(app, port, host="app.test") as served,
        serving_over_tls(others, others_port),
    ):
        yield Site(served.url, others_port, app.state.ran)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a browser profile, signed in, with the access cookie."""

    context: BrowserContext
    page: Page
    user_id: str
    token: str

    def fetch(self, url: str, **init: object) -> list[object]:
        """Fetch from the page: the kind of answer, its status, text and challenge."""
        answer: list[object] = self.page.evaluate(_FETCH, [url, init])
        return answer


@contextmanager
def _visitor(browser: Browser, site: Site, name: str) -> Iterator[Visitor]:
    # The certificates are of an authority that nobody knows.
    with browser.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        page.goto(site.url)
        signed_up = page.evaluate(_SIGN_UP, [name, COOKIE_PATH])
        assert signed_up["status"] == 204
        site.ran.clear()
        yield Visitor(context, page, signed_up["id"], signed_up["token"])


def test_the_page_calls_with_it_and_cannot_read_it(browser: Browser, site: Site) -> None:
    """No script sees the cookie; each fetch and websocket of the page brings it, until it goes."""
    with _visitor(browser, site, "ada") as ada:
        [held] = [one for one in ada.context.cookies() if one["name"] == COOKIE]
        assert held["value"] == ada.token
        assert (held["domain"], held["path"]) == ("app.test", "/")
        assert (held["httpOnly"], held["secure"], held["sameSite"]) == (True, True, "Strict")
        seen = "async () => JSON.stringify([document.cookie, await cookieStore.getAll()])"
        assert COOKIE not in ada.page.evaluate(seen)
        for method in ("GET", "POST", "DELETE"):
            assert ada.fetch("/me", method=method)[1:3] == [200, f'"{ada.user_id}"']
        live = site.url.replace("https", "wss") + "/live"
        assert ada.page.evaluate(_LISTEN, live) == ada.user_id
        assert ada.fetch(COOKIE_PATH, method="DELETE")[1] == 204
        assert COOKIE not in {one["name"] for one in ada.context.cookies()}
        assert ada.fetch("/me")[1] == 401
        assert ada.page.evaluate(_LISTEN, live) == "refused"


@pytest.mark.parametrize("host", ["evil.test", "sub.app.test"], ids=["cross-site", "same-site"])
def test_a_hostile_page_reads_and_does_nothing(host: str, browser: Browser, site: Site) -> None:
    """Forms, fetches, images and websockets of another page, a sibling's too, get nowhere."""
    with _visitor(browser, site, f"bea-{host}") as bea:
        me, live = f"{site.url}/me", site.url.replace("https", "wss") + "/live"
        bea.page.goto(site.other(host))
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert bea.fetch(me, method=method)[0] == "refused"
            assert bea.fetch(me, method=method, headers={"X-Own": "1"})[0] == "refused"
        for method in ("GET", "POST"):
            assert bea.fetch(me, method=method, mode="no-cors")[:3] == ["opaque", 0, ""]
        for method in ("POST", "DELETE"):
            assert bea.fetch(f"{site.url}{COOKIE_PATH}", method=method)[0] == "refused"
        bearer = {"Authorization": f"Bearer {bea.token}"}
        assert bea.fetch(f"{site.url}{COOKIE_PATH}", method="POST", headers=bearer)[0] == "refused"
        assert bea.fetch(f"{site.url}/api/auth/token")[0] == "refused"
        assert bea.page.evaluate(_IMAGE, me) == "error"
        assert bea.page.evaluate(_LISTEN, live) == "refused"
        for enctype in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            bea.page.goto(site.other(host))
            with bea.page.expect_navigation() as came:
                bea.page.evaluate(_SUBMIT, [me, enctype])
            answer = came.value
            assert answer is not None
            assert answer.status == (403 if host == "sub.app.test" else 401)
        # A sibling's request to read something brings the cookie: it is answered, to nobody.
        assert set(site.ran) <= ({"GET"} if host == "sub.app.test" else set())
        bea.page.goto(site.url)
        assert bea.fetch("/me")[1:3] == [200, f'"{bea.user_id}"']


def _planted(token: str) -> list[str]:
    attributes = "Domain=app.test; Path=/; Secure"
    names = (
        COOKIE, f" {COOKIE}", f"\t{COOKIE}", f"{COOKIE} ", f"={COOKIE}", f"= {COOKIE}",
        COOKIE.lower(), COOKIE.upper(), f"\u2000{COOKIE}", f"\u00a0{COOKIE}", f"{COOKIE}\u00a0",
        f"$Version=1,{COOKIE}", f"a=b, {COOKIE}",
    )  # fmt: skip
    nameless = (COOKIE, f" {COOKIE}", f"{COOKIE} ", f"={COOKIE}")
    pairs = [*(f"{name}={token}" for name in names), *nameless]
    return [f"{pair}; {attributes}" for pair in pairs]


@pytest.mark.parametrize("by", ["script", "header"])
def test_a_sibling_plants_no_cookie(by: str, browser: Browser, site: Site) -> None:
    """A sibling's page, with a good token of its own to plant, makes nobody act in its name."""
    with _visitor(browser, site, f"mallory-{by}") as mallory:
        planted = _planted(mallory.token)
    with _visitor(browser, site, f"cleo-{by}") as cleo:
        sibling = site.other("sub.app.test")
        if by == "script":
            cleo.page.goto(sibling)
            cleo.page.evaluate("(all) => all.forEach((one) => { document.cookie = one; })", planted)
        else:
            cleo.page.goto(f"{sibling}/")
            query = "(all) => fetch('/?' + new URLSearchParams(all.map((one) => ['plant', one])))"
            cleo.page.evaluate(query, planted)
        cleo.page.goto(site.url)
        kept = [one for one in cleo.context.cookies(site.url) if mallory.token in one["value"]]
        assert kept, "INCONCLUSIVE: the browser has kept none of them"
        assert cleo.fetch("/me")[1:3] == [200, f'"{cleo.user_id}"']
        assert cleo.fetch(COOKIE_PATH, method="DELETE")[1] == 204
        assert cleo.fetch("/me")[1] == 401


def test_a_trusted_page_reads_and_acts(browser: Browser, site: Site) -> None:
    """A page of a trusted origin calls with the cookie, reads denials, sets and clears it."""
    with _visitor(browser, site, "dora") as dora:
        me, cookie = f"{site.url}/me", f"{site.url}{COOKIE_PATH}"
        dora.page.goto(site.other("pages.app.test"))
        own = {"X-Own": "1"}
        for method in ("GET", "POST", "PUT", "DELETE"):
            came = dora.fetch(me, method=method, headers=own)
            assert came[:3] == ["cors", 200, f'"{dora.user_id}"']
        bearer = {"Authorization": f"Bearer {dora.token}"}
        kind, status, _, challenge = dora.fetch(me, headers=bearer)
        assert (kind, status) == ("cors", 400)
        assert 'error="invalid_request"' in str(challenge)
        assert dora.fetch(cookie, method="DELETE")[1] == 204
        kind, status, _, challenge = dora.fetch(me)
        assert (kind, status, challenge) == ("cors", 401, 'Bearer realm="gatepost"')
        assert dora.fetch(cookie, method="POST", headers=bearer)[1] == 204
        assert dora.fetch(me)[1] == 200

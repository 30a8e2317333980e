"""Pages of other origins, with somebody signed in beside them, read nothing and change nothing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Response
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from gatepost.testing import sign_up
from tests.browser.deployment import Deployment
from tests.browser.people import Visitor, visitor
from tests.serving import serving

_MARK = "For Ada's eyes"
_READ = (
    "/",
    "/api/tasks",
    "/api/tasks/export",
    "/api/auth/token",
    "/api/auth/get-session",
    "/api/auth/list-sessions",
)
_PLAIN, _JSON = {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}
_WRITE = {"method": "POST", "body": '{"title": "forged", "name": "forged"}'}
# With the equals sign between the two inside a string, a form as text is JSON.
_DISGUISED = {'{"title": "forged", "name": "forged", "x": "': '"}'}
_FETCHES = """async ([urls, inits]) => {
    const fetched = async (url, init) => {
        try {
            const answer = await fetch(url, { credentials: "include", ...init });
            return [answer.type, await answer.text()];
        } catch { return ["refused", ""]; }
    };
    return Promise.all(urls.flatMap((url) => inits.map((init) => fetched(url, init))));
}"""
_EMBED = """([tag, url]) => new Promise((resolve) => {
    const element = document.createElement(tag);
    element.onload = element.onerror = ({ type }) => resolve(type);
    if (tag === "link") Object.assign(element, { rel: "stylesheet", href: url });
    else element[tag === "object" ? "data" : "src"] = url;
    document.body.append(element);
})"""
_LISTEN = """([url, protocols]) => new Promise((resolve) => {
    const live = new WebSocket(url, protocols);
    live.onmessage = ({ data }) => resolve(data);
    live.onerror = () => resolve("refused");
})"""
_SUBMIT = """([url, enctype, fields]) => {
    const form = document.createElement("form");
    Object.assign(form, { action: url, method: "POST", enctype });
    for (const [name, value] of Object.entries(fields))
        form.append(Object.assign(document.createElement("textarea"), { name, value }));
    document.body.append(form);
    form.submit();
}"""
_OPEN = """(url) => new Promise((resolve) => {
    const opened = open(url);
    setInterval(() => { if (opened.closed) resolve([opened.closed, opened.length]); }, 20);
})"""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A signed-in person's profile, in which a page of somebody else is open.

    Attributes:
        page: the other's.
        url: of the app.
    """

    ada: Visitor
    page: Page
    url: str
    origin: str

    def fetches(self, paths: Sequence[str], *inits: Mapping[str, object]) -> list[list[str]]:
        """Fetch each path in each way, from the other page: the kind of answer, and its text."""
        urls = [f"{self.url}{path}" for path in paths]
        came: list[list[str]] = self.page.evaluate(_FETCHES, [urls, list(inits)])
        return came

    def embed(self, tag: str, path: str) -> str:
        """Put an element into the other page; return whether it has come to `load` or `error`."""
        ended: str = self.page.evaluate(_EMBED, [tag, f"{self.url}{path}"])
        return ended

    def submit(self, path: str, enctype: str, fields: Mapping[str, str] = _DISGUISED) -> Response:
        """Send a form, from the other page."""
        self.page.goto(self.origin)
        with self.page.expect_navigation() as came:
            self.page.evaluate(_SUBMIT, [f"{self.url}{path}", enctype, fields])
        answer = came.value
        assert answer is not None
        return answer


async def _page(_request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>win a prize</title><p>win a prize</p>")


@pytest.fixture(scope="module")
def others_port() -> Iterator[int]:
    """A server for the pages of everybody else."""
    with serving(FastAPI(routes=[Route("/", _page)])) as url:
        yield int(url.rpartition(":")[2])


@pytest.fixture(params=["evil.test", "127.0.0.1"], ids=["cross-site", "same-site"])
def hostile(
    request: pytest.FixtureRequest, browser: Browser, tasks: Deployment, others_port: int
) -> Hostile:
    """Ada, signed in; a page of another site, or of another port of hers."""
    ada = visitor(browser, tasks.url)
    ada.arrive("Ada")
    ada.add(_MARK)
    page, origin = ada.tab(), f"http://{request.param}:{others_port}/"
    page.goto(origin)
    return Hostile(ada, page, tasks.url, origin)


def _unharmed(hostile: Hostile) -> None:
    """Ada is signed in, and has what she had."""
    hostile.ada.page.reload()
    hostile.ada.page.get_by_text(_MARK).wait_for()
    assert hostile.ada.page.get_by_role("listitem").count() == 1
    assert "forged" not in hostile.ada.page.content()


def test_no_fetch_reads_or_acts(hostile: Hostile) -> None:
    """With her cookies, in every mode and by every method, no answer can be read, and none acts."""
    read = hostile.fetches(
        _READ,
        {},
        {"mode": "no-cors"},
        {"mode": "same-origin"},
        {"headers": {"X-Own": "1"}},
        {"redirect": "manual"},
    )
    wrote = hostile.fetches(
        ["/api/tasks", "/api/auth/sign-out", "/api/auth/update-user"],
        {**_WRITE, "mode": "no-cors", "headers": _PLAIN},
        {**_WRITE, "mode": "no-cors", "headers": _PLAIN, "keepalive": True},
        {**_WRITE, "headers": _PLAIN},
        {**_WRITE, "headers": _JSON},
        {**_WRITE, "headers": {**_JSON, "Authorization": "Bearer null"}},
        {"method": "DELETE"},
        {"method": "PUT", "body": "{}"},
    )
    assert {tuple(answer) for answer in (*read, *wrote)} == {("refused", ""), ("opaque", "")}
    beacon = "(url) => navigator.sendBeacon(url, new Blob(['{}'], { type: 'text/plain' }))"
    assert hostile.page.evaluate(beacon, f"{hostile.url}/api/auth/sign-out") is True
    _unharmed(hostile)


def test_no_form_acts(hostile: Hostile) -> None:
    """Forms of every encoding change nothing, nor sign anybody in, be they JSON in disguise."""
    for enctype in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert hostile.submit("/api/tasks", enctype).status == 401
        # To the provider the cookie may come along: SameSite goes by site, not by origin.
        for path in ("sign-out", "update-user"):
            assert hostile.submit(f"/api/auth/{path}", enctype).status in {403, 415}
    _unharmed(hostile)


def test_nobody_is_signed_in_as_somebody_else(hostile: Hostile) -> None:
    """A form with an attacker's account, or as JSON in disguise, is refused (sign-in CSRF)."""
    with sign_up(hostile.url, "mallory") as mallory:
        account = {"email": mallory.email, "password": mallory.password}
        disguised = {f'{json.dumps(account)[:-1]}, "x": "': '"}'}
        sent = (
            hostile.submit("/api/auth/sign-in/email", "application/x-www-form-urlencoded", account),
            hostile.submit("/api/auth/sign-in/email", "multipart/form-data", account),
            hostile.submit("/api/auth/sign-in/email", "text/plain", disguised),
        )
        assert {answer.status for answer in sent} <= {403, 415}
    _unharmed(hostile)


def test_nothing_is_shown_run_or_reached(hostile: Hostile) -> None:
    """No frame, image, script, style, websocket or window of another page gets at hers."""
    for path in ("/", "/sign-in", "/docs"):
        for tag in ("iframe", "object", "embed"):
            hostile.embed(tag, path)
    shown = [frame for frame in hostile.page.frames if frame.locator("#root, #swagger-ui").count()]
    assert shown == []
    for path in ("/api/auth/get-session", "/api/auth/token"):
        hostile.embed("iframe", path)
    framed = [frame.locator("body").inner_text() for frame in hostile.page.frames[1:]]
    assert [text for text in framed if "token" in text] == []
    for path in ("/", "/api/tasks", "/api/tasks/export", "/api/auth/token", "/favicon.svg"):
        for tag in ("img", "script", "link"):
            assert hostile.embed(tag, path) == "error"
    live = f"{hostile.url.replace('http', 'ws', 1)}/api/live"
    for protocols in ([], ["gatepost"], ["gatepost", "bearer.null"]):
        assert hostile.page.evaluate(_LISTEN, [live, protocols]) == "refused"
    with hostile.ada.context.expect_page() as opened:
        assert hostile.page.evaluate(_OPEN, f"{hostile.url}/") == [True, 0]
    opened.value.get_by_text(_MARK).wait_for()
    assert opened.value.evaluate("window.opener") is None

"""Going back to a page that the browser has kept as it was, scripts and all."""

import os
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost_tasks.app import create_app
from tests.browser.people import Visitor, visitor
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.chromium import chromium
from tests.services.errors import ServiceError
from tests.serving import serving

_SECRET = "For Ada's eyes"
_LISTEN = "() => addEventListener('pageshow', ({ persisted }) => { globalThis.kept = persisted; })"
# Whether the task was in the document, frame by frame, from the moment that the page came back.
_WATCH = """(secret) => addEventListener("pageshow", ({ persisted }) => {
    Object.assign(globalThis, { kept: persisted, shown: [] });
    const look = () => {
        shown.push(document.documentElement.outerHTML.includes(secret));
        if (shown.length < 120) requestAnimationFrame(look);
    };
    look();
})"""


@pytest.fixture(scope="module")
def keeping() -> Iterator[Browser]:
    """Start a browser that keeps pages, which Playwright's flags forbid."""
    if not os.environ.get("TESTS_CHROMIUM"):
        raise ServiceError(
            "Chromium", "npm's keeps no pages; TESTS_CHROMIUM has to name a whole one"
        )
    with chromium(without=["--disable-back-forward-cache"]) as browser:
        yield browser


async def _any_page(_request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>a page</title><p>a page</p>")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Another site."""
    with serving(FastAPI(routes=[Route("/{path:path}", _any_page)])) as url:
        yield url.replace("127.0.0.1", "elsewhere.test")


def _without_websockets(app: ASGIApp) -> ASGIApp:
    """Refuse the live connection: browsers keep no page with an open one."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
        else:
            await app(scope, receive, send)

    return refusing


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve Tasks."""
    port = free_port()
    app = create_app(settings_for(port, tmp_path_factory.mktemp("tasks")))
    with serving(_without_websockets(app), port=port) as served:
        yield served


@pytest.fixture
def ada(keeping: Browser, url: str, elsewhere: str) -> Visitor:
    """Somebody with a task, who has gone to another site by a link."""
    ada = visitor(keeping, url)
    ada.arrive("Ada")
    ada.add(_SECRET)
    ada.page.evaluate(_WATCH, _SECRET)
    ada.page.goto(elsewhere)
    return ada


def _come_back(ada: Visitor) -> None:
    ada.page.go_back(wait_until="commit")
    assert ada.page.evaluate("kept"), "INCONCLUSIVE: the browser has not kept the page"


def test_this_browser_keeps_pages(keeping: Browser, elsewhere: str) -> None:
    """The control: a page that does nothing about it comes back as it was."""
    page = visitor(keeping, elsewhere).page
    page.goto(f"{elsewhere}/one")
    page.evaluate(_LISTEN)
    page.goto(elsewhere.replace("elsewhere.test", "another.test"))
    page.go_back(wait_until="commit")
    assert page.evaluate("kept") is True


def test_whoever_is_still_signed_in_finds_their_tasks(ada: Visitor) -> None:
    """The page comes back, asks who is there, and shows it."""
    _come_back(ada)
    expect(ada.page.get_by_text(_SECRET)).to_be_visible()


def _sign_out_elsewhere(ada: Visitor) -> None:
    signing_out = f"{ada.url}/api/auth/sign-out"
    assert ada.context.request.post(signing_out, data={}, headers={"Origin": ada.url}).ok


def _lose_the_cookie(ada: Visitor) -> None:
    ada.context.clear_cookies()


@pytest.mark.parametrize("end", [_sign_out_elsewhere, _lose_the_cookie])
def test_no_frame_shows_whose_session_has_ended(
    ada: Visitor, end: Callable[[Visitor], None]
) -> None:
    """Where nobody has told the page, it still shows nothing of them, from its first frame on."""
    end(ada)
    _come_back(ada)
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    ada.page.wait_for_function("() => shown.length > 20")
    assert ada.page.evaluate("shown.some(Boolean)") is False
    assert _SECRET not in ada.page.content()


def test_a_sign_out_in_another_tab_is_kept_from_no_page(ada: Visitor) -> None:
    """A tab of the same profile signs out: going back leads to the door."""
    tab = ada.tab()
    tab.goto(ada.url)
    Visitor(ada.url, ada.context, tab, ada.email).sign_out()
    ada.page.go_back(wait_until="commit")
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert _SECRET not in ada.page.content()

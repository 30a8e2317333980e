"""`useSession` of `better-auth/react`, rendered in a real browser, follows Gatepost's sessions."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from gatepost import Gatepost, serve_page
from gatepost.testing import Somebody, sign_up
from tests.browser.people import PASSWORD, Visitor, visitor
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.built_page import USE_SESSION, build_page
from tests.serving import serving


@dataclass(frozen=True, slots=True)
class _Site:
    url: str
    database: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Site]:
    """An app of one page."""
    built, data_dir = tmp_path_factory.mktemp("page"), tmp_path_factory.mktemp("data")
    build_page(USE_SESSION, built)
    port = free_port()
    gatepost, app = Gatepost(settings_for(port, data_dir)), FastAPI()
    serve_page(app, built, client_routes=("/",))
    gatepost.protect(app)
    with serving(app, port=port) as url:
        yield _Site(url, data_dir / "gatepost.db")


@pytest.fixture
def reader(browser: Browser, site: _Site) -> Visitor:
    """Somebody who has opened the page, and is not signed in."""
    somebody = visitor(browser, site.url)
    somebody.page.goto(site.url)
    _shows(somebody.page, "pending", "nobody")
    return somebody


def _shows(page: Page, *states: str) -> None:
    """Expect these renderings, the first since the page was loaded first, and no others."""
    expect(page.get_by_role("listitem")).to_have_text(list(states))


def _call(page: Page, method: str, argument: Mapping[str, object] | None = None) -> None:
    """Let the page call a method of its client, which must succeed."""
    called = f"(argument) => authClient.{method}(argument).then(({{error}}) => error)"
    assert page.evaluate(called, argument or {}) is None


def _refetch(page: Page) -> None:
    page.get_by_role("button", name="Refetch").click()


def test_a_page_follows_its_session_without_a_reload(reader: Visitor) -> None:
    """Sign-up, a new name, sign-out and sign-in are rendered as they happen, in every tab."""
    page, credentials = reader.page, {"email": reader.email, "password": PASSWORD}
    _call(page, "signUp.email", {"name": "Ada", **credentials})
    _shows(page, "pending", "nobody", "pending", "Ada")

    tab = reader.tab()
    tab.goto(reader.url)
    _shows(tab, "pending", "Ada")
    _call(page, "updateUser", {"name": "Bea"})
    _shows(page, "pending", "nobody", "pending", "Ada", "Bea")
    _shows(tab, "pending", "Ada", "Bea")

    _call(page, "signOut")
    _shows(tab, "pending", "Ada", "Bea", "nobody")
    _call(page, "signIn.email", credentials)
    _shows(page, "pending", "nobody", "pending", "Ada", "Bea", "nobody", "pending", "Bea")
    page.reload()
    _shows(page, "pending", "Bea")
    assert reader.logged == []


def test_a_session_that_was_ended_elsewhere_is_gone_at_the_next_look(
    reader: Visitor, site: _Site
) -> None:
    """What another browser of the same person ends, the page learns when it asks again."""
    with sign_up(site.url, "eve") as elsewhere:
        _sign_in(reader, elsewhere)
        _shows(reader.page, "pending", "nobody", "pending", "eve")
        elsewhere.browser.post("/api/auth/revoke-other-sessions", json={}).raise_for_status()
        _refetch(reader.page)
        _shows(reader.page, "pending", "nobody", "pending", "eve", "nobody")
    assert {cookie["name"] for cookie in reader.context.cookies()} == {"better-auth.known_device"}


def test_an_error_is_shown_beside_the_person_and_passes(reader: Visitor, site: _Site) -> None:
    """While the server answers 500, or not at all, the page keeps whom it knows, with the error."""
    with sign_up(site.url, "kim") as somebody:
        _sign_in(reader, somebody)
    seen = ["pending", "nobody", "pending", "kim"]
    _shows(reader.page, *seen)
    with closing(sqlite3.connect(site.database)) as database:
        # Whatever it is that the server did not expect.
        database.execute("ALTER TABLE session RENAME TO session_away")
        _refetch(reader.page)
        _shows(reader.page, *seen, "kim, error 500")
        database.execute("ALTER TABLE session_away RENAME TO session")
    _refetch(reader.page)
    _shows(reader.page, *seen, "kim, error 500", "kim")
    reader.context.set_offline(offline=True)
    _refetch(reader.page)
    _shows(reader.page, *seen, "kim, error 500", "kim", "kim, error undefined")
    reader.context.set_offline(offline=False)
    _refetch(reader.page)
    _shows(reader.page, *seen, "kim, error 500", "kim", "kim, error undefined", "kim")


def _sign_in(reader: Visitor, somebody: Somebody) -> None:
    _call(reader.page, "signIn.email", {"email": somebody.email, "password": somebody.password})

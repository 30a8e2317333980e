"""/api/activity: what has happened to one's account, for nobody else to see."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gatepost.settings import Secret, async_database_url
from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.serving import serving

_SECONDS = 30
_AHEAD_MINUTES = 14 * 60
_SIGNED_UP = ["authn_link_sent", "user_created"]  # at one moment, in either order
Item = dict[str, Any]


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("row-level security", marks=pytest.mark.service)],
)
def tasks_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Tasks on SQLite, and on PostgreSQL behind both walls; yields its origin."""
    directory, port = tmp_path_factory.mktemp("tasks"), free_port()
    settings = settings_for(port, directory)
    if request.param == "row-level security":
        postgres: Postgres = request.getfixturevalue("postgres")
        owner_url, serving_role = postgres.create_database(), postgres.create_role()
        serving_url = postgres.url(urlsplit(owner_url).path.lstrip("/"), serving_role)
        admin = Secret(async_database_url(owner_url))
        settings = replace(settings_for(port, directory, serving_url), admin_database_url=admin)
    settings = replace(settings, options=replace(settings.options, change_email=True))
    with serving(create_app(settings), port=port) as url:
        yield url


@pytest.fixture
def bob(tasks_url: str) -> Iterator[Somebody]:
    """Somebody else, who has done nothing but sign up."""
    with sign_up(tasks_url, "bob") as somebody:
        yield somebody


def _items(person: Somebody, **query: str) -> list[Item]:
    answer = person.http.get("/api/activity", params=query).raise_for_status()
    items: list[Item] = answer.json()["items"]
    return items


def _await(person: Somebody, *names: str) -> list[Item]:
    """Ask until these are written down, the latest first, after what came with the account."""
    until = time.monotonic() + _SECONDS
    while True:
        found = _items(person)
        noted = [item["name"] for item in found]
        if noted[: len(names)] == list(names) and sorted(noted[len(names) :]) == _SIGNED_UP:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.1)


def _send(url: str, path: str, **body: object) -> httpx.Response:
    return httpx.post(f"{url}/api/auth{path}", json=body, headers={"Origin": url})


def test_a_strangers_attempts_are_told_to_whom_they_were_on(
    tasks_url: str, ada: Somebody, bob: Somebody
) -> None:
    """A failed sign-in and a reset that were asked for Ada are in Ada's activity and no other's."""
    bob.browser.post(
        "/api/auth/sign-in/email", json={"email": ada.email, "password": "not the password"}
    )
    _send(tasks_url, "/request-password-reset", email=ada.email)
    found = _await(ada, "authn_link_sent", "authn_login_fail")
    assert [(item["kind"], item["detail"]) for item in found[:2]] == [
        ("change", "reset_password"),
        ("refusal", "wrong_password"),
    ]
    assert {item["source_ip"] for item in found} == {"127.0.0.1"}
    assert not any(item["this_session"] for item in found)
    assert len(_await(bob)) == len(_SIGNED_UP)


def test_what_an_answer_keeps_back_is_not_told_here(
    tasks_url: str, ada: Somebody, bob: Somebody
) -> None:
    """Nobody learns here which row exists, which address is taken, or of whom a session is."""
    task = ada.http.post("/api/tasks", json={"title": "Ada's"}).json()["id"]
    assert bob.http.get(f"/api/tasks/{task}").status_code == 404
    hers = ada.browser.get("/api/auth/get-session").json()["session"]["token"]
    bob.browser.post("/api/auth/revoke-session", json={"token": hers}).raise_for_status()
    for address in (ada.email, "nobody.has.this@example.com"):
        wanted = {"newEmail": address}
        bob.browser.post("/api/auth/change-email", json=wanted).raise_for_status()
        _send(tasks_url, "/sign-up/email", email=address, name="Bob", password="password1")
    bob.browser.post("/api/auth/sign-out", json={}).raise_for_status()
    with sign_up(tasks_url, "later") as later:
        _await(later)  # so that all of the above is written
    ends = {"email": bob.email, "password": bob.password}
    bob.browser.post("/api/auth/sign-in/email", json=ends).raise_for_status()
    token = bob.browser.get("/api/auth/token").json()["token"]
    bob.http.headers["Authorization"] = f"Bearer {token}"
    found = _await(bob, "authn_login_success", "session_logout")
    assert [item["this_session"] for item in found] == [True, False, False, False]


def test_pages_follow_each_other_and_are_one_persons(ada: Somebody, bob: Somebody) -> None:
    """Every event is on one page, the latest first; nobody goes on with another's cursor."""
    account = {"email": ada.email, "password": ada.password}
    for _ in range(4):
        ada.browser.post("/api/auth/sign-in/email", json=account).raise_for_status()
    whole = _await(ada, *["authn_login_success"] * 4)
    seen: list[Item] = []
    query = {"limit": "2"}
    while True:
        page = ada.http.get("/api/activity", params=query).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
        taken = bob.http.get("/api/activity", params=query)
        assert (taken.status_code, taken.json()["code"]) == (400, "INVALID_CURSOR")
    assert seen == whole
    assert len(seen) == 4 + len(_SIGNED_UP)


def test_the_days_are_those_of_ones_own_clock(tasks_url: str, ada: Somebody) -> None:
    """Thirty days, the last of them today where the caller is, with what happened on each."""
    _send(tasks_url, "/sign-in/email", email=ada.email, password="not the password")
    _await(ada, "authn_login_fail")
    for minutes in (0, _AHEAD_MINUTES):
        query = {"utc_offset_minutes": minutes}
        items = ada.http.get("/api/activity/days", params=query).raise_for_status().json()["items"]
        today = (datetime.now(UTC) + timedelta(minutes=minutes)).date()
        assert [item["day"] for item in items] == [
            (today - timedelta(days=past)).isoformat() for past in reversed(range(30))
        ]
        assert items[-1] == {
            "day": today.isoformat(), "sign_ins": 0, "changes": 2, "refusals": 1
        }  # fmt: skip
        assert not any(item["changes"] for item in items[:-1])


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=nonsense"])
def test_what_is_no_question_is_refused(ada: Somebody, query: str) -> None:
    """Neither a limit out of bounds nor a made-up cursor is taken."""
    assert ada.http.get(f"/api/activity?{query}").status_code in {400, 422}
    ahead = {"utc_offset_minutes": 24 * 60}
    assert ada.http.get("/api/activity/days", params=ahead).status_code == 422

"""/api/admin/activity: what has happened to everybody, for administrators alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gatepost.settings import Secret, Settings, async_database_url
from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.gate.policies_served import give_roles
from tests.ports import free_port
from tests.services.postgres import Postgres
from tests.serving import serving

_SECONDS = 30
_ROUTES = ("/api/admin/activity", "/api/admin/activity/counts")
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Served:
    url: str
    settings: Settings


@contextmanager
def _administrator(served: _Served, name: str = "root") -> Iterator[Somebody]:
    """Somebody who has been made an administrator, with a token from after that."""
    with sign_up(served.url, name) as somebody:
        give_roles(served.settings, somebody.user_id, "admin")
        _take_token(somebody)
        until = time.monotonic() + _SECONDS
        while somebody.http.get(_ROUTES[1]).status_code != 200:
            assert time.monotonic() < until, "the role is never heard"
            time.sleep(0.2)
            _take_token(somebody)
        yield somebody


def _take_token(somebody: Somebody) -> None:
    token = somebody.browser.get("/api/auth/token").raise_for_status().json()["token"]
    somebody.http.headers["Authorization"] = f"Bearer {token}"


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("row-level security", marks=pytest.mark.service)],
)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Served]:
    """Tasks on SQLite, and on PostgreSQL behind both walls."""
    directory, port = tmp_path_factory.mktemp("tasks"), free_port()
    settings = settings_for(port, directory)
    if request.param == "row-level security":
        postgres: Postgres = request.getfixturevalue("postgres")
        settings = _behind_both_walls(postgres, port, directory)
    with serving(create_app(settings), port=port) as url:
        yield _Served(url, settings)


def _behind_both_walls(postgres: Postgres, port: int, directory: Path) -> Settings:
    owner_url, serving_role = postgres.create_database(), postgres.create_role()
    serving_url = postgres.url(urlsplit(owner_url).path.lstrip("/"), serving_role)
    admin = Secret(async_database_url(owner_url))
    return replace(settings_for(port, directory, serving_url), admin_database_url=admin)


@pytest.fixture(scope="module")
def root(served: _Served) -> Iterator[Somebody]:
    """An administrator."""
    with _administrator(served) as somebody:
        yield somebody


def _guess(url: str, email: str) -> None:
    account = {"email": email, "password": "not the password"}
    answer = httpx.post(f"{url}/api/auth/sign-in/email", json=account, headers={"Origin": url})
    assert answer.status_code == 401


def _counts(root: Somebody, **query: str | int) -> Answer:
    answer: Answer = root.http.get(_ROUTES[1], params=query).raise_for_status().json()
    return answer


def _named(counts: Answer) -> dict[str, int]:
    return {each["name"]: each["count"] for each in counts["names"]}


def _await_count(root: Somebody, name: str, at_least: int) -> Answer:
    until = time.monotonic() + _SECONDS
    while _named(found := _counts(root)).get(name, 0) < at_least:
        assert time.monotonic() < until, found
        time.sleep(0.2)
    return found


def test_nobody_else_sees_it(served: _Served, root: Somebody) -> None:
    """Neither strangers nor people without the role are told anything."""
    with sign_up(served.url, "ada") as ada:
        for route in _ROUTES:
            assert httpx.get(served.url + route).status_code == 401
            refused = ada.http.get(route)
            assert (refused.status_code, refused.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
            assert root.http.get(route).status_code == 200


def test_the_page_is_told_what_to_offer(served: _Served, root: Somebody) -> None:
    """`/api/me` says which roles one has at this moment."""
    assert root.http.get("/api/me").json()["roles"] == ["admin"]
    with sign_up(served.url, "ada") as ada:
        assert ada.http.get("/api/me").json()["roles"] == []


def test_what_was_refused_to_nobody_is_counted(served: _Served, root: Somebody) -> None:
    """A wrong address and a made-up token are in the figures, though they are in no list."""
    before = _named(_counts(root))
    for _ in range(3):
        _guess(served.url, "nobody.has.this@example.com")
    made_up = {"Authorization": "Bearer a.b.c"}
    assert httpx.get(f"{served.url}/api/me", headers=made_up).status_code == 401
    _await_count(root, "authn_login_fail", before.get("authn_login_fail", 0) + 3)
    found = _await_count(root, "authn_token_refused", before.get("authn_token_refused", 0) + 1)
    refusals = [each["count"] for each in found["names"] if each["kind"] == "refusal"]
    assert sum(span["refusals"] for span in found["items"]) == sum(refusals)
    assert found["items"][-1]["lockouts"] == found["items"][-1]["alarms"] == 0


def _listed(root: Somebody, **query: str | int) -> Answer:
    answer: Answer = root.http.get(_ROUTES[0], params=query).raise_for_status().json()
    return answer


def _await_listed(root: Somebody, of: Somebody, names: list[str]) -> list[Answer]:
    """Ask until the latest of somebody are these."""
    until = time.monotonic() + _SECONDS
    while True:
        items = _listed(root, limit=100)["items"]
        theirs = [item for item in items if item["user_id"] == of.user_id]
        if [item["name"] for item in theirs][: len(names)] == names:
            return theirs
        assert time.monotonic() < until, theirs
        time.sleep(0.2)


def test_everybodys_activity_says_whose_it_was(served: _Served, root: Somebody) -> None:
    """The list has the latest of all people, with their addresses, and of one kind if asked."""
    with sign_up(served.url, "ada") as ada, sign_up(served.url, "bob") as bob:
        _guess(served.url, ada.email)
        _guess(served.url, bob.email)
        _await_listed(root, bob, ["authn_login_fail"])
        item = _await_listed(root, ada, ["authn_login_fail"])[0]
        assert (item["email"], item["kind"], item["detail"], item["source_ip"]) == (
            ada.email,
            "refusal",
            "wrong_password",
            "127.0.0.1",
        )
        refused = _listed(root, kind="refusal")["items"]
        assert {item["kind"] for item in refused} == {"refusal"}
        assert {ada.email, bob.email} <= {item["email"] for item in refused}
        assert _listed(root, kind="lockout")["items"] == []


def test_pages_follow_each_other_and_are_one_administrators(
    served: _Served, root: Somebody
) -> None:
    """Every event is on one page; a cursor is for whoever was given it, and for one kind."""
    with sign_up(served.url, "ada") as ada, _administrator(served, "other") as other:
        for _ in range(3):
            _guess(served.url, ada.email)
        _await_listed(root, ada, ["authn_login_fail"] * 3)
        whole = _listed(root, kind="refusal", limit=100)["items"]
        seen: list[Answer] = []
        query: dict[str, str | int] = {"kind": "refusal", "limit": 2}
        while True:
            page = _listed(root, **query)
            seen += page["items"]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
            for asking, kind in ((other, "refusal"), (root, "sign_in")):
                taken = asking.http.get(_ROUTES[0], params={**query, "kind": kind})
                assert (taken.status_code, taken.json()["code"]) == (400, "INVALID_CURSOR")
        assert seen == whole
        assert len(seen) >= 3


@pytest.mark.parametrize(
    ("period", "spans", "seconds"),
    [("hour", 12, 300), ("day", 24, 3600), ("week", 28, 6 * 3600), ("month", 30, 86400)],
)
@pytest.mark.parametrize("minutes", [0, 345, -600])
def test_the_spans_are_those_of_the_callers_clock(
    root: Somebody, period: str, spans: int, seconds: int, minutes: int
) -> None:
    """So many spans, the last of them now; days begin at midnight where the caller is."""
    counts = _counts(root, period=period, utc_offset_minutes=minutes)
    starts = [datetime.fromisoformat(span["start"]) for span in counts["items"]]
    assert len(starts) == spans
    assert {later - sooner for sooner, later in pairwise(starts)} == {timedelta(seconds=seconds)}
    assert starts[-1] <= datetime.now(UTC) < starts[-1] + timedelta(seconds=seconds + _SECONDS)
    shown = starts[-1] + timedelta(minutes=minutes)
    assert int(shown.timestamp()) % seconds == 0
    total = sum(_named(counts).values())
    assert total == sum(
        sum(count for key, count in span.items() if key != "start") for span in counts["items"]
    )
    assert total > 0


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=101", "?kind=none", "?cursor=x", "/counts?period=year"]
)
def test_what_is_no_question_is_refused(root: Somebody, query: str) -> None:
    """Neither bounds nor kinds nor cursors are made up by the caller."""
    assert root.http.get(_ROUTES[0] + query).status_code in {400, 422}


@pytest.mark.service
def test_rows_that_this_server_cannot_see_are_said_to_be_so(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Behind both walls, without the role that owns the tables, there are figures and no list."""
    port = free_port()
    settings = _behind_both_walls(postgres, port, tmp_path)
    with serving(create_app(settings), port=port):
        pass  # makes the tables
    alone = replace(settings, admin_database_url=None)
    with (
        serving(create_app(alone), port=port) as url,
        _administrator(_Served(url, settings)) as root,
    ):
        refused = root.http.get(_ROUTES[0])
        assert (refused.status_code, refused.json()["code"]) == (503, "ADMIN_DATABASE_UNKNOWN")
        assert len(_counts(root)["items"]) == 24

"""Sessions that their person ends: whose tokens go with them, what is reported, and how often."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

from gatepost.provider.records import new_id
from gatepost.settings import async_database_url
from gatepost.store import tables
from gatepost.store.engine import open_engine
from tests.provider.oracle.deployment import PLAIN
from tests.provider.served import Served, serving_provider

_PERSON = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_COOKIE = "better-auth.session_token"
_CHANGE = {"currentPassword": "password1", "newPassword": "password2", "revokeOtherSessions": True}
_MANY = 150


def _begin(client: httpx.Client, path: str = "/sign-in/email", **changes: str) -> dict[str, str]:
    """Sign in or up in another browser; returns the session, and its cookie."""
    client.cookies.clear()
    client.post(path, json=_PERSON | changes).raise_for_status()
    session: dict[str, str] = client.get("/get-session").json()["session"]
    return {**session, "cookie": client.cookies[_COOKIE]}


def _copy(served: Served, session: dict[str, str], times: int) -> None:
    """Give the person of a session as many more of them."""

    async def run() -> None:
        engine = open_engine(async_database_url(served.database.url))
        async with engine.begin() as connection:
            [row] = (await connection.execute(tables.session.select())).mappings()
            more = [{**row, "id": new_id(), "token": new_id()} for _ in range(times)]
            assert row["token"] == session["token"]
            await connection.execute(insert(tables.session), more)
        await engine.dispose()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "body", "ended"),
    [
        ("/revoke-session", {"token": "of the first"}, {"first"}),
        ("/revoke-session", {"token": "of the last"}, {"last"}),
        ("/revoke-other-sessions", {}, {"first", "second"}),
        ("/revoke-sessions", {}, {"first", "second", "last"}),
        ("/change-password", _CHANGE, {"first", "second", "last"}),
    ],
)
def test_what_ends_a_session_ends_its_tokens(
    served: Served, client: httpx.Client, path: str, body: dict[str, str], ended: set[str]
) -> None:
    """Those that are ended are told of before their rows go; the others stay; each is an event."""
    sessions = {"first": _begin(client, "/sign-up/email")}
    sessions |= {name: _begin(client) for name in ("second", "last")}
    if "token" in body:
        body = {"token": sessions[body["token"].removeprefix("of the ")]["token"]}
    served.events.take()
    client.post(path, json=body).raise_for_status()
    ids = {sessions[name]["id"] for name in ended}
    assert set(served.ends.ended) == ids
    revoked = [each for each in served.events.kept if each.name.value == "session_revoked"]
    assert {each.session_id for each in revoked} == ids
    assert {each.user_id for each in revoked} == {sessions["first"]["userId"]}
    for name, session in sessions.items():
        found = httpx.get(f"{served.auth}/get-session", cookies={_COOKIE: session["cookie"]})
        assert (found.json() is None) == (name in ended)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/revoke-session", {"token": "own"}),
        ("/revoke-sessions", {}),
        ("/change-password", _CHANGE),
    ],
)
def test_an_access_token_is_refused_at_once(
    tasks_url: str, path: str, body: dict[str, str]
) -> None:
    """The API refuses the token of a session on the very next request after its person ends it."""
    account = _PERSON | {"email": f"{new_id()}@example.com"}
    headers = {"origin": tasks_url}
    with httpx.Client(base_url=f"{tasks_url}/api", headers=headers, timeout=30) as client:
        own = client.post("/auth/sign-up/email", json=account).json()["token"]
        token = client.get("/auth/token").json()["token"]
        bearer = {"authorization": f"Bearer {token}"}
        assert client.get("/tasks", headers=bearer).status_code == 200
        body = {"token": own} if "token" in body else body
        client.post(f"/auth{path}", json=body).raise_for_status()
        assert client.get("/tasks", headers=bearer).status_code == 401


def test_the_browser_keeps_no_page_of_a_session_that_its_person_ends(tmp_path: Path) -> None:
    """Its caches are cleared at every such end, and at no other answer."""
    database = f"sqlite:///{tmp_path / 'provider.db'}"
    with (
        serving_provider(database, replace(PLAIN, delete_user=True)) as served,
        httpx.Client(base_url=served.auth, headers={"origin": served.base_url}) as client,
    ):
        _begin(client, "/sign-up/email")
        for path in ("/sign-out", "/revoke-sessions", "/revoke-session", "/delete-user"):
            own = _begin(client)
            assert "clear-site-data" not in client.get("/get-session").headers
            body = {"token": own["token"]} if path == "/revoke-session" else {}
            answer = client.post(path, json=body).raise_for_status()
            assert answer.headers["clear-site-data"] == '"cache"', path
        _begin(client, "/sign-up/email")
        answer = client.post("/revoke-other-sessions", json={}).raise_for_status()
        assert "clear-site-data" not in answer.headers


def test_an_end_that_nobody_can_be_told_of_is_none(served: Served, client: httpx.Client) -> None:
    """Where the tokens cannot be refused, the answer is 503 and the session goes on."""
    first = _begin(client, "/sign-up/email")
    last = _begin(client)
    served.ends.is_away = True
    for path in ("/revoke-sessions", "/revoke-other-sessions", "/revoke-session"):
        answer = client.post(path, json={"token": first["token"]})
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    served.ends.is_away = False
    assert [each["id"] for each in client.get("/list-sessions").json()] == [first["id"], last["id"]]


def test_another_persons_session_goes_on(served: Served, client: httpx.Client) -> None:
    """Whoever shows the token of a stranger's session is told yes, ends nothing, is reported."""
    victim = _begin(client, "/sign-up/email")
    mallory = _begin(client, "/sign-up/email", email="mallory@example.com")
    served.events.take()
    answer = client.post("/revoke-session", json={"token": victim["token"]})
    assert answer.json() == {"status": True}
    assert served.ends.ended == []
    [event] = served.events.kept
    assert (event.name.value, event.reason) == ("malicious_direct_reference", "session_of_another")
    assert (event.user_id, event.session_id) == (mallory["userId"], victim["id"])


def test_however_many_there_are_all_are_shown_and_all_end(
    served: Served, client: httpx.Client
) -> None:
    """Of more than a hundred sessions each is listed, the oldest first, and none is left behind."""
    session = _begin(client, "/sign-up/email")
    _copy(served, session, _MANY)
    listed = client.get("/list-sessions").json()
    assert len(listed) == _MANY + 1
    assert [each["createdAt"] for each in listed] == sorted(each["createdAt"] for each in listed)
    client.post("/revoke-other-sessions", json={}).raise_for_status()
    assert len(served.ends.ended) == _MANY
    assert [each["id"] for each in client.get("/list-sessions").json()] == [session["id"]]


def test_fifty_who_end_one_session_end_it_once(served: Served, client: httpx.Client) -> None:
    """Of fifty requests at once that end a session, all are answered and one is reported."""
    first = _begin(client, "/sign-up/email")
    _begin(client)
    cookies = {_COOKIE: client.cookies[_COOKIE]}
    served.events.take()

    async def fifty() -> list[httpx.Response]:
        headers = {"origin": served.base_url}
        async with httpx.AsyncClient(timeout=60, headers=headers, cookies=cookies) as browser:
            url, body = f"{served.auth}/revoke-session", {"token": first["token"]}
            return await asyncio.gather(*(browser.post(url, json=body) for _ in range(50)))

    assert [answer.json() for answer in asyncio.run(fifty())] == 50 * [{"status": True}]
    assert served.events.take() == [("authn_token_revoked", None), ("session_revoked", None)]
    assert set(served.ends.ended) == {first["id"]}


def test_a_nul_is_nobodys_token(client: httpx.Client) -> None:
    """A token that PostgreSQL could not even look for is that of no session."""
    _begin(client, "/sign-up/email")
    assert client.post("/revoke-session", json={"token": "a\0b"}).json() == {"status": True}

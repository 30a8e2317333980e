"""Sessions that end without anybody's doing: unused, too old, or one too many."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from gatepost.provider import ProviderConfig
from gatepost.provider.sessions import now
from gatepost.session_ages import SessionAges
from gatepost.settings import async_database_url
from gatepost.store import tables
from gatepost.store.engine import open_engine
from gatepost.testing import sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.provider.served import Served, serving_provider
from tests.services.postgres import Postgres
from tests.serving import serving

_PERSON = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_COOKIE = "better-auth.session_token"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_AT_MOST = 3


def _with(ages: SessionAges) -> Callable[[ProviderConfig], ProviderConfig]:
    return lambda config: replace(config, session_ages=ages)


@contextmanager
def _serving(database_url: str | Path, ages: SessionAges) -> Iterator[tuple[Served, httpx.Client]]:
    if isinstance(database_url, Path):
        database_url = f"sqlite:///{database_url / 'provider.db'}"
    with (
        serving_provider(database_url, adjust=_with(ages)) as served,
        httpx.Client(
            base_url=served.auth, headers={"origin": served.base_url}, timeout=60
        ) as client,
    ):
        client.post("/sign-up/email", json=_PERSON).raise_for_status()
        yield served, client


def _sign_in(client: httpx.Client) -> str:
    """Sign in in another browser; returns its cookie."""
    client.cookies.clear()
    client.post("/sign-in/email", json=_PERSON).raise_for_status()
    return client.cookies[_COOKIE]


def _session(client: httpx.Client, cookie: str) -> dict[str, str] | None:
    client.cookies.clear()
    answer = client.get("/get-session", headers={"cookie": f"{_COOKIE}={cookie}"})
    found: dict[str, dict[str, str]] | None = answer.json()
    return found["session"] if found else None


def _set(served: Served, **values: datetime) -> None:
    """Write into every session, as if time had passed."""

    async def run() -> None:
        engine = open_engine(async_database_url(served.database.url))
        async with engine.begin() as connection:
            await connection.execute(update(tables.session).values(**values))
        await engine.dispose()

    asyncio.run(run())


@dataclass(frozen=True, slots=True)
class _Age:
    """A session of an age, and why it has ended; None where it has not."""

    ages: SessionAges
    since_sign_in: timedelta
    since_use: timedelta
    why: str | None


@pytest.mark.parametrize("path", ["/get-session", "/token"])
@pytest.mark.parametrize(
    "age",
    [
        _Age(SessionAges(), 89 * _DAY, _HOUR, None),
        _Age(SessionAges(), 90 * _DAY, _HOUR, "session_too_old"),
        _Age(SessionAges(), 8 * _DAY, 7 * _DAY, "session_unused"),
        _Age(SessionAges(), 91 * _DAY, 7 * _DAY, "session_unused"),
        _Age(SessionAges(expires_in=200 * _DAY), 199 * _DAY, _HOUR, None),
        _Age(SessionAges(expires_in=200 * _DAY), 200 * _DAY, _HOUR, "session_too_old"),
        _Age(SessionAges(max_age=12 * _HOUR), 11 * _HOUR, 11 * _HOUR, None),
        _Age(SessionAges(max_age=12 * _HOUR), 12 * _HOUR, _HOUR, "session_too_old"),
    ],
    ids=lambda age: f"{age.since_sign_in}, {age.since_use}, {age.why}",
)
def test_a_session_ends_unused_or_too_old(tmp_path: Path, age: _Age, path: str) -> None:
    """However much it is used; the event says which of the two, and its tokens end with it."""
    with _serving(tmp_path, age.ages) as (served, client):
        used = now() - age.since_use
        expires = used + age.ages.expires_in
        _set(served, createdAt=now() - age.since_sign_in, updatedAt=used, expiresAt=expires)
        served.events.take()
        answer = client.get(path)
        signed_in = answer.status_code == 200 and answer.json() is not None
        assert signed_in is (age.why is None)
        ended = [reason for name, reason in served.events.take() if name == "session_expired"]
        assert ended == ([] if age.why is None else [age.why])
        assert len(served.ends.ended) == len(ended)
        if age.why:
            assert f"{_COOKIE}=; Max-Age=0" in answer.headers["set-cookie"]
            assert client.get("/get-session").json() is None


def test_what_is_shown_of_a_session_ends_when_it_does(tmp_path: Path) -> None:
    """Its cookie and its `expiresAt` outlast its greatest age by nothing, even as it slides."""
    ages = SessionAges(max_age=10 * _DAY)
    with _serving(tmp_path, ages) as (served, client):
        signed_in = now() - 9 * _DAY
        _set(served, createdAt=signed_in, updatedAt=signed_in, expiresAt=now() + _DAY)
        answer = client.get("/get-session")
        [seconds] = [
            int(part.removeprefix("Max-Age="))
            for part in answer.headers["set-cookie"].split("; ")
            if part.startswith("Max-Age=")
        ]
        assert 86_000 < seconds <= 86_400
        for shown in (answer.json()["session"], client.get("/get-session").json()["session"]):
            end = datetime.fromisoformat(shown["expiresAt"])
            assert end - datetime.fromisoformat(shown["createdAt"]) == ages.max_age


def test_one_too_many_ends_the_oldest(tmp_path: Path) -> None:
    """Its tokens too, with an event that says why; a session that has expired takes no place."""
    ages = SessionAges(max_count=_AT_MOST)
    with _serving(tmp_path, ages) as (served, client):
        _set(served, expiresAt=now() - _HOUR)
        cookies = [_sign_in(client) for _ in range(_AT_MOST)]
        ids = [session["id"] for cookie in cookies if (session := _session(client, cookie))]
        assert len(ids) == _AT_MOST
        assert served.ends.ended == []
        served.events.take()
        cookies.append(_sign_in(client))
        assert served.ends.ended == ids[:1]
        assert served.events.take() == [
            ("authn_token_revoked", "session_too_many"),
            ("session_revoked", "session_too_many"),
            ("authn_login_success", None),
            ("session_created", None),
        ]
        assert [_session(client, cookie) is not None for cookie in cookies] == [False, *3 * [True]]


def test_with_one_session_each_sign_in_ends_the_one_before(tmp_path: Path) -> None:
    """And of nobody else."""
    with _serving(tmp_path, SessionAges(max_count=1)) as (_, client):
        bob = {**_PERSON, "email": "bob@example.com"}
        client.post("/sign-up/email", json=bob).raise_for_status()
        of_bob = client.cookies[_COOKIE]
        first, second = _sign_in(client), _sign_in(client)
        signed_in = [_session(client, cookie) is not None for cookie in (of_bob, first, second)]
        assert signed_in == [True, False, True]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def test_of_many_sign_ins_at_once_as_many_stay_as_may(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Twelve at once by two workers leave three sessions, and each that ended is told of once."""
    url: str | Path = tmp_path
    if kind == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
    ages = SessionAges(max_count=_AT_MOST)
    with (
        _serving(url, ages) as (one, client),
        serving_provider(one.database.url, adjust=_with(ages)) as other,
    ):

        async def twelve() -> list[httpx.Response]:
            async with httpx.AsyncClient(timeout=60) as browser:
                urls = [f"{worker.auth}/sign-in/email" for worker in (one, other)] * 6
                return await asyncio.gather(*(browser.post(url, json=_PERSON) for url in urls))

        answers = asyncio.run(twelve())
        assert [answer.status_code for answer in answers] == 12 * [200]
        cookies = [answer.cookies[_COOKIE] for answer in answers]
        assert sum(_session(client, cookie) is not None for cookie in cookies) == _AT_MOST
        told = [*one.events.take(), *other.events.take()]
        assert told.count(("session_revoked", "session_too_many")) == 13 - _AT_MOST
        ended = {*one.ends.ended, *other.ends.ended}
        assert len(ended) == 13 - _AT_MOST


def test_where_no_end_can_be_told_there_is_no_new_session(tmp_path: Path) -> None:
    """The sign-in is refused with 503, and those that were there go on."""
    with _serving(tmp_path, SessionAges(max_count=1)) as (served, client):
        first = client.cookies[_COOKIE]
        served.ends.is_away = True
        answer = client.post("/sign-in/email", json=_PERSON)
        assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
        assert "set-cookie" not in answer.headers
        served.ends.is_away = False
        client.cookies.set(_COOKIE, first)
        assert len(client.get("/list-sessions").json()) == 1


def test_the_tokens_of_one_too_many_are_refused_at_once(tmp_path: Path) -> None:
    """The API refuses them on the very next request after the sign-in that was one too many."""
    settings = settings_for(port := free_port(), tmp_path)
    settings = replace(settings, session_ages=SessionAges(max_count=1))
    with serving(create_app(settings), port=port) as url, sign_up(url, "ada") as ada:
        assert ada.http.get("/api/tasks").status_code == 200
        body = {"email": ada.email, "password": ada.password}
        httpx.post(f"{url}/api/auth/sign-in/email", json=body).raise_for_status()
        assert ada.http.get("/api/tasks").status_code == 401

"""A token of a session that has ended is refused: at once here, within a second everywhere."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from gatepost.errors import ConfigurationError
from gatepost.origins import TrustedOrigins
from gatepost.settings import Secret, Settings, async_database_url
from gatepost.store import open_engine
from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.valkey import Valkey
from tests.serving import serving

_EVERYWHERE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Workers:
    """Two workers of one deployment, each with a memory of its own.

    Attributes:
        new: starts one more; it is stopped with the test.
    """

    settings: Settings
    here: str
    there: str
    new: Callable[[], str]

    def write(self, statement: str, **values: str) -> None:
        """Write to the database as a process that knows nothing of Gatepost."""

        async def run() -> None:
            engine = open_engine(self.settings.database_url.reveal())
            async with engine.begin() as connection:
                await connection.execute(text(statement), values)
            await engine.dispose()

        asyncio.run(run())


@contextmanager
def _workers(settings: Settings) -> Iterator[Workers]:
    with ExitStack() as opened:
        ports = [int(settings.url.rpartition(":")[2]), free_port(), free_port()]
        others = tuple(f"http://127.0.0.1:{port}" for port in ports)
        one = replace(settings, trusted_origins=TrustedOrigins.of(settings.url, others))

        def new() -> str:
            return opened.enter_context(serving(create_app(one), port=ports.pop(0)))

        yield Workers(settings, new(), new(), new)


@pytest.fixture(params=["sqlite", "postgresql", "valkey"])
def workers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workers]:
    """Two workers, with each carrier of revocations."""
    port = free_port()
    settings = settings_for(port, tmp_path)
    if request.param == "postgresql":
        settings = settings_for(port, tmp_path, request.getfixturevalue("postgres_url"))
    if request.param == "valkey":
        valkey: Valkey = request.getfixturevalue("valkey")
        valkey.command("FLUSHALL")
        settings = replace(settings, feed_url=Secret(valkey.url))
    with _workers(settings) as two:
        if request.param == "valkey":
            _wait_until_believed(two.here)
        yield two


@pytest.fixture
def ada(workers: Workers) -> Iterator[Somebody]:
    """Somebody who is known to both."""
    with sign_up(workers.here, "ada") as somebody:
        for url in (workers.here, workers.there):
            assert _status(url, somebody) == 200
        yield somebody


def _wait_until_believed(url: str) -> None:
    """Wait while a new store refuses what was issued until it was made, and a skew longer."""
    with sign_up(url, "grace") as grace:
        newest = grace
        deadline = time.monotonic() + 30
        while _status(url, newest) != 200 and time.monotonic() < deadline:
            token = grace.browser.get("/api/auth/token").raise_for_status().json()["token"]
            newest = replace(grace, token=token)
            time.sleep(0.1)


def _status(url: str, whose: Somebody) -> int:
    headers = {"Authorization": f"Bearer {whose.token}"}
    return httpx.get(f"{url}/api/tasks", headers=headers).status_code


def _seconds_until_refused(url: str, whose: Somebody) -> float:
    started = time.monotonic()
    while _status(url, whose) == 200:
        if time.monotonic() - started > 5 * _EVERYWHERE_SECONDS:
            break
    return time.monotonic() - started


def _sign_out(at: str, whose: Somebody) -> None:
    cookies = dict(whose.browser.cookies)
    headers = {"Origin": whose.browser.headers["Origin"]}
    httpx.post(
        f"{at}/api/auth/sign-out", json={}, cookies=cookies, headers=headers
    ).raise_for_status()


def test_sign_out_is_heard_at_once_here_and_within_a_second_there(
    workers: Workers, ada: Somebody
) -> None:
    """The worker that ends a session refuses its next request, every other within a second."""
    with sign_up(workers.here, "bob") as bob:
        _sign_out(workers.here, ada)
        assert _status(workers.here, ada) == 401
        assert _seconds_until_refused(workers.there, ada) < _EVERYWHERE_SECONDS
        assert [_status(url, bob) for url in (workers.here, workers.there)] == [200, 200]


def test_worker_that_starts_later_knows_from_its_first_request(
    workers: Workers, ada: Somebody
) -> None:
    """Whoever was down when a session ended refuses it, and nobody else's, from the first."""
    with sign_up(workers.here, "bob") as bob:
        _sign_out(workers.here, ada)
        later = workers.new()
        assert _status(later, ada) == 401
        assert _status(later, bob) == 200


BEHIND: dict[str, tuple[str, ...]] = {
    "session deleted": ('DELETE FROM session WHERE "userId" = :who',),
    "session expired": ("""UPDATE session SET "expiresAt" = :past WHERE "userId" = :who""",),
    "user deleted": ('DELETE FROM "user" WHERE id = :who',),
    "everybody": ("DELETE FROM session",),
}


@pytest.mark.parametrize("name", BEHIND)
@pytest.mark.parametrize("workers", ["sqlite", "postgresql"], indirect=True)
def test_what_ends_behind_our_back_is_heard_within_a_second(
    name: str, workers: Workers, ada: Somebody
) -> None:
    """Another program that ends a session in the database, as a Better Auth server does, counts."""
    for statement in BEHIND[name]:
        on_sqlite = "sqlite" in workers.settings.database_url.reveal()
        past = "'2020-01-01T00:00:00.000Z'" if on_sqlite else "timestamptz '2020-01-01'"
        values = {"who": ada.user_id} if ":who" in statement else {}
        workers.write(statement.replace(":past", past), **values)
    for url in (workers.here, workers.there):
        assert _seconds_until_refused(url, ada) < _EVERYWHERE_SECONDS


@pytest.mark.parametrize("workers", ["sqlite"], indirect=True)
def test_health_says_how_old_the_news_is(workers: Workers) -> None:
    """A probe learns whether tokens can be judged, within which bound, and nothing of anyone."""
    answered = httpx.get(f"{workers.here}/api/health")
    assert answered.status_code == 200
    found = answered.json()
    assert found.keys() == {"status", "sign_outs_age_seconds", "sign_outs_bound_seconds"}
    assert found["status"] == "ok"
    assert 0 <= found["sign_outs_age_seconds"] < found["sign_outs_bound_seconds"] == 5


def _starts(settings: Settings) -> None:
    async def start() -> None:
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(start())


def test_feed_url_is_a_second_way_to_the_same_database(tmp_path: Path) -> None:
    """GATEPOST_FEED_URL may lead past a pooler, and not to another database."""
    settings = settings_for(1, tmp_path)
    _starts(replace(settings, feed_url=settings.database_url))
    other = Secret(async_database_url(f"sqlite:///{tmp_path / 'other.db'}"))
    with pytest.raises(ConfigurationError, match="names another database"):
        _starts(replace(settings, feed_url=other))

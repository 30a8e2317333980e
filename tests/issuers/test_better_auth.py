"""A real Better Auth server signs people in, and Gatepost believes it."""

import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gatepost import BetterAuthServer
from gatepost_tasks.app import create_app
from tests.behind_better_auth import tasks_behind_better_auth
from tests.conftest import settings_for
from tests.issuers.elsewhere import believing
from tests.issuers.reading import kid_of, wait_until
from tests.ports import free_port
from tests.services.better_auth import ALGORITHMS, BetterAuth, Browser
from tests.services.fixtures import NewBetterAuth
from tests.serving import serving

pytestmark = pytest.mark.usefixtures("node_modules")


def _status(url: str, token: str, path: str = "/me") -> int:
    return httpx.get(url + path, headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_that_it_can_issue_is_believed(
    algorithm: str, new_better_auth: NewBetterAuth, tmp_path: Path
) -> None:
    """What it signs is believed under the algorithm that was named, and under no other."""
    server = new_better_auth(algorithm=algorithm)
    ada = server.sign_up()
    named = BetterAuthServer(url=server.url, algorithms=frozenset({algorithm}))
    with believing([named], tmp_path / "named") as url:
        answered = httpx.get(f"{url}/me", headers={"Authorization": f"Bearer {ada.token()}"})
        assert answered.json()["user_id"] == ada.user_id
    other = frozenset({"RS384"})
    with believing([BetterAuthServer(url=server.url, algorithms=other)], tmp_path / "other") as url:
        assert _status(url, ada.token()) == 503


def test_its_rotation_is_followed(new_better_auth: NewBetterAuth, tmp_path: Path) -> None:
    """A key that nobody has seen before, because it was not published before, is fetched once."""
    server = new_better_auth(rotation_seconds=6, grace_seconds=60)
    ada = server.sign_up()
    with believing([BetterAuthServer(url=server.url)], tmp_path) as url:
        first = ada.token()
        assert _status(url, first) == 200
        wait_until(lambda: kid_of(ada.token()) != kid_of(first))
        assert _status(url, ada.token()) == 200
        assert _status(url, first) == 200


def _seconds_until_refused(url: str, token: str) -> float:
    started = time.monotonic()
    while _status(url, token, "/api/tasks") == 200 and time.monotonic() - started < 5:
        pass
    return time.monotonic() - started


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database for both servers."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'both.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


def test_its_sign_outs_are_heard_within_a_second(shared_url: str, tmp_path: Path) -> None:
    """Whoever signs out at the real server is refused here, and nobody else is."""
    with tasks_behind_better_auth(tmp_path, shared_url) as server:
        ada, bob = server.sign_up("ada"), server.sign_up("bob")
        tokens = ada.token(), bob.token()
        assert [_status(server.url, token, "/api/tasks") for token in tokens] == [200, 200]
        ada.sign_out()
        assert _seconds_until_refused(server.url, tokens[0]) < 1
        assert _status(server.url, tokens[1], "/api/tasks") == 200
        ada.sign_in()
        assert _status(server.url, ada.token(), "/api/tasks") == 200


def test_its_revoked_sessions_end(tmp_path: Path) -> None:
    """A person who revokes their other sessions, as after a lost telephone, ends their tokens."""
    with tasks_behind_better_auth(tmp_path) as server:
        ada = server.sign_up()
        lost = Browser(server.url)
        lost.account = ada.account
        lost.sign_in()
        kept, gone = ada.token(), lost.token()
        assert _status(server.url, gone, "/api/tasks") == 200
        ada.http.post("/api/auth/revoke-other-sessions", json={}).raise_for_status()
        assert _seconds_until_refused(server.url, gone) < 1
        assert _status(server.url, kept, "/api/tasks") == 200
        lost.http.close()


def test_tasks_that_was_down_knows_of_it(tmp_path: Path, new_better_auth: NewBetterAuth) -> None:
    """A sign-out while Tasks is down is known to it from its first request."""
    database = f"sqlite:///{tmp_path / 'both.db'}"
    server: BetterAuth = new_better_auth(database_url=database)
    ada = server.sign_up()
    token = ada.token()
    settings = replace(settings_for(free_port(), tmp_path, database), issuer=server.url)
    for expected in (200, 401):
        port = free_port()
        with serving(create_app(settings), port=port) as url:
            assert _status(url, token, "/api/tasks") == expected
        if expected == 200:
            ada.sign_out()

"""Workers of one app: alone each counts for itself; in Valkey or the database, all together."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gatepost.counting import Away, Counting
from gatepost.errors import ConfigurationError
from gatepost.opening_limits import open_windows
from gatepost.rates import Rate, Rates
from gatepost.settings import Secret, async_database_url
from gatepost.testing import Somebody, sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.provider.served import Events
from tests.services.postgres import Postgres
from tests.services.valkey import Valkey, running_valkey
from tests.serving import serving

_SIGN_IN, _VERIFY = "/api/auth/sign-in/email", "/api/auth/verify-password"
_PATIENCE_SECONDS = 30


@contextmanager
def _workers(
    directory: Path,
    counting: Counting,
    rates: Rates | None = None,
    database_url: str | None = None,
    admin_url: str | None = None,
) -> Iterator[list[str]]:
    """Run two on one database, with Better Auth's limits."""
    settings = replace(
        settings_for(port := free_port(), directory, database_url),
        admin_database_url=None if admin_url is None else Secret(async_database_url(admin_url)),
        rate_limits=rates or Rates(),
        counting=counting,
    )
    with (
        serving(create_app(settings), port=port) as one,
        serving(create_app(settings), port=free_port()) as other,
    ):
        yield [one, other]


def _sign_in(worker: str) -> httpx.Response:
    return httpx.post(f"{worker}{_SIGN_IN}", json={}, timeout=_PATIENCE_SECONDS)


def _signs_in(workers: list[str], times: int) -> list[int]:
    """Ask each of them in turn, as somebody who has forgotten everything."""
    return [_sign_in(worker).status_code for _ in range(times) for worker in workers]


def test_with_valkey_workers_count_together(valkey: Valkey, tmp_path: Path) -> None:
    """Three of six requests in turn to two workers are let through, and without Valkey all six."""
    with _workers(tmp_path / "together", Counting(Secret(valkey.url))) as workers:
        assert _signs_in(workers, 3) == [400] * 3 + [429] * 3
    with _workers(tmp_path / "alone", Counting()) as workers:
        assert _signs_in(workers, 4) == [400] * 6 + [429] * 2


def test_in_the_database_workers_count_together(tmp_path: Path) -> None:
    """Three of six requests in turn to two workers on one file are let through."""
    rates, together = Rates(sign_in=Rate(3, 60)), Counting(in_database=True)
    with _workers(tmp_path, together, rates) as workers:
        assert _signs_in(workers, 3) == [400] * 3 + [429] * 3
        paths = [f"{worker}/api/auth/ok" for worker in workers]
        assert {httpx.get(path).status_code for path in paths} == {200}
    with _workers(tmp_path, together, rates) as workers:
        assert _signs_in(workers, 1) == [429] * 2  # nor does a restart forget them


def test_the_role_that_serves_people_counts(postgres: Postgres, tmp_path: Path) -> None:
    """It owns nothing, and is given the table; without it the app does not start, and says why."""
    owner_url, serving = postgres.create_database(), postgres.create_role()
    url = postgres.url(owner_url.rpartition("/")[2], serving)
    rates, together = Rates(sign_in=Rate(3, 60)), Counting(in_database=True)
    try:
        with _workers(tmp_path, together, rates, url, owner_url) as workers:
            assert _signs_in(workers, 3) == [400] * 3 + [429] * 3
            with sign_up(workers[0]) as ada:
                right, wrong = {"password": ada.password}, {"password": "not this one"}
                assert [_verifies(ada, worker, wrong) for worker in workers * 4] == [400] * 8
                assert _verifies(ada, workers[0], right) == 200
                assert [_verifies(ada, worker, wrong) for worker in workers * 6] == (
                    [400] * 10 + [429] * 2
                )
        postgres.execute(
            f"REVOKE INSERT ON gatepost_limit FROM {serving}",
            database=owner_url.rpartition("/")[2],
        )
        with pytest.raises(ConfigurationError, match="needs SELECT, INSERT, UPDATE and DELETE"):
            asyncio.run(_open(tmp_path, url))
    finally:
        postgres.drop_database(owner_url)
        postgres.execute(f"DROP ROLE {serving}")


def _verifies(somebody: Somebody, worker: str, body: dict[str, str]) -> int:
    return somebody.browser.post(f"{worker}{_VERIFY}", json=body).status_code


async def _open(directory: Path, url: str) -> None:
    settings = replace(
        settings_for(free_port(), directory, url), counting=Counting(in_database=True)
    )
    async with AsyncExitStack() as opened:
        await open_windows(settings, Events(), opened)


@pytest.mark.parametrize("away", Away)
def test_no_limit_is_open_while_valkey_is_away(away: Away, tmp_path: Path) -> None:
    """It stops: each worker counts for itself, or answers 503 where somebody could guess."""
    rates = Rates(sign_in=Rate(3, 60))
    with running_valkey() as server:
        counting = Counting(Secret(server.url), away=away)
        with (
            _workers(tmp_path, counting, rates) as workers,
            sign_up(workers[0]) as ada,
        ):
            server.stop()
            if away is Away.LOCAL:
                assert _signs_in(workers, 4) == [400] * 6 + [429] * 2
                return
            verified = ada.browser.post(_VERIFY, json={"password": "wrong"})
            for answer in (*map(_sign_in, workers), verified):
                assert answer.status_code == 503
                assert answer.json()["code"] == "SERVICE_UNAVAILABLE"
                assert answer.headers["retry-after"] in {"1", "2"}
                assert answer.headers["retry-after"] == answer.headers["x-retry-after"]
            assert ada.browser.get("/api/auth/get-session").json()["user"]["email"] == ada.email
